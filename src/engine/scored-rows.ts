import { RandomStream, STREAM } from '../core/rng.ts';
import type { Split } from '../core/splits.ts';

/** Rows of train that are scored at each evaluation, at most. */
export const MAX_TRAIN_SCORED = 1000;

/** A fixed random sample of at most MAX_TRAIN_SCORED training rows, the same for the whole run. */
export function scoredTrainRows(split: Pick<Split, 'train'>, seed: number): Uint32Array {
  const rows = joined(split.train);
  if (rows.length <= MAX_TRAIN_SCORED) return rows;
  const order = new RandomStream(seed, STREAM.rowSample).permutation(rows.length);
  return order.slice(0, MAX_TRAIN_SCORED).map((i) => rows[i] as number);
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  return rows;
}
