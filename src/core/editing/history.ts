import type { Dataset } from '../examples.ts';
import { startRows, withEdit, type DraftRows } from './draft-rows.ts';
import { editInWords, type RowEdit } from './row-edit.ts';
import { rowsThere } from './row-table.ts';

/** Edits of a data set that are not saved as one yet. */
export interface Draft {
  /** Oldest first. */
  readonly edits: readonly RowEdit[];
  /** How many of them are in force; those after were undone. */
  readonly at: number;
}

export const NO_EDITS: Draft = { edits: [], at: 0 };

/** A draft with the rows as they were after each edit, so that undo and redo only choose among them. */
export interface EditHistory extends Draft {
  /** versions[n] are the rows after n edits: one more than there are edits. */
  readonly versions: readonly DraftRows[];
}

/**
 * The history of a draft on the data set that it was made of. @yields often
 * @throws RangeError when it is a draft of other rows
 */
export function* replayed(dataset: Pick<Dataset, 'examples' | 'groups'>, { edits, at }: Draft): Generator<unknown, EditHistory> {
  if (!(at >= 0 && at <= edits.length)) throw new RangeError(`${at} of ${edits.length} edits cannot be in force.`);
  const versions = [yield* startRows(dataset)];
  for (const edit of edits) {
    yield;
    versions.push(yield* withEdit(versions.at(-1) as DraftRows, edit));
  }
  return { edits, at, versions };
}

/** The rows as they are now. */
export function rowsNow({ versions, at }: EditHistory): DraftRows {
  return versions[at] as DraftRows;
}

/** The rows as they are in the data set. */
export function rowsBefore({ versions }: EditHistory): DraftRows {
  return versions[0] as DraftRows;
}

/**
 * With one more edit; those undone are forgotten. Rows that are not there any more are left out of it; where none is left, the history
 * is the same. @yields often. @throws RangeError see `withEdit`
 */
export function* edited(history: EditHistory, edit: RowEdit): Generator<unknown, EditHistory> {
  const { edits, versions, at } = history;
  const now = rowsNow(history);
  const fitting = edit.kind === 'add' ? edit : { ...edit, rows: yield* rowsThere(now.table, edit.rows) };
  if (fitting.kind !== 'add' && fitting.rows.length === 0) return history;
  const rows = yield* withEdit(now, fitting);
  return { edits: [...edits.slice(0, at), fitting], at: at + 1, versions: [...versions.slice(0, at + 1), rows] };
}

/** What undo would undo, in words; null when there is nothing. */
export function undoable({ edits, at }: Draft): string | null {
  const edit = edits[at - 1];
  return edit ? editInWords(edit) : null;
}

/** What redo would do again, in words; null when there is nothing. */
export function redoable({ edits, at }: Draft): string | null {
  const edit = edits[at];
  return edit ? editInWords(edit) : null;
}

/** With the last edit undone; the same when there is none. */
export function undone(history: EditHistory): EditHistory {
  return history.at > 0 ? { ...history, at: history.at - 1 } : history;
}

/** With the edit that was undone last in force again; the same when there is none. */
export function redone(history: EditHistory): EditHistory {
  return history.at < history.edits.length ? { ...history, at: history.at + 1 } : history;
}
