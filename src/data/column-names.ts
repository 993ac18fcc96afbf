import { DataError } from './errors.ts';

/** Of “lines”. */
export const LINE_COLUMN = 'line';
/** Characters kept of a column's name: a longer one is no name. */
const MAX_NAME = 80;
/** Columns that are named in a message. */
const NAMED = 20;

/** What column names are compared by. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase();
}

/** Names of a header's columns: one without a name goes by its number, one with an earlier one's name gets a number after it. */
export function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, i) => {
    const name = cut(cell.trim()) || numbered(i);
    let unique = name;
    for (let times = 2; taken.has(columnKey(unique)); times++) unique = `${name} (${times})`;
    taken.add(columnKey(unique));
    return unique;
  });
}

/** Names of `count` columns without a header. */
export function numberedColumns(count: number): string[] {
  return Array.from({ length: count }, (_, i) => numbered(i));
}

/** @param found names of the columns that there are. @param row that should name it */
export function lacksColumn(file: string, column: string, found: readonly string[], row?: number): DataError {
  const names = found.slice(0, NAMED).map((name) => `“${name}”`).join(', ') + (found.length > NAMED ? ', …' : '');
  const place = { file, column, ...(row !== undefined && { row }) };
  return new DataError('bad-file', `${file} has no column “${column}”. Columns found: ${names}.`, 'Choose a column that every file has, name it so in its first row, or leave the file out.', place);
}

const numbered = (index: number): string => `column ${index + 1}`;

function cut(name: string): string {
  if (name.length <= MAX_NAME) return name;
  return name.slice(0, MAX_NAME - 1).replace(/\p{Surrogate}$/u, '').trimEnd() + '…';
}
