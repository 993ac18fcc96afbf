/** A piece of a text: in both texts, only in the earlier, or only in the later one. */
export interface DiffPart {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Words with their apostrophes and hyphens, runs of white space, and whatever else there is, with its marks. */
const PIECE = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_'’-]*|\s+|[^\s\p{L}\p{N}_](?:[\p{M}\p{EMod}]|\u200D[^\s\p{L}\p{N}_])*/gu;

/**
 * What changed between two texts, word by word: the `same` and `gone` parts make the earlier one, the `same` and `new` ones the later.
 * By a longest common subsequence (Wagner & Fischer, “The string-to-string correction problem”, 1974): time and memory grow with the product
 * of the numbers of words between the first and the last that differ.
 */
export function wordDiff(earlier: string, later: string): DiffPart[] {
  const a = earlier.match(PIECE) ?? [];
  const b = later.match(PIECE) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const between = changes(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const same = (pieces: readonly string[]): DiffPart[] => pieces.map((text) => ({ kind: 'same', text }));
  return joined([...same(a.slice(0, start)), ...between, ...same(a.slice(a.length - end))]);
}

function changes(a: readonly string[], b: readonly string[]): DiffPart[] {
  const width = b.length + 1;
  // common[i · width + j]: length of the longest common subsequence of a from i on and b from j on.
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push({ kind: 'same', text: a[i] as string });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) parts.push({ kind: 'gone', text: a[i++] as string });
    else parts.push({ kind: 'new', text: b[j++] as string });
  }
  return parts;
}

/** Neighbours of one kind put together. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  for (const part of parts) {
    const last = out[out.length - 1];
    if (last?.kind === part.kind) out[out.length - 1] = { kind: part.kind, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}
