import { transfer, wrap } from 'comlink';
import type { Example } from '../core/examples.ts';
import { contentId, type HashBlock } from '../data/dataset-id.ts';
import { carryErrors } from '../protocol/wire.ts';
import { workerThread, type WorkerThread } from './worker-thread.ts';

/** A thread that hashes rows while the one that asks writes them out. */
export interface HashThread {
  /** What `contentId` gives, on this thread alone where the other one does not start, or dies. */
  contentId(examples: readonly Example[], signal?: AbortSignal): Promise<string>;
  close(): void;
}

/** @param open starts a thread that exposes a `HashBlock`; may throw where there is no such thing */
export function startHashThread(open: () => WorkerThread = openWorker): HashThread {
  carryErrors();
  const thread = opened(open);
  if (!thread) return { contentId: (examples, signal) => contentId(examples, signal), close() {} };
  let isAlive = true;
  const death = new Promise<never>((_, fail) => {
    thread.onFailure((why) => {
      isAlive = false;
      fail(new Error(`The worker that hashes has stopped: ${why}.`));
    });
  });
  death.catch(() => {}); // it matters only while a block is waited for
  const remote = wrap<HashBlock>(thread.endpoint);
  const hashBlock: HashBlock = (memory, used) => Promise.race([remote(transfer(memory, [memory.buffer]), used), death]);
  return {
    contentId: (examples, signal) =>
      contentId(examples, signal, hashBlock).catch((error: unknown) => {
        if (isAlive) throw error;
        return contentId(examples, signal);
      }),
    close: () => thread.terminate(),
  };
}

function opened(open: () => WorkerThread): WorkerThread | null {
  try {
    return open();
  } catch {
    return null;
  }
}

function openWorker(): WorkerThread {
  return workerThread(new Worker(new URL('./hash.ts', import.meta.url), { type: 'module', name: 'hash' }));
}
