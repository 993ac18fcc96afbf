import type { Delimiter, FileReading } from '../core/import-plan.ts';
import { LINE_COLUMN, columnNames, numberedColumns } from './column-names.ts';
import { DelimitedRecords } from './delimited-records.ts';
import { DataError } from './errors.ts';
import { JsonArrayRecords } from './json-array-records.ts';
import { JsonLineRecords, LineRecords } from './line-records.ts';
import type { JsonObject, RecordReader } from './records.ts';
import { jsonCell } from './rows.ts';

/** Columns that are shown and chosen from; more are no table of examples. */
const MAX_COLUMNS = 100;

/** The beginning of a file under one reading. */
export interface Sample {
  readonly columns: readonly string[];
  /** rows[i][j] is of columns[j], trimmed; '' where the row has none. */
  readonly rows: readonly (readonly string[])[];
  /** What could not be read after these rows; null when all was. */
  readonly problem: DataError | null;
}

/** @param text the file's beginning. @param whole whether that is all of it */
export function sampleOf(file: string, reading: FileReading, text: string, whole: boolean): Sample {
  switch (reading.format) {
    case 'delimited':
      return delimitedSample(recordsOf(() => new DelimitedRecords(file, reading.delimiter), text, whole), reading.hasHeader);
    case 'jsonl':
      return jsonSample(recordsOf(() => new JsonLineRecords(file), text, whole));
    case 'json':
      return jsonSample(recordsOf(() => new JsonArrayRecords(file), text, whole));
    case 'lines': {
      const { records, problem } = recordsOf(() => new LineRecords(file), text, whole);
      return { columns: [LINE_COLUMN], rows: records.map((line) => [line.trim()]), problem };
    }
  }
}

/** The beginning of delimited text as a table, whatever is in its first row. */
export function delimitedFields(text: string, delimiter: Delimiter, whole: boolean): { readonly rows: readonly (readonly string[])[]; readonly broken: boolean } {
  const { records, problem } = recordsOf(() => new DelimitedRecords('', delimiter), text, whole);
  return { rows: records.map((fields) => fields.map((cell) => cell.trim())), broken: problem !== null };
}

interface Records<T> {
  readonly records: readonly T[];
  readonly problem: DataError | null;
}

/** The records that are complete; where none is, the beginning of the first one. */
function recordsOf<T>(open: () => RecordReader<T>, text: string, whole: boolean): Records<T> {
  const records: T[] = [];
  try {
    open().push(text, whole, (_, record) => records.push(record));
    if (records.length === 0 && !whole) open().push(text, true, (_, record) => records.push(record));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { records, problem: error };
  }
  return { records, problem: null };
}

function delimitedSample({ records, problem }: Records<readonly string[]>, hasHeader: boolean): Sample {
  const [first = []] = records;
  const columns = (hasHeader ? columnNames(first) : numberedColumns(first.length)).slice(0, MAX_COLUMNS);
  const rows = records.slice(hasHeader ? 1 : 0).map((fields) => columns.map((_, i) => (fields[i] ?? '').trim()));
  return { columns, rows, problem };
}

/** Columns are the names in all objects, but those under which only lists and objects stand. */
function jsonSample({ records, problem }: Records<JsonObject>): Sample {
  const plain = new Map<string, boolean>();
  for (const object of records) {
    for (const [name, value] of Object.entries(object)) {
      if (value !== null || !plain.has(name)) plain.set(name, (plain.get(name) ?? false) || jsonCell(value) !== null);
    }
  }
  const columns = [...plain].flatMap(([name, holdsPlain]) => (holdsPlain ? [name] : [])).slice(0, MAX_COLUMNS);
  const rows = records.map((object) => columns.map((name) => (Object.hasOwn(object, name) ? (jsonCell(object[name]) ?? '').trim() : '')));
  return { columns, rows, problem };
}
