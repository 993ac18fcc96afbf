import type { Example } from '../examples.ts';
import { RandomStream, STREAM } from '../rng.ts';
import type { TextKind } from './kinds.ts';
import type { Synonyms } from './synonyms.ts';
import { variantOf } from './variants.ts';
import { wordDiff, type DiffPart } from './word-diff.ts';

/** Texts that a preview shows. */
export const PREVIEW_TEXTS = 3;
/** Texts up to this many characters are shown where there are enough of them. */
const SHORT = 160;

/** What one kind does to one text: what changes between the two, or null when nothing in the text can be changed. */
export interface KindPreview {
  readonly kind: TextKind;
  readonly parts: readonly DiffPart[] | null;
}

/** The first variant that a run of this seed has of the text, of each kind. */
export function previewOf(text: string, kinds: readonly TextKind[], strength: number, { seed, synonyms }: { seed: number; synonyms: Synonyms }): KindPreview[] {
  return kinds.map((kind) => {
    const variant = variantOf(text, kind, strength, { seed, pass: 0, synonyms });
    return { kind, parts: variant === null ? null : wordDiff(text, variant) };
  });
}

/**
 * Different texts from outside the held-out domain to show, short ones where there are enough, up to PREVIEW_TEXTS.
 * @param turn 0, 1, 2 …: each gives others
 */
export function previewTexts(examples: readonly Example[], heldOutDomain: string, seed: number, turn: number): string[] {
  const outside = [...new Set(examples.flatMap(({ text, domain }) => (domain === heldOutDomain ? [] : [text])))];
  const short = outside.filter((text) => text.length <= SHORT);
  const texts = short.length > PREVIEW_TEXTS ? short : outside;
  const random = new RandomStream(seed, STREAM.variantOrder, 1);
  // A walk with a random first text and a stride without a common divisor comes to every text before it comes to one again.
  const first = random.bits(0) % Math.max(1, texts.length);
  const stride = strideFor(texts.length, random.bits(1));
  const count = Math.min(PREVIEW_TEXTS, texts.length);
  return Array.from({ length: count }, (_, i) => texts[(first + (turn * count + i) * stride) % texts.length] as string);
}

function strideFor(length: number, from: number): number {
  let stride = 1 + (from % Math.max(1, length));
  while (divisor(stride, length) > 1) stride++;
  return stride;
}

/** The greatest common divisor (Euclid). */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
