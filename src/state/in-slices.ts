import { nextTask } from '../data/next-task.ts';

/** Milliseconds that a computation may take of the page's thread before it lets other things in: half a frame. */
const SLICE = 8;

/**
 * Runs a computation that yields often to its end, in slices between which the page stays responsive. A short one is done in the first.
 * @param isWanted asked after each pause. @returns null when the result is not wanted any more
 */
export async function inSlices<T>(work: Generator<unknown, T>, isWanted: () => boolean): Promise<T | null> {
  let started = performance.now();
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    if (performance.now() - started < SLICE) continue;
    await nextTask();
    if (!isWanted()) return null;
    started = performance.now();
  }
}
