import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** Pieces are folded into a Blob when there are so many bytes of them: the browser may then keep them on disk. */
const FOLD_BYTES = 16 * 2 ** 20;
const LEVEL = 6;

/** What is said of a file in the archive. */
export interface FileFacts {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Puts a zip archive together, one file after another. */
export class ZipWriter {
  private readonly zip: Zip;
  private readonly folded: Blob[] = [];
  private pieces: Uint8Array<ArrayBuffer>[] = [];
  private pending = 0;
  private failure: Error | null = null;

  /** @param modifiedAtMs of all files, milliseconds since 1970, from 1980 on */
  constructor(private readonly modifiedAtMs: number) {
    this.zip = new Zip((error, piece) => {
      if (error) this.failure = error;
      else this.take(piece);
    });
  }

  /**
   * Adds a whole file. Its pieces must not change afterwards.
   * @param compress whether that is worth while: not for floats
   */
  async add(name: string, pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>, compress: boolean): Promise<FileFacts> {
    const hash = sha256.create();
    const file = compress ? new ZipDeflate(name, { level: LEVEL }) : new ZipPassThrough(name);
    file.mtime = this.modifiedAtMs;
    this.zip.add(file);
    let bytes = 0;
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      file.push(piece, false);
    }
    file.push(new Uint8Array(), true);
    if (this.failure) throw this.failure;
    return { bytes, sha256: bytesToHex(hash.digest()) };
  }

  /** The archive. Nothing can be added after. */
  finish(): Blob {
    this.zip.end();
    if (this.failure) throw this.failure;
    return new Blob([...this.folded, ...this.pieces], { type: 'application/zip' });
  }

  private take(piece: Uint8Array): void {
    this.pieces.push(piece as Uint8Array<ArrayBuffer>);
    this.pending += piece.length;
    if (this.pending < FOLD_BYTES) return;
    this.folded.push(new Blob(this.pieces));
    this.pieces = [];
    this.pending = 0;
  }
}
