import type { Endpoint } from 'comlink';

/** A thread that exposes something at `endpoint`. */
export interface WorkerThread {
  readonly endpoint: Endpoint;
  /** Calls `listener` when the thread cannot be started, or dies. @param listener takes a clause that says why */
  onFailure(listener: (why: string) => void): void;
  terminate(): void;
}

/** A browser's worker as a thread. It counts as dead from the first error that nothing in it catches. */
export function workerThread(worker: Worker): WorkerThread {
  return {
    endpoint: worker,
    onFailure(listener) {
      worker.addEventListener('error', (event) => {
        event.preventDefault(); // or it would be reported as this thread's own
        listener(event.message || 'its program could not be loaded');
      });
      worker.addEventListener('messageerror', () => listener('an answer could not be read'));
    },
    terminate: () => worker.terminate(),
  };
}
