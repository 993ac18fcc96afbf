import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Example } from '../core/examples.ts';
import { nextTask } from './next-task.ts';

/** Rows hashed between two turns. */
const ROWS_PER_TURN = 2000;
/** What JSON does not write as it is: anything but printable characters without the quotation mark and the backslash; and surrogates, which may be halves. */
const ESCAPED = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

const encoder = new TextEncoder();

/**
 * Hashes a data set's rows, in order, into its id. The form of a row is part of every id: never change it. A row with a group has a
 * fourth entry, one without has three, so that groups change no id of data without them.
 */
export class DatasetHasher {
  private readonly hash = sha256.create();
  private readonly rows = new RowBytes(0);

  add(examples: readonly Example[]): void {
    this.rows.add(examples);
    this.hash.update(this.rows.take());
  }

  /** @returns 32 hexadecimal digits. Call once. */
  id(): string {
    return idOf(this.hash.digest());
  }
}

/** What DatasetHasher gives for all rows, by the platform's own SHA-256 where there is one. Gives the event loop turns. @throws the signal's reason when aborted */
export async function contentId(examples: readonly Example[], signal?: AbortSignal): Promise<string> {
  // Pages without a secure context have none. It takes all bytes at once.
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  const rows = new RowBytes(subtle ? examples.reduce((sum, row) => sum + lengthOf(row), 0) : 0);
  const hash = sha256.create();
  for (let from = 0; from < examples.length; from += ROWS_PER_TURN) {
    await nextTask();
    signal?.throwIfAborted();
    rows.add(examples.slice(from, from + ROWS_PER_TURN));
    if (!subtle) hash.update(rows.take());
  }
  return idOf(subtle ? new Uint8Array(await subtle.digest('SHA-256', rows.take())) : hash.digest());
}

function idOf(digest: Uint8Array): string {
  return bytesToHex(digest).slice(0, 32);
}

/** Rows as they are hashed: each as JSON, a list of its cells, and a line end, in UTF-8. */
class RowBytes {
  private bytes: Uint8Array<ArrayBuffer>;
  private used = 0;

  /** @param length expected, in bytes. Room that is not used costs nothing, copies do. */
  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  add(examples: readonly Example[]): void {
    // Row by row: one text beyond Latin-1 would make a longer string of all rows slow to encode.
    for (const { text, label, domain, group } of examples) {
      this.put(`[${quoted(text)},${quoted(label)},${quoted(domain)}${group === undefined ? '' : `,${quoted(group)}`}]\n`);
    }
  }

  /** @returns what was added since the last time; it is overwritten by the next rows. */
  take(): Uint8Array<ArrayBuffer> {
    const { used } = this;
    this.used = 0;
    return this.bytes.subarray(0, used);
  }

  private put(line: string): void {
    const { read, written } = encoder.encodeInto(line, this.bytes.subarray(this.used));
    if (read === line.length) {
      this.used += written;
      return;
    }
    this.grow(3 * line.length);
    this.put(line);
  }

  private grow(atLeast: number): void {
    const larger = new Uint8Array(Math.max(this.used + atLeast, Math.ceil(1.5 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}

/** Bytes that a row will take, about: more where characters take several. */
function lengthOf({ text, label, domain, group = '' }: Example): number {
  return text.length + label.length + domain.length + group.length + 16;
}

/** As JSON.stringify writes it. */
function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
