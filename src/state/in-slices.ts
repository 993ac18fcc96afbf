import { breathe } from '../core/breathe.ts';

/** Milliseconds that a computation may take of the page's thread before it lets other things in: half a frame. */
const SLICE = 8;

/** Does the first slice of a computation that yields often. @param sliceMs of how many milliseconds. @returns its result when that was all of it, else null: `inSlices` goes on */
export function firstSlice<T>(work: Generator<unknown, T>, sliceMs = SLICE): { readonly value: T } | null {
  const started = performance.now();
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next;
    if (performance.now() - started >= sliceMs) return null;
  }
}

/**
 * Runs a computation that yields often to its end, in slices between which the page stays responsive. What the caller does with the
 * result has a turn of its own, unless all of the computation was one slice.
 * @param isWanted asked after each pause. @returns null when the result is not wanted any more
 */
export async function inSlices<T>(work: Generator<unknown, T>, isWanted: () => boolean): Promise<T | null> {
  for (let isFirst = true; ; isFirst = false) {
    const result = firstSlice(work);
    if (result && isFirst) return result.value;
    await breathe();
    if (!isWanted()) return null;
    if (result) return result.value;
  }
}

/** As `inSlices`, where the result is wanted in any case. */
export async function finishedInSlices<T>(work: Generator<unknown, T>): Promise<T> {
  return (await inSlices(work, () => true)) as T;
}
