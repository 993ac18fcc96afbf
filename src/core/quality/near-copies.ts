import type { Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import { MIN_RESEMBLANCE, alikePairs, type AlikePair } from './alike-pairs.ts';
import { dropRemedy, examplesOf, excerpt, offered, type Finding } from './report.ts';
import { rowsByKey, rowsOfKeys } from './same-texts.ts';

/** Cosine of two embeddings from which texts that share shingles count as near copies. */
export const MIN_COSINE = 0.9;
/** Resemblance from which texts count as near copies where an embedding is missing. */
const MIN_RESEMBLANCE_ALONE = 0.8;

/** Rows of texts that share many shingles, `earlier` < `later`, not equal by `textKey`. */
export type RowPair = AlikePair;

/**
 * Pairs of rows whose texts share shingles, one row for each distinct text, its first. Yields the share done, 0 … 1.
 * @param keys `textKey` of each row
 */
export function* alikeRows(dataset: Dataset, keys: readonly string[]): Generator<number, RowPair[]> {
  const firsts = [...rowsByKey(keys).values()].map((rows) => rows[0] as number);
  const pairs = yield* alikePairs(firsts.map((row) => dataset.examples[row]?.text ?? ''));
  return pairs.map(({ earlier, later, resemblance }) => ({ earlier: firsts[earlier] as number, later: firsts[later] as number, resemblance }));
}

/** The pairs that mean the same to the encoder too. @param vectorOf unit-norm embedding [width] of a row, where there is one */
export function nearCopies(pairs: readonly RowPair[], vectorOf: (row: number) => Float32Array | undefined): RowPair[] {
  return pairs.filter(({ earlier, later, resemblance }) => {
    const [a, b] = [vectorOf(earlier), vectorOf(later)];
    return a && b ? cosine(a, b) >= MIN_COSINE : resemblance >= MIN_RESEMBLANCE_ALONE;
  });
}

/** For each row that nearly repeats an earlier, kept one under the same label: that one. Rows are gone through in order. */
export function copiesToDrop({ examples }: Dataset, pairs: readonly RowPair[]): Map<number, number> {
  const originalOf = new Map<number, number>();
  for (const { earlier, later } of [...pairs].sort((a, b) => a.later - b.later || a.earlier - b.earlier)) {
    if (originalOf.has(earlier) || originalOf.has(later) || examples[earlier]?.label !== examples[later]?.label) continue;
    originalOf.set(later, earlier);
  }
  return originalOf;
}

/** Near copies under one label. */
export function nearCopyFinding(dataset: Dataset, keys: readonly string[], pairs: readonly RowPair[]): Finding | null {
  const originalOf = copiesToDrop(dataset, pairs);
  if (originalOf.size === 0) return null;
  const rowsOf = rowsByKey(keys);
  const copies = [...originalOf.keys()];
  const labelOf = (row: number): string | undefined => dataset.examples[row]?.label;
  // A text's own exact repeats under the same label go with it.
  const rows = copies.flatMap((copy) => (rowsOf.get(keys[copy] ?? '') ?? []).filter((row) => labelOf(row) === labelOf(copy))).sort((a, b) => a - b);
  const across = copies.filter((copy) => dataset.examples[copy]?.domain !== dataset.examples[originalOf.get(copy) ?? copy]?.domain);
  const shown = [...across, ...copies.filter((copy) => !across.includes(copy)).slice(0, 3)];
  const text = (row: number): string => dataset.examples[row]?.text ?? '';
  return {
    key: 'near-copies',
    severity: across.length > 0 ? 'serious' : 'look',
    title: counted(copies.length, 'near copy', 'near copies'),
    count: copies.length,
    details: [
      `Each shares at least ${100 * MIN_RESEMBLANCE} % of its runs of four letters with an earlier text, and their embeddings have a cosine of at least ${MIN_COSINE} (where a text is not embedded, ${100 * MIN_RESEMBLANCE_ALONE} % of the runs).`,
      ...(across.length > 0 ? [`${counted(across.length, 'copy is', 'copies are')} in another domain than the original.`] : []),
    ],
    rows: rowsOfKeys(keys, new Set([...originalOf].flat().map((row) => keys[row] ?? ''))),
    why: 'To the head they are one text. Where one copy is trained on and the other scored, the score rewards remembering; unlike exact repeats, near copies are not kept on one side of the split.',
    examples: examplesOf(dataset, shown, (row) => `nearly “${excerpt(text(originalOf.get(row) ?? row))}”`),
    ...offered(dropRemedy(dataset, rows, {
      label: `Drop the near copies, keep the first of each (${counted(rows.length, 'row')})`,
      done: `Dropped ${counted(copies.length, 'near copy', 'near copies')}.`,
      result: `without ${counted(copies.length, 'near copy', 'near copies')}`,
    })),
  };
}

/** Near copies under different labels: often right (a “not” more), sometimes a slip. */
export function nearConflictFinding(dataset: Dataset, keys: readonly string[], pairs: readonly RowPair[]): Finding | null {
  const { examples } = dataset;
  const unlike = pairs.filter(({ earlier, later }) => examples[earlier]?.label !== examples[later]?.label);
  if (unlike.length === 0) return null;
  // A text's exact repeats go with it, else the next of them would take its place.
  const rowsUnder = (gone: ReadonlySet<string | undefined>): number[] => keys.flatMap((key, row) => (gone.has(key) ? [row] : []));
  const both = rowsUnder(new Set(unlike.flatMap(({ earlier, later }) => [keys[earlier], keys[later]])));
  const laters = rowsUnder(new Set(unlike.map(({ later }) => keys[later])));
  const done = 'of nearly equal texts under different labels';
  const partner = new Map(unlike.map(({ earlier, later }) => [later, earlier]));
  return {
    key: 'near-conflicts',
    severity: 'look',
    title: `${counted(unlike.length, 'pair')} of nearly equal texts under different labels`,
    count: unlike.length,
    details: [],
    rows: Uint32Array.from(both),
    why: 'A small word can turn the meaning round, so this may be right; or one of the two labels is a slip. The embeddings of such a pair are so close that no head can well tell them apart.',
    examples: examplesOf(dataset, partner.keys(), (row) => {
      const other = examples[partner.get(row) ?? row];
      return `nearly “${excerpt(other?.text ?? '')}” (${other?.label ?? ''})`;
    }),
    ...offered([
      ...dropRemedy(dataset, both, {
        label: `Leave out both texts of each pair (${counted(both.length, 'row')})`,
        done: `Left out ${counted(unlike.length, 'pair')} ${done}.`,
        result: `without ${counted(unlike.length, 'pair')} of unlike labels`,
      }),
      ...dropRemedy(dataset, laters, {
        label: `Keep the first text of each pair (leave out ${counted(laters.length, 'row')})`,
        done: `Kept the first of ${counted(unlike.length, 'pair')} ${done}.`,
        result: `with the first of ${counted(unlike.length, 'pair')} of unlike labels`,
      }),
    ]),
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
