import { breathe } from './breathing.ts';

/** Milliseconds of work after which messages, such as Cancel, are let in. */
const TURN = 40;

export interface Turns<P> {
  /** Milliseconds, by a clock that never goes back. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** Gets what the work has just yielded, before each pause. */
  readonly onPause?: (yielded: P) => void;
}

/** Runs a computation that yields often to its end, pausing for messages: at its first yield, and then every TURN. @throws the signal's reason when aborted */
export async function workInTurns<P, T>(work: Generator<P, T>, { nowMs, signal, onPause }: Turns<P>): Promise<T> {
  let turn = -Infinity;
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    if (nowMs() - turn < TURN) continue;
    onPause?.(next.value);
    await breathe();
    signal.throwIfAborted();
    turn = nowMs();
  }
}
