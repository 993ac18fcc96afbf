import type { Example } from '../examples.ts';
import { FIELDS } from './row-edit.ts';
import { differingPages, eachRow, type RowTable } from './row-table.ts';

/** What edits made of a data set's rows, whatever way they took. */

export type RowMark = 'edited' | 'added';

/** What became of a row; null when it is as it was. @param row as it is now. @param was null when the data set has no such row */
export function markOf(row: Example, was: Example | null): RowMark | null {
  if (was === null) return 'added';
  return was === row || FIELDS.every((field) => was[field] === row[field]) ? null : 'edited';
}

/** Whether any row was edited, added or deleted; one that was added and deleted again was not. Looks no further than the first. */
export function hasChanges(before: RowTable, after: RowTable): boolean {
  for (const [was, is] of differingPages(before, after)) {
    if (is.some((row, i) => (row === null ? (was?.[i] ?? null) !== null : markOf(row, was?.[i] ?? null) !== null))) return true;
  }
  return false;
}

/** The distinct texts that the data set does not have. @yields while it compares */
export function* newTexts(before: RowTable, after: RowTable): Generator<number, string[]> {
  const texts = new Set<string>();
  for (const [was, is] of differingPages(before, after)) {
    is.forEach((row, i) => row && row.text !== was?.[i]?.text && texts.add(row.text));
    yield is.length;
  }
  if (texts.size > 0) yield* eachRow(before, (_, { text }) => texts.delete(text));
  return [...texts];
}
