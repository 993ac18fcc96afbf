import type { Example } from '../../core/examples.ts';
import { DataError } from '../errors.ts';

/**
 * Examples as CSV that reads back to the same rows: RFC 4180, lines ended by CRLF, in UTF-8. Cells are written as they are, also those that a
 * spreadsheet would take for a formula.
 */

/** The columns of a file with, and without, groups. */
const HEADERS = { grouped: ['text', 'label', 'domain', 'group'], plain: ['text', 'label', 'domain'] } as const;
type Column = (typeof HEADERS.grouped)[number];

/** Rows in one piece of text. */
const ROWS_A_PIECE = 2000;
/** White space at an end needs quotes only for readers that trim; what is inside quotes they leave alone. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/u;
/** Half of a pair, which UTF-8 cannot write. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A cell that UTF-8 cannot hold, exactly. */
export interface ExactCell {
  /** From 0. */
  readonly row: number;
  readonly column: Column;
  readonly value: string;
}

/** The file, piece by piece, the header first. No piece ends in the middle of a row. */
export function* csvPieces(examples: readonly Example[]): Generator<string> {
  const columns = columnsOf(examples);
  yield line(columns);
  for (let from = 0; from < examples.length; from += ROWS_A_PIECE) {
    yield examples.slice(from, from + ROWS_A_PIECE).map((example) => line(columns.map((column) => example[column] ?? ''))).join('');
  }
}

/** Cells that come back from UTF-8 as something else. */
export function cellsBeyondUtf8(examples: readonly Example[]): ExactCell[] {
  const columns = columnsOf(examples);
  return examples.flatMap((example, row) => columns.flatMap((column) => (LONE_SURROGATE.test(example[column] ?? '') ? [{ row, column, value: example[column] ?? '' }] : [])));
}

/**
 * The examples that `csvPieces` wrote.
 * @param beyond what `cellsBeyondUtf8` said of them. @param file for messages. @throws DataError naming the row when it is no such file
 */
export function readExactCsv(text: string, beyond: readonly ExactCell[], file: string): Example[] {
  const broken = (row: number, why: string): DataError =>
    new DataError('bad-file', `Row ${row} of ${file} cannot be read: ${why}.`, 'Get the file again from where it came from.', { file, row });
  const rows = cells(text, broken);
  const header = rows.next();
  const columns = header.done ? undefined : Object.values(HEADERS).find((names) => names.join() === header.value.join());
  if (!columns) throw broken(1, 'it does not name the columns text, label, domain and perhaps group');
  const examples: Example[] = [];
  for (const row of rows) {
    if (row.length !== columns.length) throw broken(examples.length + 2, `it has ${row.length} cells instead of ${columns.length}`);
    const [cellText = '', label = '', domain = '', group] = row;
    examples.push(group === undefined ? { text: cellText, label, domain } : { text: cellText, label, domain, group });
  }
  for (const { row, column, value } of beyond) {
    const example = examples[row];
    if (!example || !columns.some((known) => known === column)) throw broken(row + 2, 'the manifest names a cell that it does not have');
    examples[row] = { ...example, [column]: value };
  }
  return examples;
}

function columnsOf(examples: readonly Example[]): readonly Column[] {
  return examples.some(({ group }) => group !== undefined) ? HEADERS.grouped : HEADERS.plain;
}

function line(row: readonly string[]): string {
  return `${row.map((cell) => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

function* cells(text: string, broken: (row: number, why: string) => DataError): Generator<string[]> {
  const plain = /[^",\r\n]*/uy;
  let at = 0;
  for (let row = 1; at < text.length; row++) {
    const found: string[] = [];
    do {
      if (found.length > 0) at++; // the comma
      let cell = '';
      if (text[at] === '"') {
        do {
          const quote = text.indexOf('"', at + 1);
          if (quote < 0) throw broken(row, 'a quotation mark is opened and not closed');
          cell += text.slice(at + 1, quote);
          at = quote + 1;
          if (text[at] === '"') cell += '"';
        } while (text[at] === '"');
      } else {
        plain.lastIndex = at;
        cell = plain.exec(text)?.[0] ?? '';
        at += cell.length;
      }
      found.push(cell);
    } while (text[at] === ',');
    if (!text.startsWith('\r\n', at)) throw broken(row, 'it does not end as a row should');
    at += 2;
    yield found;
  }
}
