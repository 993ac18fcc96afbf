import { Inflate } from 'fflate';
import { DataError } from '../errors.ts';

/**
 * A zip archive read by its central directory, so that a file's size is known, and can be refused, before a byte of it is inflated.
 * Numbers of bytes and offsets are those of PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory) and
 * 4.3.16 (its end).
 */

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
/** More, or a longer list of them, is not one of our archives. */
const MAX_ENTRIES = 5000;
const MAX_DIRECTORY_BYTES = 4 * 2 ** 20;
/** Read at a time. Deflate makes at most 1,032 bytes of one, so that no more than 17 MB are made at once. */
const READ_BYTES = 16 * 1024;

const REMEDY = 'Get the file again from where it came from. Nothing was changed here.';

export interface ZipEntry {
  readonly name: string;
  /** Inflated. */
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc32: number;
  /** Of its local header. */
  readonly offset: number;
}

export class ZipArchive {
  private constructor(
    /** What the user knows it by. */
    readonly file: string,
    private readonly content: Blob,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** @throws DataError when it is no zip archive, or one of a kind that is not read */
  static async open(file: string, content: Blob): Promise<ZipArchive> {
    const broken = (why: string): DataError => new DataError('bad-file', `${file} is not a zip archive that can be read: ${why}.`, REMEDY, { file });
    const tailFrom = Math.max(0, content.size - END_BYTES - MAX_COMMENT_BYTES);
    const tail = await viewOf(content, tailFrom, content.size);
    let end = tail.byteLength - END_BYTES;
    while (end >= 0 && !(tail.getUint32(end, true) === END && tail.getUint16(end + 20, true) === tail.byteLength - end - END_BYTES)) end--;
    if (end < 0) throw broken('its end is missing, as when a download was cut short');
    const count = tail.getUint16(end + 10, true);
    const [size, from] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
    if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES || from + size > tailFrom + end) throw broken('its list of files has an impossible size');
    const directory = await viewOf(content, from, from + size);
    const entries = new Map<string, ZipEntry>();
    for (let i = 0, at = 0; i < count; i++) {
      if (at + CENTRAL_BYTES > size || directory.getUint32(at, true) !== CENTRAL) throw broken('its list of files is damaged');
      const [flags, method] = [directory.getUint16(at + 8, true), directory.getUint16(at + 10, true)];
      const nameBytes = directory.getUint16(at + 28, true);
      const next = at + CENTRAL_BYTES + nameBytes + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
      if (next > size) throw broken('its list of files is damaged');
      const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + CENTRAL_BYTES, nameBytes));
      if ((flags & ENCRYPTED) !== 0) throw broken(`${name} in it is locked by a password`);
      if (method !== STORED && method !== DEFLATED) throw broken(`${name} in it is compressed in an unusual way`);
      if (entries.has(name)) throw broken(`${name} is in it twice`);
      entries.set(name, {
        name,
        method,
        crc32: directory.getUint32(at + 16, true),
        compressedBytes: directory.getUint32(at + 20, true),
        bytes: directory.getUint32(at + 24, true),
        offset: directory.getUint32(at + 42, true),
      });
      at = next;
    }
    return new ZipArchive(file, content, entries);
  }

  get(name: string): ZipEntry | undefined {
    return this.entries.get(name);
  }

  /** The file's content, piece by piece; exactly `entry.bytes`. @throws DataError when it is damaged */
  async *read({ name, bytes, compressedBytes, method, offset }: ZipEntry): AsyncGenerator<Uint8Array> {
    const broken = (): DataError => new DataError('bad-file', `${name} in ${this.file} is damaged.`, REMEDY, { file: name });
    const local = await viewOf(this.content, offset, offset + LOCAL_BYTES);
    if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL) throw broken();
    const from = offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
    const to = from + compressedBytes;
    if (to > this.content.size) throw broken();
    let made: Uint8Array[] = [];
    const inflate = method === DEFLATED ? new Inflate((piece) => made.push(piece)) : null;
    let done = 0;
    for (let at = from; at < to; at += READ_BYTES) {
      const piece = new Uint8Array(await this.content.slice(at, Math.min(to, at + READ_BYTES)).arrayBuffer());
      made = inflate ? [] : [piece];
      try {
        inflate?.push(piece, at + READ_BYTES >= to);
      } catch {
        throw broken();
      }
      for (const part of made) {
        done += part.length;
        if (done > bytes) throw broken();
        yield part;
      }
    }
    if (done !== bytes) throw broken();
  }
}

async function viewOf(content: Blob, from: number, to: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await content.slice(from, to).arrayBuffer());
}

/** CRC-32 (ISO 3309), as zip archives have it of each file. */
export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
