import type { FileReading } from '../core/import-plan.ts';
import { LINE_COLUMN, columnNames, numberedColumns } from './column-names.ts';
import { DelimitedRecords, type Delimited } from './delimited-records.ts';
import { DataError } from './errors.ts';
import { JsonArrayRecords } from './json-array-records.ts';
import { JsonLineRecords, LineRecords } from './line-records.ts';
import type { JsonObject, RecordReader } from './records.ts';
import { jsonCell, notACell, openRows } from './rows.ts';

/** Columns that are shown and chosen from; more are no table of examples. */
const MAX_COLUMNS = 100;

/** The beginning of a file under one reading. */
export interface Sample {
  /** None when not even one row can be read. */
  readonly columns: readonly string[];
  /** rows[i][j] is of columns[j], trimmed; '' where the row has none. */
  readonly rows: readonly (readonly string[])[];
  /** What no import can get past, whatever columns it reads; null for nothing. */
  readonly problem: DataError | null;
  /** The first value of a column that is no text; one a column, null for none. */
  readonly cellProblems: readonly (DataError | null)[];
}

/** @param text the file's beginning. @param whole whether that is all of it */
export function sampleOf(file: string, reading: FileReading, text: string, whole: boolean): Sample {
  const problem = errorIn(() => openRows(file, reading, []).push(text, whole, () => {}));
  const { columns, rows, cellProblems = columns.map(() => null) } = tableOf(file, reading, text, whole);
  return { columns, rows, problem, cellProblems };
}

function tableOf(file: string, reading: FileReading, text: string, whole: boolean): Omit<Sample, 'problem' | 'cellProblems'> & Partial<Pick<Sample, 'cellProblems'>> {
  switch (reading.format) {
    case 'delimited':
      return delimitedTable(recordsOf(() => new DelimitedRecords(file, reading), text, whole), reading.hasHeader);
    case 'jsonl':
      return jsonTable(file, recordsOf(() => new JsonLineRecords(file), text, whole));
    case 'json':
      return jsonTable(file, recordsOf(() => new JsonArrayRecords(file), text, whole));
    case 'lines': {
      const lines = recordsOf(() => new LineRecords(file), text, whole);
      return { columns: lines.length > 0 ? [LINE_COLUMN] : [], rows: lines.map(({ record }) => [record.trim()]) };
    }
  }
}

/** The number of the row that a file's beginning ends in. */
export function rowAtEnd(file: string, reading: FileReading, text: string): number {
  const rows = openRows(file, reading, []);
  errorIn(() => rows.push(text, false, () => {}));
  return rows.nextRow;
}

/** The beginning of delimited text as a table, whatever is in its first row. */
export interface Fields {
  /** Cells trimmed. */
  readonly rows: readonly (readonly string[])[];
  /** Of each row, in the file. */
  readonly numbers: readonly number[];
  /** Whether its quotation marks do not match. */
  readonly broken: boolean;
}

export function delimitedFields(text: string, reading: Delimited, whole: boolean): Fields {
  const rows: string[][] = [];
  const numbers: number[] = [];
  const error = errorIn(() =>
    new DelimitedRecords('', reading).push(text, whole, (number, fields) => {
      rows.push(fields.map((cell) => cell.trim()));
      numbers.push(number);
    }),
  );
  return { rows, numbers, broken: error !== null };
}

interface NumberedRecord<T> {
  readonly row: number;
  readonly record: T;
}

/** The records that are complete, up to one that cannot be read; where none is complete, the beginning of the first one. */
function recordsOf<T>(open: () => RecordReader<T>, text: string, whole: boolean): NumberedRecord<T>[] {
  const records: NumberedRecord<T>[] = [];
  const read = (last: boolean): DataError | null => errorIn(() => open().push(text, last, (row, record) => records.push({ row, record })));
  const error = read(whole);
  if (records.length === 0 && !whole && !error) read(true);
  return records;
}

function errorIn(read: () => void): DataError | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

function delimitedTable(records: readonly NumberedRecord<readonly string[]>[], hasHeader: boolean): Pick<Sample, 'columns' | 'rows'> {
  const first = records[0]?.record ?? [];
  const columns = (hasHeader ? columnNames(first) : numberedColumns(first.length)).slice(0, MAX_COLUMNS);
  return { columns, rows: records.slice(hasHeader ? 1 : 0).map(({ record }) => columns.map((_, i) => (record[i] ?? '').trim())) };
}

/** Columns are the names in all objects, but those under which only lists and objects stand. */
function jsonTable(file: string, records: readonly NumberedRecord<JsonObject>[]): Pick<Sample, 'columns' | 'rows' | 'cellProblems'> {
  const plain = new Map<string, boolean>();
  const nested = new Map<string, DataError>();
  for (const { row, record } of records) {
    for (const [name, value] of Object.entries(record)) {
      const isCell = jsonCell(value) !== null;
      if (value !== null || !plain.has(name)) plain.set(name, (plain.get(name) ?? false) || isCell);
      if (!isCell && !nested.has(name)) nested.set(name, notACell(file, row, name, value));
    }
  }
  const columns = [...plain].flatMap(([name, holdsPlain]) => (holdsPlain ? [name] : [])).slice(0, MAX_COLUMNS);
  const rows = records.map(({ record }) => columns.map((name) => (Object.hasOwn(record, name) ? (jsonCell(record[name]) ?? '').trim() : '')));
  return { columns, rows, cellProblems: columns.map((name) => nested.get(name) ?? null) };
}
