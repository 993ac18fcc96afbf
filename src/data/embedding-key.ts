import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Name of a text's embedding in the cache: 64 hexadecimal digits, equal for equal text under the same encoder. */
export function embeddingKey(encoderVersion: string, text: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${encoderVersion}\u0000${text}`)));
}
