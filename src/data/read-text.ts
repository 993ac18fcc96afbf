import { DataError } from './errors.ts';

/** Larger files are refused before a byte is read. */
export const MAX_FILE_BYTES = 200 * 2 ** 20;
const CHUNK_BYTES = 256 * 1024;

/** A stretch of a file's text. Chunks never cut a character in two. */
export interface TextChunk {
  readonly text: string;
  /** Bytes of the file read so far, this chunk included. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly last: boolean;
  /** Position (from 0) in the file of a byte that is not UTF-8, and its value; `text` then ends before it, and nothing follows. */
  readonly broken: { readonly at: number; readonly byte: number } | null;
}

/** What to do about a file in another encoding. */
export const SAVE_AS_UTF8 = 'Save the file as UTF-8 (in Excel: Save As, “CSV UTF-8”; in LibreOffice: character set “Unicode (UTF-8)”) and choose it again.';

/**
 * Reads a file as UTF-8, chunk by chunk, without its byte order mark. Gives the event loop a turn before each chunk.
 * @param chunkBytes bytes read at a time, at least 4.
 * @throws DataError when the file is empty, larger than MAX_FILE_BYTES, unreadable, UTF-16, or a workbook.
 */
export async function* readText(name: string, content: Blob, chunkBytes = CHUNK_BYTES): AsyncGenerator<TextChunk> {
  const totalBytes = content.size;
  if (totalBytes === 0) throw new DataError('bad-file', `${name} is empty.`, 'Choose a CSV file with the columns text and label.', { file: name });
  if (totalBytes > MAX_FILE_BYTES) {
    throw new DataError('too-big', `${name} has ${Math.ceil(totalBytes / 2 ** 20)} MB; at most ${MAX_FILE_BYTES / 2 ** 20} MB can be read.`, 'Choose a smaller file, such as a sample of the rows.', { file: name });
  }
  for (let start = 0; start < totalBytes; ) {
    await nextTask();
    const bytes = await readBytes(name, content, start, Math.min(totalBytes, start + chunkBytes));
    if (start === 0) refuseOtherFormats(name, bytes);
    const atEnd = start + bytes.length >= totalBytes;
    const whole = atEnd ? bytes : bytes.subarray(0, characterBoundary(bytes));
    const valid = validUtf8Length(whole);
    const text = decode(whole.subarray(0, valid));
    const broken = valid < whole.length ? { at: start + valid, byte: whole[valid] as number } : null;
    const doneBytes = start + whole.length;
    yield { text: start === 0 ? text.replace(/^\uFEFF/u, '') : text, doneBytes, totalBytes, last: atEnd, broken };
    if (broken) return;
    start = doneBytes;
  }
}

/** Lets messages, such as one that cancels, be handled. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function readBytes(name: string, content: Blob, from: number, to: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await content.slice(from, to).arrayBuffer());
  } catch (cause) {
    // The browser forgets a file that changed or moved after it was chosen.
    if (!(cause instanceof DOMException)) throw cause;
    throw new DataError('bad-file', `${name} could not be read: it may have been moved or changed.`, 'Choose the file again.', { file: name });
  }
}

function refuseOtherFormats(name: string, bytes: Uint8Array): void {
  const [a, b] = bytes;
  const head = bytes.subarray(0, 1024);
  const nulShare = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0) / head.length;
  if (a === 0x50 && b === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    throw new DataError('bad-file', `${name} is a workbook or an archive, not a CSV file.`, 'Open it in a spreadsheet and save the sheet as CSV UTF-8.', { file: name, row: 1 });
  }
  // Latin letters in UTF-16 are every other byte NUL; UTF-8 text has none.
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || nulShare >= 0.25) {
    throw new DataError('bad-file', `${name} is UTF-16 text, not UTF-8.`, SAVE_AS_UTF8, { file: name, row: 1 });
  }
}

/** @returns where to cut so that a character that goes on in the next chunk is left to it whole. */
function characterBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length - 1); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= 0xc0 ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Length of the longest valid UTF-8 prefix, by bisection with the platform's own decoder when the whole is not valid. */
function validUtf8Length(bytes: Uint8Array): number {
  const isValidPrefix = (length: number, stream: boolean): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (isValidPrefix(bytes.length, false)) return bytes.length;
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValidPrefix(middle, true)) good = middle;
    else bad = middle;
  }
  // `good` may end inside a character that is never completed.
  while (good > 0 && !isValidPrefix(good, false)) good--;
  return good;
}
