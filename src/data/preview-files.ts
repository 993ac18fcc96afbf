import { breathe } from '../core/breathe.ts';
import { EXAMPLE_LIMITS } from '../core/example-limits.ts';
import { counted } from '../core/format.ts';
import type { ColumnTally, FilePreview, FileProblem, FileReading, ImportPreview } from '../core/import-plan.ts';
import { problemOf } from '../core/import-problem.ts';
import { beginningOf, noBeginning, readAs, type Beginning } from './beginning.ts';
import { columnKey } from './column-names.ts';
import { titleRows } from './detect-header.ts';
import { DataError } from './errors.ts';
import { proposePlan } from './propose-plan.ts';
import { blobOf, refuseSizes, type FileSource } from './read-text.ts';
import { delimitedFields, type Fields } from './sample.ts';

/** Files that can be read as one data set: each could be a label or a domain. */
const MAX_FILES = 200;
/** Rows of a preview, and lines of one that has no rows. */
const ROWS_SHOWN = 8;
/** Characters shown of a cell, or a line. */
const CELL_SHOWN = 200;
/** Characters that a title above the table is looked for in. */
const TITLE_WITHIN = 8192;

/**
 * Looks at the beginning of each file and proposes how the files become examples. What cannot be read in the way that was detected, or asked for, is told in the
 * file's preview, where another way can be chosen.
 * @param readings how to read each file instead of as detected, one a file; null for as detected
 * @throws DataError when there is nothing to choose: no file or too many, too large ones, or a single one that is empty, holds no text, or is gone; the signal's reason when aborted
 */
export async function previewFiles(sources: readonly FileSource[], readings: readonly (FileReading | null)[], signal?: AbortSignal): Promise<ImportPreview> {
  if (sources.length === 0) throw new DataError('bad-file', 'There is no file to read.', 'Choose a file, or paste examples.');
  if (sources.length > MAX_FILES) throw new DataError('too-big', `There are ${sources.length} files; at most ${MAX_FILES} can be one data set.`, 'Choose fewer, or put them together.');
  refuseSizes(sources.map((source) => ({ name: source.name, blob: blobOf(source) })));
  const beginnings: Beginning[] = [];
  for (const [i, source] of sources.entries()) {
    await breathe();
    signal?.throwIfAborted();
    beginnings.push(
      await beginningOf(source, readings[i] ?? null).catch((error: unknown) => {
        // One of several files can be left out.
        if (sources.length > 1 && error instanceof DataError) return noBeginning(source, error);
        throw error;
      }),
    );
  }
  const files = withOneSpelling(withCommonHeader(beginnings, readings));
  const plan = proposePlan(files);
  const previews = files.map(shown);
  return { files: previews, plan, problem: problemOf(plan, previews) };
}

/** A first row that several files have in common names their columns. */
function withCommonHeader(files: readonly Beginning[], readings: readonly (FileReading | null)[]): Beginning[] {
  const firstRow = ({ reading, text }: Beginning): string => (reading.format === 'delimited' ? (/^[^\r\n]*/u.exec(text.trimStart()) as RegExpExecArray)[0].trim() : '');
  const times = new Map<string, number>();
  for (const beginning of files) times.set(firstRow(beginning), (times.get(firstRow(beginning)) ?? 0) + 1);
  return files.map((beginning, i) => {
    const { reading } = beginning;
    const first = firstRow(beginning);
    if (readings[i] || reading.hasHeader || first === '' || (times.get(first) ?? 0) < 2 || !first.includes(reading.delimiter)) return beginning;
    return readAs(beginning, { ...reading, hasHeader: true });
  });
}

