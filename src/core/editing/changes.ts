import type { Example } from '../examples.ts';
import { FIELDS } from './row-edit.ts';
import { eachPossibleDifference, eachRow, type RowTable } from './row-table.ts';

/** What edits made of a data set's rows, whatever way they took. */

export type RowMark = 'edited' | 'added';

/** What became of a row; null when it is as it was. @param row as it is now. @param was null when the data set has no such row */
export function markOf(row: Example, was: Example | null): RowMark | null {
  if (was === null) return 'added';
  return was === row || FIELDS.every((field) => was[field] === row[field]) ? null : 'edited';
}

export interface ChangeCounts {
  readonly edited: number;
  readonly added: number;
  readonly deleted: number;
}

export function countChanges(before: RowTable, after: RowTable): ChangeCounts {
  const counts = { edited: 0, added: 0, deleted: 0 };
  eachPossibleDifference(before, after, (_, was, is) => {
    if (is === null) counts.deleted += was === null ? 0 : 1; // added and deleted again is no change
    else {
      const mark = markOf(is, was);
      if (mark) counts[mark]++;
    }
  });
  return counts;
}

/** The distinct texts that the data set does not have. @yields while it compares */
export function* newTexts(before: RowTable, after: RowTable): Generator<number, string[]> {
  const texts = new Set<string>();
  eachPossibleDifference(before, after, (_, was, is) => {
    if (is && is.text !== was?.text) texts.add(is.text);
  });
  if (texts.size > 0) yield* eachRow(before, (_, { text }) => texts.delete(text));
  return [...texts];
}
