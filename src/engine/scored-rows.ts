import { RandomStream, STREAM } from '../core/rng.ts';
import type { Split } from '../core/splits.ts';

/** Rows of train that are scored at each evaluation, at most. */
export const MAX_TRAIN_SCORED = 1000;

/** A fixed random sample of at most MAX_TRAIN_SCORED training rows, the same for the whole run. */
export function scoredTrainRows(split: Pick<Split, 'train'>, seed: number): Uint32Array {
  const rows = Uint32Array.from(split.train.flatMap((domain) => [...domain]));
  if (rows.length <= MAX_TRAIN_SCORED) return rows;
  const order = new RandomStream(seed, STREAM.rowSample).permutation(rows.length);
  return order.slice(0, MAX_TRAIN_SCORED).map((i) => rows[i] as number);
}
