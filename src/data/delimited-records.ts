import Papa, { type ParseResult } from 'papaparse';
import type { Delimiter } from '../core/import-plan.ts';
import { DataError } from './errors.ts';
import { MAX_RECORD_LENGTH, type RecordReader, type Take } from './records.ts';

/**
 * Records of delimited text (RFC 4180 but for the delimiter). PapaParse's low-level parser does the cutting; what is kept here is the incomplete record at the end
 * of a stretch, and the number of the row.
 */
export class DelimitedRecords implements RecordReader<readonly string[]> {
  private parser: Papa.Parser | null = null;
  private tail = '';
  private rowsDone = 0;

  constructor(
    private readonly file: string,
    private readonly delimiter: Delimiter,
  ) {}

  get nextRow(): number {
    return this.rowsDone + 1;
  }

  /** @throws DataError on broken quotes, naming the row */
  push(text: string, last: boolean, take: Take<readonly string[]>): void {
    const input = this.tail + text;
    if (!this.parser && !last && !/\n|\r./su.test(input) && input.length < MAX_RECORD_LENGTH) {
      this.tail = input; // the first line is not complete yet
      return;
    }
    this.parser ??= new Papa.Parser({ delimiter: this.delimiter, newline: newlineOf(input) });
    const { data, errors, meta } = this.parser.parse(input, 0, !last) as ParseResult<string[]>;
    const firstError = errors.reduce((first, error) => Math.min(first, error.row ?? 0), Infinity);
    for (let i = 0; i < data.length; i++) {
      if (i === firstError) throw this.brokenQuotes();
      this.rowsDone++;
      const fields = data[i] as string[];
      if (!isBlank(fields)) take(this.rowsDone, fields);
    }
    this.tail = last ? '' : input.slice(meta.cursor);
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

/** '\n' serves for CRLF and mixed files too: cells are trimmed, and PapaParse allows white space after a closing quote. */
export function newlineOf(start: string): '\n' | '\r' {
  return /\r\n|\r|\n/u.exec(start)?.[0] === '\r' ? '\r' : '\n';
}

function isBlank(fields: readonly string[]): boolean {
  for (const field of fields) if (field.trim() !== '') return false;
  return true;
}
