import { textKey } from '../examples.ts';
import { hashSlice } from '../hash.ts';

/** Characters of a shingle: a changed letter then changes four of them, and words of four letters still count. */
const SHINGLE = 4;

/** Letters and digits of the text's key, the rest as single spaces; the key itself where it has neither. */
export function shingleText(text: string): string {
  const key = textKey(text);
  return key.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim() || key;
}

/**
 * The text as a set: hashes of all runs of SHINGLE code units (of the whole text where it is shorter), sorted, each once.
 * A. Z. Broder, "On the resemblance and containment of documents" (SEQUENCES 1997).
 */
export function shingles(text: string): Uint32Array {
  const count = Math.max(1, text.length - SHINGLE + 1);
  const hashes = new Uint32Array(count);
  for (let i = 0; i < count; i++) hashes[i] = hashSlice(text, i, Math.min(text.length, i + SHINGLE));
  hashes.sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[kept++] = hashes[i] as number;
  return hashes.subarray(0, kept);
}

/** Share of two sorted sets that they have in common, |A ∩ B| / |A ∪ B|, 0 … 1. */
export function resemblance(a: Uint32Array, b: Uint32Array): number {
  let i = 0;
  let j = 0;
  let common = 0;
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return common / (a.length + b.length - common);
}
