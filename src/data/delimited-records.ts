import Papa, { type ParseResult } from 'papaparse';
import type { FileReading } from '../core/import-plan.ts';
import { DataError } from './errors.ts';
import { MAX_RECORD_LENGTH, type RecordReader, type Take } from './records.ts';
import { SpacedQuotes } from './spaced-quotes.ts';

/** What of a file's reading matters to its records. */
export type Delimited = Pick<FileReading, 'delimiter' | 'plainQuotes' | 'spacedQuotes' | 'rowsAbove'>;

/** Files are read without NUL characters. */
const NO_QUOTE = '\u0000';

/**
 * Records of delimited text (RFC 4180 but for the delimiter). PapaParse's low-level parser does the cutting; what is kept here is the incomplete record at the end
 * of a stretch, and the number of the row.
 */
export class DelimitedRecords implements RecordReader<readonly string[]> {
  private parser: Papa.Parser | null = null;
  private newline: '\n' | '\r' = '\n';
  private tail = '';
  private rowsDone = 0;
  private readonly spacedQuotes: SpacedQuotes | null;

  constructor(
    private readonly file: string,
    private readonly reading: Delimited,
  ) {
    this.spacedQuotes = reading.spacedQuotes && !reading.plainQuotes ? new SpacedQuotes(reading.delimiter) : null;
  }

  get nextRow(): number {
    return this.rowsDone + 1;
  }

  /** @throws DataError on broken quotes, naming the row */
  push(stretch: string, last: boolean, take: Take<readonly string[]>): void {
    const text = this.spacedQuotes ? this.spacedQuotes.closed(stretch, last) : stretch;
    if (!this.parser) {
      const start = this.tail + text;
      if (!last && !/\n|\r./su.test(start) && start.length < MAX_RECORD_LENGTH) {
        this.tail = start; // the first line is not complete yet
        return;
      }
      this.newline = newlineOf(start);
      this.parser = new Papa.Parser({ delimiter: this.reading.delimiter, newline: this.newline, ...(this.reading.plainQuotes && { quoteChar: NO_QUOTE }) });
    }
    this.tail = this.parse(this.parser, this.afterTail(this.parser, text, take), last, take);
    if (this.tail.length > MAX_RECORD_LENGTH) throw this.brokenQuotes();
  }

  /** Completes the record that the last stretch ended in. To join that stretch's end to all of `text` would copy the whole file. @returns what is still to be parsed */
  private afterTail(parser: Papa.Parser, text: string, take: Take<readonly string[]>): string {
    let from = 0;
    // A line may end within the record, in quotes: each time twice as much is looked at.
    for (let more = 1; this.tail !== ''; more = this.tail.length) {
      const end = text.indexOf(this.newline, from + more - 1) + 1;
      if (end === 0) return this.tail + text.slice(from);
      this.tail = this.parse(parser, this.tail + text.slice(from, end), false, take);
      from = end;
    }
    return text.slice(from);
  }

  /** @returns the incomplete record at the end */
  private parse(parser: Papa.Parser, input: string, last: boolean, take: Take<readonly string[]>): string {
    const { data, errors, meta } = parser.parse(input, 0, !last) as ParseResult<string[]>;
    const firstError = errors.reduce((first, error) => Math.min(first, error.row ?? 0), Infinity);
    for (let i = 0; i < data.length; i++) {
      if (i === firstError) throw this.brokenQuotes();
      this.rowsDone++;
      const fields = data[i] as string[];
      if (this.rowsDone > (this.reading.rowsAbove ?? 0) && !isBlank(fields) && !(this.rowsDone === 1 && namesDelimiter(fields))) take(this.rowsDone, fields);
    }
    return last ? '' : input.slice(meta.cursor);
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

/** '\n' serves for CRLF and mixed files too: cells are trimmed, and PapaParse allows white space after a closing quote. */
function newlineOf(start: string): '\n' | '\r' {
  return /\r\n|\r|\n/u.exec(start)?.[0] === '\r' ? '\r' : '\n';
}

function isBlank(fields: readonly string[]): boolean {
  for (const field of fields) if (field.trim() !== '') return false;
  return true;
}

/** “sep=;”, which spreadsheets write and hide as a first line. */
function namesDelimiter(fields: readonly string[]): boolean {
  return fields.length <= 2 && /^sep=.?$/iu.test(fields.join('').trim());
}
