import { counted } from '../core/format.ts';
import type { FileReading } from '../core/import-plan.ts';
import { DELIMITER_WORDS } from '../core/import-words.ts';
import { LINE_COLUMN, columnKey, columnNames, lacksColumn, numberedColumns } from './column-names.ts';
import { DelimitedRecords } from './delimited-records.ts';
import { DataError } from './errors.ts';
import { JsonArrayRecords } from './json-array-records.ts';
import { JsonLineRecords, LineRecords } from './line-records.ts';
import type { JsonObject, RecordReader, Take } from './records.ts';

/** Some columns of a file's rows, whatever its format. */
export interface RowReader extends RecordReader<readonly string[]> {
  /** To be called after the last `push`. @throws DataError when the file lacks a column */
  close(): void;
}

/**
 * @param columns names of the columns to read; `take` gets their cells in this order, as they stand in the file
 * @returns a reader of one file, which throws DataError, naming row and column, on what cannot be read
 */
export function openRows(file: string, reading: FileReading, columns: readonly string[]): RowReader {
  switch (reading.format) {
    case 'delimited':
      return new DelimitedRows(file, reading, columns);
    case 'jsonl':
      return new JsonRows(file, new JsonLineRecords(file), columns);
    case 'json':
      return new JsonRows(file, new JsonArrayRecords(file), columns);
    case 'lines':
      return new LineRows(file, columns);
  }
}

/** Reads columns by their place in the first row, which all rows must be as long as, but for empty cells at their end. */
class DelimitedRows implements RowReader {
  private readonly records: DelimitedRecords;
  /** Where each of `columns` stands; null until the first row. */
  private places: readonly number[] | null = null;
  private width = 0;

  constructor(
    private readonly file: string,
    private readonly reading: FileReading,
    private readonly columns: readonly string[],
  ) {
    this.records = new DelimitedRecords(file, reading);
  }

  get nextRow(): number {
    return this.records.nextRow;
  }

  push(text: string, last: boolean, take: Take<readonly string[]>): void {
    this.records.push(text, last, (row, fields) => {
      if (!this.places) {
        this.places = this.placesIn(fields, row);
        if (this.reading.hasHeader) return;
      }
      if (fields.length !== this.width && !isWider(fields, this.width)) throw this.otherWidth(row, fields);
      take(row, this.places.map((place) => fields[place] as string));
    });
  }

  close(): void {
    // What is missing was found in the first row.
  }

  private placesIn(first: readonly string[], row: number): number[] {
    this.width = first.length;
    const names = this.reading.hasHeader ? columnNames(first) : numberedColumns(first.length);
    const keys = names.map(columnKey);
    return this.columns.map((column) => {
      const place = keys.indexOf(columnKey(column));
      if (place < 0) throw lacksColumn(this.file, column, names, row);
      return place;
    });
  }

  private otherWidth(row: number, fields: readonly string[]): DataError {
    const width = fields.length;
    const others = this.reading.hasHeader ? 'the header' : 'the first row';
    const delimiter = DELIMITER_WORDS[this.reading.delimiter].toLowerCase();
    return new DataError(
      'bad-file',
      `Row ${row} of ${this.file} has ${counted(width, 'cell')}; ${others} has ${this.width}.`,
      width > this.width && fields.some((cell) => /^\s+"/u.test(cell))
        ? 'Delete the spaces before the quotation mark that opens a cell: as they stand, the mark is part of the text.'
        : width > this.width
        ? `Put a cell that contains a ${delimiter} in double quotes ("…"), as spreadsheets do when they save CSV; or choose another delimiter.`
        : 'Fill the row up. If its text goes on in the next row, put that cell in double quotes ("…"), as spreadsheets do when they save CSV.',
      { file: this.file, row },
    );
  }
}

/** Whether a row goes on with empty cells only, as a stray delimiter at its end makes it. */
function isWider(fields: readonly string[], width: number): boolean {
  return fields.length > width && fields.slice(width).every((cell) => cell.trim() === '');
}

/** Reads columns by their names in each object; an object without a name has an empty cell there. */
class JsonRows implements RowReader {
  /** As the file writes the names of `columns`; null for those that have not occurred yet. */
  private readonly keys: (string | null)[];
  private readonly found = new Set<string>();

  constructor(
    private readonly file: string,
    private readonly records: RecordReader<JsonObject>,
    private readonly columns: readonly string[],
  ) {
    this.keys = columns.map(() => null);
  }

  get nextRow(): number {
    return this.records.nextRow;
  }

  push(text: string, last: boolean, take: Take<readonly string[]>): void {
    this.records.push(text, last, (row, object) => {
      if (this.keys.includes(null)) this.findKeys(object);
      take(row, this.keys.map((key, i) => (key === null || !Object.hasOwn(object, key) ? '' : this.cell(object[key], row, this.columns[i] as string))));
    });
  }

  close(): void {
    const lacking = this.columns.find((_, i) => this.keys[i] === null);
    if (lacking !== undefined && this.nextRow > 1) throw lacksColumn(this.file, lacking, [...this.found]);
  }

  private findKeys(object: JsonObject): void {
    const names = Object.keys(object);
    for (const name of names) if (this.found.size < 100) this.found.add(name);
    this.columns.forEach((column, i) => {
      this.keys[i] ??= names.find((name) => name === column) ?? names.find((name) => columnKey(name) === columnKey(column)) ?? null;
    });
  }

  private cell(value: unknown, row: number, column: string): string {
    const text = jsonCell(value);
    if (text === null) throw notACell(this.file, row, column, value);
    return text;
  }
}

/** What is wrong with a list or an object where a text should be. */
export function notACell(file: string, row: number, column: string, value: unknown): DataError {
  const what = Array.isArray(value) ? 'a list' : 'an object';
  return new DataError('bad-file', `The value of “${column}” in row ${row} of ${file} is ${what}, not a text.`, 'Choose a column of texts or numbers, or write the value as a text.', { file, row, column });
}

/** A JSON value as the text of a cell; null for lists and objects, which are none. */
export function jsonCell(value: unknown): string | null {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\uFFFD');
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? null : String(value);
}

class LineRows implements RowReader {
  private readonly records: LineRecords;

  constructor(
    file: string,
    private readonly columns: readonly string[],
  ) {
    const lacking = columns.find((column) => column !== LINE_COLUMN);
    if (lacking !== undefined) throw lacksColumn(file, lacking, [LINE_COLUMN]);
    this.records = new LineRecords(file);
  }

  get nextRow(): number {
    return this.records.nextRow;
  }

  push(text: string, last: boolean, take: Take<readonly string[]>): void {
    this.records.push(text, last, (row, line) => take(row, this.columns.map(() => line)));
  }

  close(): void {
    // There is nothing that a line could lack.
  }
}
