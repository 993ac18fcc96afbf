import type { Example } from '../examples.ts';
import { FIELDS } from './row-edit.ts';
import { eachRow, somePossibleDifference, type RowTable } from './row-table.ts';

/** What edits made of a data set's rows, whatever way they took. */

export type RowMark = 'edited' | 'added';

/** What became of a row; null when it is as it was. @param row as it is now. @param was null when the data set has no such row */
export function markOf(row: Example, was: Example | null): RowMark | null {
  if (was === null) return 'added';
  return was === row || FIELDS.every((field) => was[field] === row[field]) ? null : 'edited';
}

/** Whether any row was edited, added or deleted; one that was added and deleted again was not. Looks no further than the first. */
export function hasChanges(before: RowTable, after: RowTable): boolean {
  return somePossibleDifference(before, after, (was, is) => (is === null ? was !== null : markOf(is, was) !== null));
}

/** The distinct texts that the data set does not have. @yields while it compares */
export function* newTexts(before: RowTable, after: RowTable): Generator<number, string[]> {
  const texts = new Set<string>();
  for (const [index, page] of after.pages.entries()) {
    const old = before.pages[index];
    if (old === page) continue;
    page.forEach((is, i) => is && is.text !== old?.[i]?.text && texts.add(is.text));
    yield page.length;
  }
  if (texts.size > 0) yield* eachRow(before, (_, { text }) => texts.delete(text));
  return [...texts];
}
