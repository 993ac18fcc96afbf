import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Example } from '../core/examples.ts';

/**
 * Hashes a data set's rows, in order, into its id. The form of a row is part of every id: never change it. A row with a group has a
 * fourth entry, one without has three, so that groups change no id of data without them.
 */
export class DatasetHasher {
  private readonly hash = sha256.create();

  add(examples: readonly Example[]): void {
    this.hash.update(utf8ToBytes(examples.map((example) => `${JSON.stringify(hashedCells(example))}\n`).join('')));
  }

  /** @returns 32 hexadecimal digits. Call once. */
  id(): string {
    return bytesToHex(this.hash.digest()).slice(0, 32);
  }
}

function hashedCells({ text, label, domain, group }: Example): string[] {
  return group === undefined ? [text, label, domain] : [text, label, domain, group];
}
