import { expose } from 'comlink';
import type { Example } from '../../src/core/examples.ts';
import { startHashThread } from '../../src/worker/hash-thread.ts';
import { workerThread } from '../../src/worker/worker-thread.ts';

/** Code in place of the hash thread's. */
const threadOf = (code: string) => () => workerThread(new Worker(URL.createObjectURL(new Blob([code])), { type: 'module' }));

const THREADS = {
  real: undefined,
  'that does not load': threadOf('import "/no/such/program.js";'),
  'that dies at the first block': threadOf('self.onmessage = () => { throw new Error("crash"); };'),
  'that is none': () => {
    throw new Error('there are no workers');
  },
};

/** How many times this thread itself hashed. */
let hashedHere = 0;
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = (...args) => {
  hashedHere++;
  return digest(...args);
};

const nested = {
  async contentId(which: keyof typeof THREADS, examples: readonly Example[]): Promise<{ readonly id: string; readonly hashedHere: number }> {
    hashedHere = 0;
    const thread = startHashThread(THREADS[which]);
    try {
      return { id: await thread.contentId(examples), hashedHere };
    } finally {
      thread.close();
    }
  },
};

export type NestedHash = typeof nested;

expose(nested);
