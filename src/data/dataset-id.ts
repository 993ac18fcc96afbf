import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { breathe } from '../core/breathe.ts';
import type { Example } from '../core/examples.ts';
import { linesOf } from './hashed-lines.ts';

/**
 * Most bytes hashed together; part of the id of every data set whose rows take more: never change it. In blocks, rows can be hashed on another thread while the next
 * ones are written out, and no copy of all of them is in memory.
 */
export const BLOCK_BYTES = 2 ** 20;

type Bytes = Uint8Array<ArrayBuffer>;

/** Hashes the first `used` bytes of some memory by SHA-256 and gives the memory back. Until then it is the hasher's, which may hand it to another thread. */
export type HashBlock = (memory: Bytes, used: number) => Promise<{ readonly digest: Uint8Array; readonly memory: Bytes }>;

/**
 * The id of a data set: the SHA-256 of its rows, in order, where they fit into one block, else of the digests of all blocks, one after the other. A block has as many
 * whole characters as there is room for. Gives the event loop turns.
 * @param hashBlock how blocks are hashed; on this thread if not given
 * @returns 32 hexadecimal digits. @throws the signal's reason when aborted; what `hashBlock` throws
 */
export async function contentId(examples: readonly Example[], signal?: AbortSignal, hashBlock: HashBlock = hashHere): Promise<string> {
  const digests = await hashBlocks(examples, hashBlock, signal);
  return idOf(digests.length === 1 ? (digests[0] as Uint8Array) : await sha256Of(concatBytes(...digests) as Bytes));
}

/** The id that earlier versions gave: the SHA-256 of all rows, however many blocks they take. @throws the signal's reason when aborted */
export async function formerContentId(examples: readonly Example[], signal?: AbortSignal): Promise<string> {
  const hash = sha256.create();
  const hashOn: HashBlock = async (memory, used) => {
    hash.update(memory.subarray(0, used));
    return { digest: new Uint8Array(), memory };
  };
  await hashBlocks(examples, hashOn, signal);
  return idOf(hash.digest());
}

/** On this thread. */
export const hashHere: HashBlock = async (memory, used) => ({ digest: await sha256Of(memory.subarray(0, used)), memory });

/** Writes one block while the one before is hashed. */
async function hashBlocks(examples: readonly Example[], hashBlock: HashBlock, signal?: AbortSignal): Promise<Uint8Array[]> {
  const encoder = new TextEncoder();
  const digests: Uint8Array[] = [];
  let memory = new Uint8Array(BLOCK_BYTES);
  let used = 0;
  let before: ReturnType<HashBlock> | null = null;
  const finish = async (block: ReturnType<HashBlock>): Promise<Bytes> => {
    const hashed = await block;
    digests.push(hashed.digest);
    return hashed.memory;
  };
  for (let lines of linesOf(examples)) {
    for (;;) {
      const { read, written } = encoder.encodeInto(lines, memory.subarray(used));
      used += written;
      lines = lines.slice(read);
      if (lines === '') break;
      const block = hashBlock(memory, used);
      block.catch(() => {}); // it is met when the block is waited for
      await breathe();
      signal?.throwIfAborted();
      memory = before ? await finish(before) : new Uint8Array(BLOCK_BYTES);
      [before, used] = [block, 0];
    }
  }
  if (before) await finish(before);
  if (used > 0) await finish(hashBlock(memory, used));
  return digests;
}

/** By the platform where there is one, which pages without a secure context lack. */
async function sha256Of(bytes: Bytes): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
}

function idOf(digest: Uint8Array): string {
  return bytesToHex(digest).slice(0, 32);
}
