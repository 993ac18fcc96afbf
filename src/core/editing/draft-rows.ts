import { draftOf, editedName, type DatasetDraft } from '../dataset-edits.ts';
import type { Dataset, Example } from '../examples.ts';
import type { RowEdit } from './row-edit.ts';
import { eachRow, tableOf, withAdded, withRows, type RowTable } from './row-table.ts';
import { TallyCounter, type Tally } from './tally.ts';

/** A data set's rows between edits: never changed, an edit gives others that share what stays the same. */
export interface DraftRows {
  readonly table: RowTable;
  /** Rows that are not deleted. */
  readonly live: number;
  readonly labels: Tally;
  readonly domains: Tally;
  /** Empty when the examples have no groups. */
  readonly groups: Tally;
  /** Whether each example has a group; else none has. */
  readonly hasGroups: boolean;
}

/** @yields often, as all here, so that many rows can be spread over several short turns */
export function* startRows({ examples, groups }: Pick<Dataset, 'examples' | 'groups'>): Generator<unknown, DraftRows> {
  const counter = new TallyCounter();
  const table = tableOf(examples);
  yield* eachRow(table, (_, example) => counter.add(example));
  return { table, hasGroups: groups.length > 0, ...counter.tallies() };
}

/** @throws RangeError when a row is not there, rows are out of order, or an example has no group where the others have one (or the other way round) */
export function* withEdit(rows: DraftRows, edit: RowEdit): Generator<unknown, DraftRows> {
  const counter = new TallyCounter(rows);
  const fits = (example: Example): Example => {
    if ((example.group !== undefined) !== rows.hasGroups) throw new RangeError(rows.hasGroups ? 'Each example needs a group.' : 'These examples have no groups.');
    return example;
  };
  if (edit.kind === 'add') {
    for (const example of edit.examples) counter.add(fits(example));
    return { ...rows, table: withAdded(rows.table, edit.examples), ...counter.tallies() };
  }
  let last = -1;
  const table = yield* withRows(rows.table, edit.rows, (row, before) => {
    if (!before) throw new RangeError(`There is no row ${row}.`);
    if (row <= last) throw new RangeError('The rows of an edit must be in order, each once.');
    last = row;
    counter.remove(before);
    if (edit.kind === 'delete') return null;
    const after = fits({ ...before, ...edit.fields });
    counter.add(after);
    return after;
  });
  return { ...rows, table, ...counter.tallies() };
}

/** Examples of the rows that are left, in the order of their numbers. */
export function* examplesOf({ table }: DraftRows): Generator<unknown, Example[]> {
  const examples: Example[] = [];
  yield* eachRow(table, (_, example) => examples.push(example));
  return examples;
}

/** The data set that edits of another one make. @param name of that one */
export function* editedDataset(name: string, rows: DraftRows): Generator<unknown, DatasetDraft> {
  return yield* draftOf(editedName(name), yield* examplesOf(rows));
}
