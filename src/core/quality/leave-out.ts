import type { Dataset } from '../examples.ts';
import { hashWords } from '../hash.ts';
import { RandomStream, STREAM } from '../rng.ts';

/** Fixed, so that the same texts are left out of the same data set every time. */
const SEED = 0;

/**
 * Rows to leave out so that every part keeps as many rows as the smallest. Which ones go depends on their texts alone, not on their order; equal texts go by row.
 * @param rows those that take part. @returns rows, ascending
 */
export function rowsToLevel({ examples }: Dataset, rows: readonly number[], partOf: (row: number) => string): number[] {
  const parts = new Map<string, number[]>();
  for (const row of rows) {
    const part = parts.get(partOf(row));
    if (part) part.push(row);
    else parts.set(partOf(row), [row]);
  }
  const kept = [...parts.values()].reduce((least, { length }) => Math.min(least, length), Infinity);
  const random = new RandomStream(SEED, STREAM.rowSample);
  const wordOf = (row: number): number => {
    const [a = 0, b = 0] = hashWords(examples[row]?.text ?? '');
    return random.bits(a, b);
  };
  return [...parts.values()]
    .filter(({ length }) => length > kept)
    .flatMap((part) => part.map((row) => ({ row, word: wordOf(row) })).sort((x, y) => x.word - y.word || x.row - y.row).slice(kept).map(({ row }) => row))
    .sort((x, y) => x - y);
}
