import { fileStem, ROLES, type FilePreview, type FileReading, type ImportPlan, type ImportPreview, type Origin } from '../core/import-plan.ts';
import { problemOf } from '../core/import-problem.ts';
import { columnKey } from './column-names.ts';
import { proposeColumns } from './column-roles.ts';
import { detectReading } from './detect-reading.ts';
import { detectEncoding, decodeValid, wholeCharacters } from './encodings.ts';
import { DataError } from './errors.ts';
import { breathe } from '../core/breathe.ts';
import { CHUNK_BYTES, blobOf, isEmpty, readBytes, refuseOtherKinds, refuseSizes, type FileSource } from './read-text.ts';
import { openRows } from './rows.ts';
import { sampleOf, type Sample } from './sample.ts';

/** Files that can be read as one data set: each could be a label or a domain. */
const MAX_FILES = 200;
/** Rows of a preview. */
const ROWS_SHOWN = 8;
/** Characters shown of a cell. */
const CELL_SHOWN = 200;
/** Rows that roles are told by, of each file. */
const ROWS_JUDGED = 500;

/** The beginning of a file, and what can be read there. */
interface Beginning {
  readonly file: string;
  readonly bytes: number;
  readonly text: string;
  readonly whole: boolean;
  readonly reading: FileReading;
  readonly sample: Sample;
}

/**
 * Looks at the beginning of each file and proposes how the files become examples.
 * @param readings how to read each file instead of as detected, one a file; null for as detected
 * @throws DataError naming the file, and the row where it is known, when nothing can be read there; the signal's reason when aborted
 */
export async function previewFiles(sources: readonly FileSource[], readings: readonly (FileReading | null)[], signal?: AbortSignal): Promise<ImportPreview> {
  if (sources.length === 0) throw new DataError('bad-file', 'There is no file to read.', 'Choose a file, or paste examples.');
  if (sources.length > MAX_FILES) throw new DataError('too-big', `There are ${sources.length} files; at most ${MAX_FILES} can be one data set.`, 'Choose fewer, or put them together.');
  refuseSizes(sources.map((source) => ({ name: source.name, blob: blobOf(source) })));
  const beginnings: Beginning[] = [];
  for (const [i, source] of sources.entries()) {
    await breathe();
    signal?.throwIfAborted();
    beginnings.push(await beginningOf(source, readings[i] ?? null));
  }
  const files = withOneSpelling(withCommonHeader(beginnings, readings));
  const plan = proposal(files);
  return { files: files.map(shown), plan, problem: problemInWords(files, plan) };
}

async function beginningOf(source: FileSource, asked: FileReading | null): Promise<Beginning> {
  const file = source.name;
  const blob = blobOf(source);
  const head = await readBytes(file, blob, 0, Math.min(blob.size, CHUNK_BYTES));
  refuseOtherKinds(file, head);
  const whole = head.length === blob.size;
  // Text that was pasted is not encoded in any way that could be chosen.
  const encoding = typeof source.content === 'string' ? 'utf-8' : (asked?.encoding ?? detectEncoding(head, whole));
  const { text: raw } = decodeValid(whole ? head : head.subarray(0, wholeCharacters(head, encoding)), encoding);
  const text = raw.replace(/^\uFEFF/u, '').replaceAll('\u0000', '');
  if (text.trim() === '' && whole) throw isEmpty(file);
  const reading = asked ? { ...asked, encoding } : detectReading(file, encoding, text, whole);
  return { file, bytes: blob.size, text, whole, reading, sample: sampled(file, reading, text, whole) };
}

/** @throws DataError when not even one row can be read */
function sampled(file: string, reading: FileReading, text: string, whole: boolean): Sample {
  const sample = sampleOf(file, reading, text, whole);
  if (sample.columns.length > 0) return sample;
  throw sample.problem ?? new DataError('bad-file', `${file} has no row with a value.`, 'Choose another file, or read it in another way.', { file });
}

/** A first row that several files have in common names their columns. */
function withCommonHeader(files: readonly Beginning[], readings: readonly (FileReading | null)[]): Beginning[] {
  const firstRow = ({ reading, text }: Beginning): string => (reading.format === 'delimited' ? (/^[^\r\n]*/u.exec(text.trimStart()) as RegExpExecArray)[0].trim() : '');
  const times = new Map<string, number>();
  for (const beginning of files) times.set(firstRow(beginning), (times.get(firstRow(beginning)) ?? 0) + 1);
  return files.map((beginning, i) => {
    const { reading, file, text, whole } = beginning;
    const first = firstRow(beginning);
    if (readings[i] || reading.hasHeader || first === '' || (times.get(first) ?? 0) < 2 || !first.includes(reading.delimiter)) return beginning;
    const withHeader = { ...reading, hasHeader: true };
    return { ...beginning, reading: withHeader, sample: sampled(file, withHeader, text, whole) };
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

function proposal(files: readonly Beginning[]): ImportPlan {
  const [first] = files as readonly [Beginning, ...Beginning[]];
  const common = first.sample.columns.filter((column) => files.every(({ sample }) => sample.columns.includes(column)));
  const columns = common.length > 0 ? common : first.sample.columns;
  const judged = common.length > 0 ? files : [first];
  const cells = columns.map((column) =>
    judged.flatMap(({ sample }) => {
      const place = sample.columns.indexOf(column);
      return sample.rows.slice(0, ROWS_JUDGED).map((row) => row[place] as string);
    }),
  );
  const named = first.reading.format !== 'delimited' || first.reading.hasHeader;
  const found = proposeColumns(columns, cells, named);
  const of = (column: string | undefined): Origin => (column === undefined ? { kind: 'none' } : { kind: 'column', column });
  const byName: Origin = files.length > 1 ? { kind: 'file-name' } : { kind: 'none' };
  return {
    name: nameOf(files.map(({ file }) => fileStem(file))),
    readings: files.map(({ reading }) => reading),
    origins: {
      text: of(found.text),
      label: found.label === undefined ? byName : of(found.label),
      domain: found.domain === undefined && found.label !== undefined ? byName : of(found.domain),
      group: of(found.group),
    },
  };
}

/** “shop”, “shop and mail”, “shop and 3 more”. */
function nameOf(stems: readonly string[]): string {
  const [first = '', second = ''] = stems;
  if (stems.length === 1) return first;
  return stems.length === 2 ? `${first} and ${second}` : `${first} and ${stems.length - 1} more`;
}

function shown({ file, bytes, reading, sample }: Beginning): FilePreview {
  return { file, bytes, reading, columns: sample.columns, rows: sample.rows.slice(0, ROWS_SHOWN).map((row) => row.map(cutCell)) };
}

function cutCell(cell: string): string {
  return cell.length <= CELL_SHOWN ? cell : `${cell.slice(0, CELL_SHOWN).replace(/\p{Surrogate}$/u, '')}…`;
}

/** What keeps the plan from being carried out, as far as the beginnings show. */
function problemInWords(files: readonly Beginning[], plan: ImportPlan): string {
  if (plan.origins.label.kind === 'none') return 'No column looks like a label: choose one, or take the label from the file’s name.';
  const inPlan = problemOf(plan, files.map(({ file, sample }) => ({ file, columns: sample.columns })));
  if (inPlan !== '') return inPlan;
  const columns = ROLES.flatMap((role) => {
    const origin = plan.origins[role];
    return origin.kind === 'column' ? [origin.column] : [];
  });
  for (const { file, reading, text, whole } of files) {
    const error = errorIn(() => openRows(file, reading, columns).push(text, whole, () => {}));
    if (error) return `${error.message} ${error.remedy}`;
  }
  return '';
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
