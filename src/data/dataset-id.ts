import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Example } from '../core/examples.ts';

/** Hashes a data set's rows, in order, into its id. The form of a row is part of every id: never change it. */
export class DatasetHasher {
  private readonly hash = sha256.create();

  add(examples: readonly Example[]): void {
    this.hash.update(utf8ToBytes(examples.map(({ text, label, domain }) => `${JSON.stringify([text, label, domain])}\n`).join('')));
  }

  /** @returns 32 hexadecimal digits. Call once. */
  id(): string {
    return bytesToHex(this.hash.digest()).slice(0, 32);
  }
}
