import Papa, { type ParseResult } from 'papaparse';
import { DataError } from './errors.ts';

/** A record longer than this is taken for a quotation mark that is never closed. */
export const MAX_RECORD_LENGTH = 4_000_000;

/** The columns that are read. */
export const COLUMNS = ['text', 'label', 'domain', 'group'] as const;
/** Those of them that must be there. */
export const REQUIRED_COLUMNS: readonly (typeof COLUMNS)[number][] = ['text', 'label'];

export interface CsvRecord {
  /** Number of the record in the file, the header being 1: what a spreadsheet shows, blank lines counted. */
  readonly row: number;
  readonly fields: readonly string[];
}

/** Column name as it is compared. */
export function columnName(cell: string): string {
  return cell.trim().toLowerCase();
}

/**
 * Cuts text that comes in chunks into CSV records (RFC 4180, with comma, semicolon or tab). PapaParse's low-level parser does the
 * cutting; what is kept here is the incomplete record at the end of a chunk, and the number of the row.
 */
export class CsvRecords {
  private parser: Papa.Parser | null = null;
  private tail = '';
  private rowsDone = 0;

  constructor(private readonly file: string) {}

  /** Number of the row that the next text belongs to. */
  get nextRow(): number {
    return this.rowsDone + 1;
  }

  /** @returns the records that `text` completes, blank ones left out. @throws DataError on broken quotes, naming the row. */
  *push(text: string, last: boolean): Generator<CsvRecord> {
    const input = this.tail + text;
    if (!this.parser && !last && !/\n|\r./su.test(input) && input.length < MAX_RECORD_LENGTH) {
      this.tail = input; // the header is not complete yet
      return;
    }
    this.parser ??= new Papa.Parser(dialectOf(input));
    const parsed = this.parser.parse(input, 0, !last) as ParseResult<string[]>;
    const firstError = parsed.errors.reduce((first, error) => Math.min(first, error.row ?? 0), Infinity);
    for (let i = 0; i < parsed.data.length; i++) {
      if (i === firstError) throw this.brokenQuotes();
      this.rowsDone++;
      const fields = parsed.data[i] as string[];
      if (fields.some((field) => field.trim() !== '')) yield { row: this.rowsDone, fields };
    }
    this.tail = last ? '' : input.slice(parsed.meta.cursor);
    if (this.tail.length > MAX_RECORD_LENGTH) throw this.brokenQuotes();
  }

  private brokenQuotes(): DataError {
    return new DataError(
      'bad-file',
      `The quotation marks in row ${this.nextRow} of ${this.file} do not match: one is opened and not closed, or stands unescaped inside a quoted cell.`,
      'Close the quotation mark, and write a quotation mark inside a quoted cell twice ("").',
      { file: this.file, row: this.nextRow },
    );
  }
}

/** Chooses the delimiter under which the header names most of the known columns; failing that, gives most columns. */
function dialectOf(start: string): { delimiter: string; newline: '\n' | '\r' } {
  // '\n' serves for CRLF and mixed files too: cells are trimmed, and PapaParse allows white space after a closing quote.
  const newline = /\r\n|\r|\n/u.exec(start)?.[0] === '\r' ? '\r' : '\n';
  const scored = [',', ';', '\t'].map((delimiter) => {
    const parsed = new Papa.Parser({ delimiter, newline, preview: 1 }).parse(start, 0, false) as ParseResult<string[]>;
    const header = (parsed.data[0] ?? []).map(columnName);
    return { delimiter, score: 1000 * COLUMNS.filter((column) => header.includes(column)).length + Math.min(999, header.length) };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return { delimiter: best.delimiter, newline };
}
