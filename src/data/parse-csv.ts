import { distinct, groupsOf, type Dataset } from '../core/examples.ts';
import type { ImportReport } from '../core/import-report.ts';
import { CsvRecords } from './csv-records.ts';
import { DatasetHasher } from './dataset-id.ts';
import { DataError } from './errors.ts';
import { ExampleBuilder } from './example-builder.ts';
import { SAVE_AS_UTF8, nextTask, readText } from './read-text.ts';

export interface CsvSource {
  /** Name of the file, for messages; without its ending, the data set's name. */
  readonly name: string;
  /** A File, its bytes, or pasted text. */
  readonly content: Blob | Uint8Array<ArrayBuffer> | string;
}

export interface ParseOptions {
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
}

export interface Imported {
  readonly dataset: Dataset;
  readonly report: ImportReport;
}

const ROWS_PER_HASH = 2000;

/**
 * Reads a UTF-8 CSV file with the columns `text`, `label` and, if they are there, `domain` and `group`. All or nothing: on an error no row is imported.
 * Works in chunks and gives the event loop a turn between them. Texts are kept as they are, but for surrounding white space,
 * NUL characters, and what goes beyond MAX_TEXT_LENGTH.
 * @throws DataError naming the file, the row and the column where they are known; the signal's reason when aborted.
 */
export async function parseCsv(source: CsvSource, { onProgress, signal, chunkBytes }: ParseOptions = {}): Promise<Imported> {
  const content = source.content instanceof Blob ? source.content : new Blob([source.content]);
  const records = new CsvRecords(source.name);
  const builder = new ExampleBuilder(source.name);
  for await (const chunk of readText(source.name, content, chunkBytes)) {
    signal?.throwIfAborted();
    for (const record of records.push(chunk.text, chunk.last && !chunk.broken)) builder.add(record);
    if (chunk.broken) throw notUtf8(source.name, records.nextRow, chunk.broken);
    onProgress?.(chunk.doneBytes, chunk.totalBytes);
  }
  const { examples, report } = builder.finish();
  const hasher = new DatasetHasher();
  for (let from = 0; from < examples.length; from += ROWS_PER_HASH) {
    await nextTask();
    signal?.throwIfAborted();
    hasher.add(examples.slice(from, from + ROWS_PER_HASH));
  }
  const dataset: Dataset = {
    id: hasher.id(),
    name: source.name.replace(/\.(csv|tsv|txt)$/iu, '') || source.name,
    examples,
    labels: distinct(examples.map((example) => example.label)),
    domains: distinct(examples.map((example) => example.domain)),
    groups: groupsOf(examples),
    hasDomains: report.hasDomains,
  };
  return { dataset, report };
}

function notUtf8(file: string, row: number, { at, byte }: { at: number; byte: number }): DataError {
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  return new DataError('bad-file', `${file} is not UTF-8 text: byte ${(at + 1).toLocaleString('en')} of the file (0x${hex}), in row ${row}, cannot be read.`, SAVE_AS_UTF8, { file, row });
}
