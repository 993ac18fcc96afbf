import { breathe } from '../core/breathe.ts';
import type { Encoding } from '../core/import-plan.ts';
import { ENCODING_WORDS } from '../core/import-words.ts';
import { MAX_CHARACTER_BYTES, StreamDecoder, decodeValid, wholeCharacters, windows1252Letter } from './encodings.ts';
import { DataError } from './errors.ts';
import { KIND_BYTES, refuseOtherKinds } from './file-kinds.ts';

/** More bytes, over all files, are refused before one is read. */
export const MAX_BYTES = 200 * 2 ** 20;
/** Bytes read, decoded and taken apart at a time. */
const CHUNK_BYTES = 512 * 1024;

/** A file, or text that was pasted. */
export interface FileSource {
  readonly name: string;
  readonly content: Blob | string;
}

/** A stretch of a file's text. Chunks never cut a character in two. */
export interface TextChunk {
  /** Without NUL characters and the byte order mark. */
  readonly text: string;
  /** Bytes of the file read so far, this chunk included. */
  readonly doneBytes: number;
  readonly last: boolean;
  /** Position (from 0) in the file of a byte that the encoding does not allow, and its value; `text` then ends before it, and nothing follows. */
  readonly broken: { readonly at: number; readonly byte: number } | null;
}

/** The bytes of a source: text that was pasted as UTF-8. */
export function blobOf({ content }: FileSource): Blob {
  return content instanceof Blob ? content : new Blob([content]);
}

/** @throws DataError when the files are together larger than MAX_BYTES */
export function refuseSizes(files: readonly { readonly name: string; readonly blob: Blob }[]): void {
  const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (bytes <= MAX_BYTES) return;
  const largest = files.reduce((a, b) => (b.blob.size > a.blob.size ? b : a)).name;
  const what = files.length === 1 ? `${largest} has` : `The ${files.length} files, of which ${largest} is the largest, have`;
  throw new DataError('too-big', `${what} ${Math.ceil(bytes / 2 ** 20)} MB; at most ${MAX_BYTES / 2 ** 20} MB can be read.`, 'Choose less, such as a sample of the rows.', { file: largest });
}

export function isEmpty(file: string): DataError {
  return new DataError('bad-file', `${file} is empty.`, 'Choose a file with examples: a text and its label in each row.', { file });
}

/**
 * Reads a file's text, chunk by chunk. Gives the event loop a turn at first, and after every `chunkBytes`.
 * @param chunkBytes bytes decoded at a time, at most
 * @throws DataError when the file is unreadable, or of a kind that holds no text as it is
 */
export async function* readText(name: string, blob: Blob, encoding: Encoding, chunkBytes = CHUNK_BYTES): AsyncGenerator<TextChunk> {
  refuseOtherKinds(name, await readBytes(name, blob, 0, KIND_BYTES), encoding.startsWith('utf-16'));
  const decoder = new StreamDecoder(encoding);
  let start = 0;
  let begun = false;
  let sinceTurn = chunkBytes;
  for await (const bytes of readPieces(name, blob, chunkBytes)) {
    // Browsers hand files on in smaller pieces, and a turn for each of them would add up.
    if (sinceTurn >= chunkBytes) {
      await breathe();
      sinceTurn = 0;
    }
    sinceTurn += bytes.length;
    const end = start + bytes.length;
    const last = end === blob.size;
    const decoded = decoder.push(bytes, last);
    const { text, broken } = decoded === null ? await brokenText(name, blob, encoding, start, end) : { text: decoded, broken: null };
    // A byte order mark is not part of the text.
    const marked = !begun && text.startsWith('\uFEFF');
    begun ||= text !== '';
    yield { text: withoutNuls(marked ? text.slice(1) : text), doneBytes: end, last, broken };
    if (broken) return;
    start = end;
  }
  if (start < blob.size) throw unreadable(name);
}

/**
 * The bytes of a file as they come, in pieces of at most `pieceBytes`. Several times as fast as slices of a file. A piece is to be used before
 * the next one is asked for: its memory may be written over.
 */
async function* readPieces(name: string, blob: Blob, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const reader = readerInto(blob.stream() as ReadableStream<Bytes>);
  let memory = new ArrayBuffer(pieceBytes);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(memory)).catch((cause: unknown) => {
        throw unreadable(name, cause);
      });
      if (done || !value) return;
      for (let from = 0; from < value.length; from += pieceBytes) yield value.subarray(from, from + pieceBytes);
      memory = value.buffer;
    }
  } finally {
    await reader.cancel().catch(() => {}); // a file that could not be read cannot be closed either
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A stream's reader that fills the memory it is given, or one that ignores it where the browser's files cannot be read so (Safari before 26.4): fresh memory for each piece takes several times as long. */
function readerInto(stream: ReadableStream<Bytes>): { read(memory: Bytes): Promise<ReadableStreamReadResult<Bytes>>; cancel(): Promise<void> } {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return stream.getReader();
  }
}

/** The text of the bytes from `start` to `end`, which hold one that the encoding does not allow, or an incomplete character at the file's end. */
async function brokenText(name: string, blob: Blob, encoding: Encoding, start: number, end: number): Promise<Pick<TextChunk, 'text' | 'broken'>> {
  // A character may have begun before `start`.
  const before = Math.max(0, (start & ~1) - MAX_CHARACTER_BYTES);
  const from = before + wholeCharacters(await readBytes(name, blob, before, start), encoding);
  const bytes = await readBytes(name, blob, from, end);
  const valid = decodeValid(bytes, encoding);
  return { text: valid.text, broken: { at: from + valid.end, byte: bytes[valid.end] as number } };
}

/** @throws DataError when the browser cannot read it any more */
export async function readBytes(name: string, blob: Blob, from: number, to: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.slice(from, to).arrayBuffer());
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/** The browser forgets a file that changed or moved after it was chosen. */
function unreadable(name: string, cause?: unknown): DataError {
  const error = new DataError('bad-file', `${name} could not be read: it may have been moved or changed.`, 'Choose the file again.', { file: name });
  error.cause = cause;
  return error;
}

const withoutNuls = (text: string): string => (text.includes('\u0000') ? text.replaceAll('\u0000', '') : text);

/** What is wrong with a file that holds a byte which its encoding does not allow. @param row that the byte is in */
export function notEncoded(file: string, encoding: Encoding, row: number, { at, byte }: { at: number; byte: number }): DataError {
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const letter = windows1252Letter(byte);
  const what = encoding === 'utf-8' && !/\p{Cc}/u.test(letter) ? `${hex}, in Windows-1252 “${letter}”` : hex;
  const save = 'save the file as UTF-8 (in Excel: File, Save As, “CSV UTF-8”)';
  return new DataError(
    'bad-file',
    `${file} is not ${ENCODING_WORDS[encoding]} text: byte ${(at + 1).toLocaleString('en')} of the file (${what}), in row ${row}, cannot be read.`,
    encoding === 'utf-8' ? `Type that character anew and ${save}; or choose Windows-1252 as the encoding, if all texts look right then.` : `Choose another encoding, or ${save}.`,
    { file, row },
  );
}
