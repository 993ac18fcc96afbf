import type { FileReading } from '../core/import-plan.ts';
import { detectReading } from './detect-reading.ts';
import { decodeAnyhow, decodeValid, detectEncoding, wholeCharacters } from './encodings.ts';
import { DataError } from './errors.ts';
import { refuseOtherKinds } from './file-kinds.ts';
import { blobOf, isEmpty, notEncoded, readBytes, type FileSource } from './read-text.ts';
import { rowAtEnd, sampleOf, type Sample } from './sample.ts';

/** Bytes of a file that are looked at before it is imported. */
const LOOKED_AT_BYTES = 256 * 1024;

/** The beginning of a file, and what can be read there. */
export interface Beginning {
  readonly file: string;
  readonly bytes: number;
  /** Without NUL characters and the byte order mark; '' for a file that holds no text. */
  readonly text: string;
  readonly isWhole: boolean;
  readonly reading: FileReading;
  /** Its `problem` is the first one in the file, be it of the encoding or of the rows. */
  readonly sample: Sample;
}

/**
 * @param asked how the file is to be read; null for as detected
 * @throws DataError when no reading could make anything of the file: it is empty, holds no text, or is gone
 */
export async function beginningOf(source: FileSource, asked: FileReading | null): Promise<Beginning> {
  const file = source.name;
  const blob = blobOf(source);
  const head = await readBytes(file, blob, 0, Math.min(blob.size, LOOKED_AT_BYTES));
  const isWhole = head.length === blob.size;
  // Text that was pasted is not encoded in any way that could be chosen.
  const encoding = typeof source.content === 'string' ? 'utf-8' : (asked?.encoding ?? detectEncoding(head, isWhole));
  refuseOtherKinds(file, head, encoding.startsWith('utf-16'));
  const looked = isWhole ? head : head.subarray(0, wholeCharacters(head, encoding));
  const valid = decodeValid(looked, encoding);
  const isValid = valid.end === looked.length;
  // What follows a byte that cannot be read is shown all the same, so that there is something to choose by.
  const text = cleaned(isValid ? valid.text : decodeAnyhow(looked, encoding));
  if (text.trim() === '' && isWhole) throw isEmpty(file);
  const reading = asked ? { ...asked, encoding } : detectReading(file, encoding, text, isWhole);
  const sample = withReason(file, reading, sampleOf(file, reading, text, isWhole));
  if (isValid) return { file, bytes: blob.size, text, isWhole, reading, sample };
  const row = rowAtEnd(file, reading, cleaned(valid.text));
  const isFirst = (sample.problem?.place.row ?? Infinity) >= row;
  const problem = isFirst ? notEncoded(file, encoding, row, { at: valid.end, byte: looked[valid.end] as number }) : sample.problem;
  return { file, bytes: blob.size, text, isWhole, reading, sample: { ...sample, problem } };
}

/** Stands for a file of which nothing can be read. */
export function noBeginning(source: FileSource, problem: DataError): Beginning {
  const reading: FileReading = { format: 'lines', encoding: 'utf-8', delimiter: ',', hasHeader: false };
  return { file: source.name, bytes: blobOf(source).size, text: '', isWhole: true, reading, sample: { columns: [], rows: [], problem, cellProblems: [] } };
}

/** The beginning read otherwise. */
export function readAs(beginning: Beginning, reading: FileReading): Beginning {
  const { file, text, isWhole, sample } = beginning;
  const other = withReason(file, reading, sampleOf(file, reading, text, isWhole));
  return { ...beginning, reading, sample: { ...other, problem: sample.problem ?? other.problem } };
}

const cleaned = (text: string): string => text.replace(/^\uFEFF/u, '').replaceAll('\u0000', '');

/** Where there is no column there is a reason. */
function withReason(file: string, { format }: FileReading, sample: Sample): Sample {
  if (sample.columns.length > 0 || sample.problem) return sample;
  const isJson = format === 'json' || format === 'jsonl';
  const remedy = isJson ? 'Write the examples as one array of objects: [{"text": "…", "label": "…"}, …].' : 'Choose another format, or another file.';
  return { ...sample, problem: new DataError('bad-file', `${file} has no row with a value that could be a text.`, remedy, { file }) };
}
