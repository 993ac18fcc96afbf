import type { Dataset } from '../core/examples.ts';
import { fileStem, type FileReading, type ImportPlan, type Origin, type Role } from '../core/import-plan.ts';
import type { ImportReport } from '../core/import-report.ts';
import type { LeftOutRows } from '../core/left-out.ts';
import { contentId } from './dataset-id.ts';
import { DataError } from './errors.ts';
import { ExampleBuilder } from './example-builder.ts';
import { blobOf, isEmpty, notEncoded, readText, refuseSizes, type FileSource } from './read-text.ts';
import { openRows } from './rows.ts';

export interface ParseOptions {
  /** Bytes of all files. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
  /** `contentId`, by another thread perhaps. */
  readonly idOf?: typeof contentId;
}

export interface Imported {
  readonly dataset: Dataset;
  readonly report: ImportReport;
  readonly leftOut: LeftOutRows;
}

/** A file that is being read. */
interface OpenFile {
  readonly name: string;
  readonly blob: Blob;
  readonly reading: FileReading;
}

/**
 * Reads all rows of the files, one after the other, into one data set. All or nothing: on an error no row is imported. Works in chunks and gives the event loop a
 * turn between them. Texts are kept as they are, but for surrounding white space, NUL characters, and what goes beyond EXAMPLE_LIMITS.maxTextLength.
 * @throws DataError naming the file, the row and the column where they are known; the signal's reason when aborted; RangeError when the plan has not one reading a file.
 */
export async function parseFiles(sources: readonly FileSource[], plan: ImportPlan, options: ParseOptions = {}): Promise<Imported> {
  if (sources.length === 0 || plan.readings.length !== sources.length) throw new RangeError(`The plan has ${plan.readings.length} readings for ${sources.length} files.`);
  refuseUnchosen(plan);
  const files = sources.map((source, i): OpenFile => {
    const reading = plan.readings[i] as FileReading;
    // Text that was pasted is not encoded in any way that could be chosen.
    return { name: source.name, blob: blobOf(source), reading: typeof source.content === 'string' ? { ...reading, encoding: 'utf-8' } : reading };
  });
  refuseSizes(files);
  const empty = files.find(({ blob }) => blob.size === 0);
  if (empty) throw isEmpty(empty.name);
  const totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  const builder = new ExampleBuilder(files.map(({ name }) => name), plan);
  let doneBefore = 0;
  for (const file of files) {
    await readFile(file, plan, builder, { ...options, onProgress: (doneBytes) => options.onProgress?.(doneBefore + doneBytes, totalBytes) });
    doneBefore += file.blob.size;
  }
  const { examples, labels, domains, groups, report, leftOut } = builder.finish();
  const id = await (options.idOf ?? contentId)(examples, options.signal);
  return { dataset: { id, name: plan.name, examples, labels, domains, groups, hasDomains: report.hasDomains }, report, leftOut };
}

async function readFile({ name, blob, reading }: OpenFile, { origins }: ImportPlan, builder: ExampleBuilder, { onProgress, signal, chunkBytes }: ParseOptions): Promise<void> {
  const columns = columnsIn(origins);
  const rows = openRows(name, reading, columns);
  const [text, label, domain, group] = (['text', 'label', 'domain', 'group'] as const).map((role) => cellOf(origins[role], columns, fileStem(name))) as [Cell, Cell, Cell, Cell];
  const take = (row: number, cells: readonly string[]): void => builder.add(row, text(cells), label(cells), domain(cells), group(cells));
  let blank = true;
  builder.startFile(name);
  for await (const chunk of readText(name, blob, reading.encoding, chunkBytes)) {
    signal?.throwIfAborted();
    blank &&= chunk.text.trim() === '';
    rows.push(chunk.text, chunk.last && !chunk.broken, take);
    if (chunk.broken) throw notEncoded(name, reading.encoding, rows.nextRow, chunk.broken);
    onProgress?.(chunk.doneBytes, blob.size);
  }
  if (blank) throw isEmpty(name);
  rows.close();
}

type Cell = (cells: readonly string[]) => string;

/** How a role's cell is found among the cells of the columns that are read. */
function cellOf(origin: Origin, columns: readonly string[], fileName: string): Cell {
  if (origin.kind === 'file-name') return () => fileName;
  if (origin.kind === 'none') return () => '';
  const place = columns.indexOf(origin.column);
  return (cells) => cells[place] as string;
}

/** Columns that some role comes from. */
function columnsIn(origins: Readonly<Record<Role, Origin>>): string[] {
  const columns = Object.values(origins).flatMap((origin) => (origin.kind === 'column' ? [origin.column] : []));
  return [...new Set(columns)];
}

function refuseUnchosen({ origins }: ImportPlan): void {
  if (origins.text.kind !== 'column') throw new DataError('bad-file', 'No column was chosen for the text.', 'Choose the column that holds the texts.');
  if (origins.label.kind === 'none') throw new DataError('bad-file', 'Nothing was chosen for the label.', 'Choose a column for the label, or take it from the file’s name.');
}
