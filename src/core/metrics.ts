import { exp, log } from './exact-math.ts';

/** Losses and accuracies from logits, summed in double precision so that the report is the same on every machine. */

/** What one part (train, validation, watched) scored at one evaluation. */
export interface PartScore {
  readonly n: number;
  readonly correct: number;
  /** Mean cross-entropy in nats. */
  readonly lossMean: number;
  /** Sample variance of the rows' cross-entropies (n − 1 in the denominator; 0 for n < 2). */
  readonly lossVariance: number;
}

/** log Σ exp(logits[from … from + classes − 1]), shifted by the maximum against overflow. */
function logSumExp(logits: ArrayLike<number>, from: number, classes: number): number {
  let max = -Infinity;
  for (let c = 0; c < classes; c++) max = Math.max(max, logits[from + c] as number);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += exp((logits[from + c] as number) - max);
  return max + log(sum);
}

/** Class probabilities of one row of logits [C]. */
export function softmax(logits: ArrayLike<number>): number[] {
  const total = logSumExp(logits, 0, logits.length);
  return Array.from(logits, (logit) => exp(logit - total));
}

/** One row's cross-entropy in nats, and whether its highest logit is the target's. A tie goes to the lower class index. */
export function rowLoss(logits: ArrayLike<number>, classes: number, row: number, target: number): { readonly loss: number; readonly correct: boolean } {
  const start = row * classes;
  let best = 0;
  for (let c = 1; c < classes; c++) if ((logits[start + c] as number) > (logits[start + best] as number)) best = c;
  return { loss: logSumExp(logits, start, classes) - (logits[start + target] as number), correct: best === target };
}

/**
 * Scores rows `from` … `to` − 1 of logits [N, C] against class indices. Evaluation mode: plain cross-entropy.
 * A tie between logits goes to the lower class index.
 */
export function scoreRows(logits: Float32Array, classes: number, classOf: ArrayLike<number>, from: number, to: number): PartScore {
  let correct = 0;
  let mean = 0;
  let squares = 0;
  for (let row = from; row < to; row++) {
    const { loss, correct: hit } = rowLoss(logits, classes, row, classOf[row] as number);
    if (hit) correct++;
    // Welford (1962): a running mean and sum of squared deviations without cancellation.
    const delta = loss - mean;
    mean += delta / (row - from + 1);
    squares += delta * (loss - mean);
  }
  const n = to - from;
  return { n, correct, lossMean: mean, lossVariance: n > 1 ? squares / (n - 1) : 0 };
}
