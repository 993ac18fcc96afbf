import type { Example } from '../examples.ts';
import type { DraftRows } from './draft-rows.ts';
import { NO_ROWS, isSelected, withSelected } from './row-selection.ts';
import { rowOf, eachRow } from './row-table.ts';
import { bySmallNumbers, inOrder } from './stable-order.ts';
import type { Tally } from './tally.ts';
import { isFiltered, matcher, type ViewQuery } from './view-query.ts';

/** Characters looked at, or rows, between two yields: well under a millisecond. */
const WORK_AT_ONCE = 40_000;
/** What a row costs beside its text, in characters. */
const ROW_WORK = 8;

/**
 * The rows that a query shows, in its order; rows that are equal in what is sorted by stay in the order of their numbers.
 * @param before rows of the data set, for what was changed. @yields often, so that it can be spread over many short turns
 */
export function* viewOrder({ table, labels, domains, groups }: DraftRows, before: DraftRows, query: ViewQuery): Generator<void, Uint32Array> {
  const shown = new Uint32Array(table.size);
  const matches = matcher(query);
  const all = !isFiltered(query);
  const chosen = query.only && withSelected(NO_ROWS, query.only.rows, true);
  let [count, work] = [0, 0];
  for (const rows of eachRow(table, (row, example) => {
    if (chosen && !isSelected(chosen, row)) return;
    if (!all && !matches(example, rowOf(before.table, row))) return;
    shown[count++] = row;
    if (query.search !== '') work += example.text.length;
  })) {
    work += rows * ROW_WORK;
    if (work < WORK_AT_ONCE) continue;
    work = 0;
    yield;
  }
  const rows = shown.subarray(0, count);
  const exampleOf = (row: number): Example => rowOf(table, row) as Example;
  switch (query.sortBy) {
    case 'row':
      return query.descending ? rows.toReversed() : rows.slice();
    case 'length':
      return yield* bySmallNumbers(rows, (row) => exampleOf(row).text.length, query.descending);
    case 'label':
      return yield* bySmallNumbers(rows, ranked(labels, (row) => exampleOf(row).label), query.descending);
    case 'domain':
      return yield* bySmallNumbers(rows, ranked(domains, (row) => exampleOf(row).domain), query.descending);
    case 'group':
      return yield* bySmallNumbers(rows, ranked(groups, (row) => exampleOf(row).group ?? ''), query.descending);
    case 'text':
      return yield* byText(rows, (row) => exampleOf(row).text, query.descending);
  }
}

/** A row's name as its place among all names in alphabetical order. */
function ranked(names: Tally, nameOf: (row: number) => string): (row: number) => number {
  const sorted = [...names.keys()].sort((a, b) => compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b));
  const rankOf = new Map(sorted.map((name, rank) => [name, rank]));
  return (row) => rankOf.get(nameOf(row)) ?? 0;
}

function* byText(rows: Uint32Array, textOf: (row: number) => string, descending: boolean): Generator<void, Uint32Array> {
  const keys: string[] = [];
  let work = 0;
  for (const row of rows) {
    const text = textOf(row);
    keys.push(text.toLowerCase());
    work += text.length + ROW_WORK;
    if (work < WORK_AT_ONCE) continue;
    work = 0;
    yield;
  }
  const sign = descending ? -1 : 1;
  const order = yield* inOrder(keys.length, (a, b) => sign * compare(keys[a] as string, keys[b] as string));
  return order.map((at) => rows[at] as number);
}

/** By UTF-16 units: the same everywhere, whatever the browser's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
