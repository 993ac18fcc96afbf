import { spread, valueOf, type Metric } from './bands.ts';
import type { Evaluation } from './curve.ts';
import { rowLoss } from './metrics.ts';
import { meanInterval, type Estimate } from './statistics.ts';

/** How two branches of one run differ on the watched half, pair by pair: what a fork is for. */
export interface BranchDifference {
  /** Steps that both have done. */
  readonly step: number;
  /** Loss of the branch minus loss of the one that it left, in nats: negative when the branch is better. */
  readonly loss: Estimate;
  /** Accuracy of the branch minus accuracy of the one that it left. */
  readonly accuracy: Estimate;
  /** What the pairs are: the same watched examples under both heads, or heads of the same seed. */
  readonly over: 'examples' | 'seeds';
  /** Number of pairs. */
  readonly n: number;
}

/** Pairs heads of equal seed. @param branch,other one evaluation a seed, in the same order, after the same step */
export function differenceOverSeeds(branch: readonly Evaluation[], other: readonly Evaluation[]): BranchDifference {
  const paired = (metric: Metric): Estimate => meanInterval(branch.map((own, i) => valueOf(own, 'heldOut', metric) - valueOf(other[i] as Evaluation, 'heldOut', metric)));
  return { step: branch[0]?.step ?? 0, loss: paired('loss'), accuracy: paired('accuracy'), over: 'seeds', n: branch.length };
}

/**
 * Pairs the two heads' answers to the same rows: mean of the differences of losses and of correctness (1 or 0) with Student's interval.
 * @param branch,other logits [n, C] of the same n rows. @param classOf their classes [n]
 */
export function differenceOverExamples(branch: Float32Array, other: Float32Array, classes: number, classOf: ArrayLike<number>, step: number): BranchDifference {
  const losses: number[] = [];
  const hits: number[] = [];
  for (let row = 0; row < classOf.length; row++) {
    const a = rowLoss(branch, classes, row, classOf[row] as number);
    const b = rowLoss(other, classes, row, classOf[row] as number);
    losses.push(a.loss - b.loss);
    hits.push(Number(a.correct) - Number(b.correct));
  }
  return { step, loss: pairedInterval(losses), accuracy: pairedInterval(hits), over: 'examples', n: losses.length };
}

/** Two heads that agree on every row differ by exactly nothing; a mean of equal numbers has no spread to judge by. */
function pairedInterval(differences: readonly number[]): Estimate {
  return differences.length > 1 && spread(differences).deviation === 0 ? { value: differences[0] as number, low: differences[0] as number, high: differences[0] as number } : meanInterval(differences);
}
