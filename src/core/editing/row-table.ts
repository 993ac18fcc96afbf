import type { Example } from '../examples.ts';

/**
 * Rows a page. Changing a row copies its page and the list of pages, at 100,000 rows some 650 references instead of 100,000; all other
 * pages are shared with the table before.
 */
const PAGE_ROWS = 256;

type Page = readonly (Example | null)[];

/** Rows by their numbers; null for deleted ones. Never changed: an edit gives another table. */
export interface RowTable {
  /** PAGE_ROWS each, the last one fewer. Equal pages of two tables hold the same rows. */
  readonly pages: readonly Page[];
  /** Rows there have ever been, deleted ones counted. */
  readonly size: number;
}

export function tableOf(examples: readonly Example[]): RowTable {
  return withAdded({ pages: [], size: 0 }, examples);
}

/** @returns null when the row is deleted or there is none of this number */
export function rowOf({ pages }: RowTable, row: number): Example | null {
  return pages[Math.floor(row / PAGE_ROWS)]?.[row % PAGE_ROWS] ?? null;
}

/** Those of `rows` that are not deleted. @yields every few hundred rows */
export function* rowsThere(table: RowTable, rows: Uint32Array): Generator<void, Uint32Array> {
  const there = new Uint32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (i % PAGE_ROWS === 0) yield;
    const row = rows[i] as number;
    if (rowOf(table, row) !== null) there[count++] = row;
  }
  return there.slice(0, count);
}

/** The table with `examples` after its last row. */
export function withAdded({ pages, size }: RowTable, examples: readonly Example[]): RowTable {
  const room = (PAGE_ROWS - (size % PAGE_ROWS)) % PAGE_ROWS;
  const added = pages.slice();
  if (room > 0) added[added.length - 1] = [...(added.at(-1) as Page), ...examples.slice(0, room)];
  for (let from = room; from < examples.length; from += PAGE_ROWS) added.push(examples.slice(from, from + PAGE_ROWS));
  return { pages: added, size: size + examples.length };
}

/**
 * The table with other contents in these rows of it. @param rows in ascending order. @param content of a row, from what it holds
 * @yields after each page
 */
export function* withRows({ pages, size }: RowTable, rows: Uint32Array, content: (row: number, before: Example | null) => Example | null): Generator<void, RowTable> {
  const changed = pages.slice();
  let [index, page]: [number, (Example | null)[]] = [-1, []];
  for (const row of rows) {
    if (Math.floor(row / PAGE_ROWS) !== index) {
      if (index >= 0) yield;
      index = Math.floor(row / PAGE_ROWS);
      page = pages[index]?.slice() ?? [];
      changed[index] = page;
    }
    page[row % PAGE_ROWS] = content(row, page[row % PAGE_ROWS] ?? null);
  }
  return { pages: changed, size };
}

/** The pages that differ between two tables, of which `after` came from `before` by edits: as it was, where it was there, and as it is. */
export function* differingPages(before: RowTable, after: RowTable): Generator<readonly [was: Page | undefined, is: Page]> {
  for (const [index, is] of after.pages.entries()) {
    const was = before.pages[index];
    if (was !== is) yield [was, is];
  }
}

/** Calls `visit` for each row that is not deleted, page by page. @yields after each page, how many rows were visited */
export function* eachRow({ pages }: RowTable, visit: (row: number, example: Example) => void): Generator<number, void> {
  for (const [index, page] of pages.entries()) {
    for (let i = 0; i < page.length; i++) {
      const example = page[i];
      if (example) visit(index * PAGE_ROWS + i, example);
    }
    yield page.length;
  }
}
