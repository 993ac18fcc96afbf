import { DataError } from './errors.ts';

/** A record longer than this is taken for a quotation mark, or an object, that is never closed. */
export const MAX_RECORD_LENGTH = 4_000_000;

/** Takes one record. @param row its number in the file, from 1, a header and blank lines counted: what a spreadsheet or an editor shows */
export type Take<T> = (row: number, record: T) => void;

/** Cuts a file's text, which comes in stretches, into records. One for each file. */
export interface RecordReader<T> {
  /** Number of the row that the next text belongs to. */
  readonly nextRow: number;
  /**
   * Hands on the records that `text` completes, blank ones left out.
   * @param last whether nothing follows. @throws DataError naming the row, once the rows before it were handed on
   */
  push(text: string, last: boolean, take: Take<T>): void;
}

/** What the rows of JSON are: names and values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws DataError when the value is none */
export function asJsonObject(value: unknown, file: string, row: number): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new DataError('bad-file', `Row ${row} of ${file} is not an object with names and values.`, 'Write each example as {"text": "…", "label": "…"}, or choose another format.', { file, row });
}