/** Columns whose names differ in case and white space only are one: they go by the first file's spelling. */
function withOneSpelling(files: readonly Beginning[]): Beginning[] {
  const spelling = new Map<string, string>();
  return files.map((beginning) => {
    const { columns } = beginning.sample;
    const keys = new Set(columns.map(columnKey));
    if (keys.size < columns.length) return beginning; // a file that tells names apart by case keeps them
    const spelled = columns.map((column) => {
      const first = spelling.get(columnKey(column)) ?? column;
      spelling.set(columnKey(column), first);
      return first;
    });
    return { ...beginning, sample: { ...beginning.sample, columns: spelled } };
  });
}

function shown({ file, bytes, text, isWhole, reading, sample }: Beginning): FilePreview {
  const { columns, rows, problem, cellProblems } = sample;
  const top = rowsAtTop(reading, text);
  const [leftOut, advice] = [leftOutAbove(file, reading, top), adviceOnTitle(file, reading, top)];
  return {
    file,
    bytes,
    reading,
    columns,
    rows: rows.slice(0, ROWS_SHOWN).map((row) => row.map(cut)),
    rowsSeen: rows.length,
    isWhole: isWhole && problem === null,
    tallies: columns.map((_, i) => tallyOf(rows, i)),
    // Below a title all rows are of another length: what helps is to delete it.
    problems: [...(problem ? [{ ...wordsOf(problem, null), ...(advice !== '' && { remedy: advice }) }] : []), ...cellProblems.flatMap((error, i) => (error ? [wordsOf(error, columns[i] ?? null)] : []))],
    advice: problem ? leftOut : advice || leftOut,
    lines: columns.length > 0 || text === '' ? [] : text.trim().split(/\r\n|\r|\n/u, ROWS_SHOWN).map(cut),
  };
}

const wordsOf = ({ message, remedy }: DataError, column: string | null): FileProblem => ({ message, remedy, column });

function cut(cell: string): string {
  return cell.length <= CELL_SHOWN ? cell : `${cell.slice(0, CELL_SHOWN).replace(/\p{Surrogate}$/u, '')}…`;
}

/** Most names that some role can have. */
const MOST_NAMES = Math.max(...Object.values(EXAMPLE_LIMITS.maxNames));

function tallyOf(rows: Beginning['sample']['rows'], column: number): ColumnTally {
  const counts = new Map<string, number>();
  let filled = 0;
  let areNames = true;
  for (const row of rows) {
    const value = row[column] as string;
    if (value === '') continue;
    filled++;
    areNames &&= value.length <= EXAMPLE_LIMITS.maxNameLength;
    if (areNames) counts.set(value, (counts.get(value) ?? 0) + 1);
    areNames &&= counts.size <= MOST_NAMES;
  }
  return { filled, values: areNames ? [...counts] : null };
}

/** What stands above the table, as it was found or asked for. */
function leftOutAbove(file: string, { rowsAbove = 0 }: FileReading, { rows, numbers }: Fields): string {
  const above = rows.filter((_, i) => (numbers[i] as number) <= rowsAbove).map((row) => `“${cut(row.filter((cell) => cell !== '').join(' '))}”`);
  return above.length === 0 ? '' : `${counted(above.length, 'row')} above the table of ${file} ${above.length === 1 ? 'is' : 'are'} left out: ${above.slice(0, ROWS_SHOWN).join(', ')}${above.length > ROWS_SHOWN ? ', …' : ''}.`;
}

function adviceOnTitle(file: string, { hasHeader, rowsAbove }: FileReading, { rows, numbers }: Fields): string {
  const titles = hasHeader || rowsAbove ? 0 : titleRows(rows);
  return titles === 0 ? '' : `${file} seems to begin with a title: set “Rows above the table” to ${(numbers[titles] as number) - 1}.`;
}

/** The first rows of a table, those above it too; none of what is no table. */
function rowsAtTop(reading: FileReading, text: string): Fields {
  return reading.format === 'delimited' ? delimitedFields(text.slice(0, TITLE_WITHIN), { ...reading, rowsAbove: 0 }, false) : { rows: [], numbers: [], broken: false };
}
