import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { breathe } from '../core/breathe.ts';
import type { Example } from '../core/examples.ts';
import { countedLines, jsonLines } from './hashed-lines.ts';

/**
 * Most bytes hashed together; part of the id of every data set whose rows take more: never change it. In blocks, rows can be hashed on another thread while the next
 * ones are written out, and no copy of all of them is in memory.
 */
export const BLOCK_BYTES = 2 ** 20;

type Bytes = Uint8Array<ArrayBuffer>;

/** Hashes the first `used` bytes of some memory by SHA-256 and gives the memory back. Until then it is the hasher's, which may hand it to another thread. */
export type HashBlock = (memory: Bytes, used: number) => Promise<{ readonly digest: Uint8Array; readonly memory: Bytes }>;

/**
 * The id of a data set: the SHA-256 of its rows, in order, as `jsonLines` where these fit into one block; else of the digests of all blocks of its `countedLines`, one
 * after the other. A block has as many whole characters as there is room for. Gives the event loop turns.
 * @param hashBlock how blocks are hashed; on this thread if not given
 * @returns 32 hexadecimal digits. @throws the signal's reason when aborted; what `hashBlock` throws
 */
export async function contentId(examples: readonly Example[], signal?: AbortSignal, hashBlock: HashBlock = hashHere): Promise<string> {
  await breathe();
  signal?.throwIfAborted();
  const json = blocksOf(jsonLines(examples), () => new Uint8Array(BLOCK_BYTES));
  const first = json.next().value ?? new Uint8Array();
  if (json.next().done) return idOf(await sha256Of(first));
  return idOf(await sha256Of(concatBytes(...(await digestsOf(countedLines(examples), hashBlock, signal))) as Bytes));
}

/** The id that earlier versions gave data sets of any size: the SHA-256 of all `jsonLines`. @throws the signal's reason when aborted */
export async function formerContentId(examples: readonly Example[], signal?: AbortSignal): Promise<string> {
  const hash = sha256.create();
  const memory = new Uint8Array(BLOCK_BYTES);
  for (const block of blocksOf(jsonLines(examples), () => memory)) {
    hash.update(block);
    await breathe();
    signal?.throwIfAborted();
  }
  return idOf(hash.digest());
}

/** On this thread. */
export const hashHere: HashBlock = async (memory, used) => ({ digest: await sha256Of(memory.subarray(0, used)), memory });

/** Writes one block while the one before is hashed. */
async function digestsOf(lines: Iterable<string>, hashBlock: HashBlock, signal?: AbortSignal): Promise<Uint8Array[]> {
  const digests: Uint8Array[] = [];
  const spare = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)];
  const hashing: ReturnType<HashBlock>[] = [];
  const finishOne = async (): Promise<void> => {
    const hashed = await (hashing.shift() as ReturnType<HashBlock>);
    digests.push(hashed.digest);
    spare.push(hashed.memory);
  };
  for (const block of blocksOf(lines, () => spare.pop() as Bytes)) {
    const hashed = hashBlock(new Uint8Array(block.buffer), block.length);
    hashed.catch(() => {}); // it is met when the block is waited for
    hashing.push(hashed);
    await breathe();
    signal?.throwIfAborted();
    if (spare.length === 0) await finishOne();
  }
  while (hashing.length > 0) await finishOne();
  return digests;
}

/** The lines in UTF-8, as many whole characters a block as there is room for. @param memoryOf gives the memory of each block, of BLOCK_BYTES */
function* blocksOf(lines: Iterable<string>, memoryOf: () => Bytes): Generator<Bytes> {
  const encoder = new TextEncoder();
  let memory: Bytes | null = null;
  let used = 0;
  for (let rest of lines) {
    while (rest !== '') {
      memory ??= memoryOf();
      const { read, written } = encoder.encodeInto(rest, memory.subarray(used));
      used += written;
      rest = rest.slice(read);
      if (rest === '') break;
      yield memory.subarray(0, used);
      [memory, used] = [null, 0];
    }
  }
  if (memory) yield memory.subarray(0, used);
}

/** By the platform where there is one, which pages without a secure context lack. */
async function sha256Of(bytes: Bytes): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
}

function idOf(digest: Uint8Array): string {
  return bytesToHex(digest).slice(0, 32);
}
