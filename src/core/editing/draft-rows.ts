import type { Dataset, Example } from '../examples.ts';
import type { RowEdit } from './row-edit.ts';
import { rowOf, tableOf, withAdded, withRows, type RowTable } from './row-table.ts';

/** How many rows have each name, names in order of first appearance. */
export type Tally = ReadonlyMap<string, number>;

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

export function startRows({ examples, groups }: Pick<Dataset, 'examples' | 'groups'>): DraftRows {
  const none: DraftRows = { table: tableOf(examples), live: examples.length, labels: new Map(), domains: new Map(), groups: new Map(), hasGroups: groups.length > 0 };
  return retallied(none, none.table, [], examples);
}

/** @throws RangeError when a row is not there, rows are out of order, or an example has no group where the others have one (or the other way round) */
export function withEdit(rows: DraftRows, edit: RowEdit): DraftRows {
  if (edit.kind === 'add') {
    checkGroups(rows, edit.examples);
    return retallied(rows, withAdded(rows.table, edit.examples), [], edit.examples);
  }
  if (edit.rows.some((row, i) => i > 0 && row <= (edit.rows[i - 1] as number))) throw new RangeError('The rows of an edit must be in order, each once.');
  const before = Array.from(edit.rows, (row) => present(rows, row));
  if (edit.kind === 'delete') return retallied(rows, withRows(rows.table, edit.rows, () => null), before, []);
  const after: Example[] = [];
  const table = withRows(rows.table, edit.rows, (example) => {
    const changed = { ...(example as Example), ...edit.fields };
    after.push(changed);
    return changed;
  });
  checkGroups(rows, after);
  return retallied(rows, table, before, after);
}

/** Examples of the rows that are left, in the order of their numbers. */
export function examplesOf({ table }: DraftRows): Example[] {
  return table.pages.flatMap((page) => page.filter((example) => example !== null));
}

function present({ table }: DraftRows, row: number): Example {
  const example = rowOf(table, row);
  if (!example) throw new RangeError(`There is no row ${row}.`);
  return example;
}

function checkGroups({ hasGroups }: DraftRows, examples: readonly Example[]): void {
  if (examples.some(({ group }) => (group !== undefined) !== hasGroups)) throw new RangeError(hasGroups ? 'Each example needs a group.' : 'These examples have no groups.');
}

function retallied(rows: DraftRows, table: RowTable, gone: readonly Example[], come: readonly Example[]): DraftRows {
  const tally = (before: Tally, nameOf: (example: Example) => string | undefined): Tally => {
    const after = new Map(before);
    const add = (name: string | undefined, by: number): void => {
      if (name !== undefined) after.set(name, (after.get(name) ?? 0) + by);
    };
    for (const example of come) add(nameOf(example), 1);
    for (const example of gone) add(nameOf(example), -1);
    for (const [name, count] of after) if (count === 0) after.delete(name);
    return after;
  };
  return {
    table,
    live: table === rows.table ? rows.live : rows.live + come.length - gone.length,
    labels: tally(rows.labels, ({ label }) => label),
    domains: tally(rows.domains, ({ domain }) => domain),
    groups: tally(rows.groups, ({ group }) => group),
    hasGroups: rows.hasGroups,
  };
}
