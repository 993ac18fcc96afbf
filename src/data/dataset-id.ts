import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Example } from '../core/examples.ts';
import { breathe } from '../core/breathe.ts';

/** Characters encoded together, about: fewer cost calls. */
const ENCODED_AT_ONCE = 16_384;
/** Room left over for the last rows, which could need three bytes a character. */
const SPARE_BYTES = 8 * ENCODED_AT_ONCE;
/** Rows hashed between two turns. */
const ROWS_PER_TURN = 2000;

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
  const rows = new RowBytes(subtle ? examples.reduce((sum, row) => sum + lengthOf(row), SPARE_BYTES) : 0);
  const hash = sha256.create();
  for (let from = 0; from < examples.length; from += ROWS_PER_TURN) {
    await breathe();
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
  /** Rows that are not encoded yet. */
  private lines = '';
  /** What follows the text of a row, by label, domain and group: many rows have the same. */
  private readonly ends = new Map<string, Map<string, Map<string | undefined, string>>>();

  /** @param length expected, in bytes. Room that is not used costs little, copies do. */
  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  add(examples: readonly Example[]): void {
    for (const { text, label, domain, group } of examples) {
      const end = this.endOf(label, domain, group);
      this.lines += `[${JSON.stringify(text)}${end}`;
      if (this.lines.length >= ENCODED_AT_ONCE) this.encode();
    }
    this.encode();
  }

  /** @returns what was added since the last time; it is overwritten by the next rows. */
  take(): Uint8Array<ArrayBuffer> {
    const { used } = this;
    this.used = 0;
    return this.bytes.subarray(0, used);
  }

  private endOf(label: string, domain: string, group: string | undefined): string {
    const ofLabel = this.ends.get(label) ?? new Map<string, Map<string | undefined, string>>();
    const ofDomain = ofLabel.get(domain) ?? new Map<string | undefined, string>();
    const known = ofDomain.get(group);
    if (known !== undefined) return known;
    const end = `,${JSON.stringify(group === undefined ? [label, domain] : [label, domain, group]).slice(1)}\n`;
    this.ends.set(label, ofLabel.set(domain, ofDomain.set(group, end)));
    return end;
  }

  private encode(): void {
    this.makeRoom(3 * this.lines.length);
    this.used += encoder.encodeInto(this.lines, this.bytes.subarray(this.used)).written;
    this.lines = '';
  }

  private makeRoom(length: number): void {
    if (this.used + length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.used + length, Math.ceil(1.5 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}

/** Bytes that a row will take, about: more where characters take several. */
function lengthOf({ text, label, domain, group = '' }: Example): number {
  return text.length + label.length + domain.length + group.length + 16;
}
