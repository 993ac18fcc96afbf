import { partDifference, reading, valueOf, type Metric } from './bands.ts';
import type { Evaluation, Part } from './curve.ts';
import { accuracyDifference, lossDifference, meanInterval, type Estimate } from './statistics.ts';
import type { SweepCell, SweepResult } from './sweep-scores.ts';

/** What a sweep is for: the cell that validation chooses, the cell that the held-out half would have chosen, and how far they are apart. */
export interface SweepChoice {
  readonly byValidation: SweepCell;
  readonly byHeldOut: SweepCell;
  /** Held-out performance that choosing by validation costs, in nats or as a share; 0 or more, its interval may go below. */
  readonly cost: Estimate;
  /** Held-out minus validation of the cell that validation chooses. */
  readonly gap: Estimate;
  readonly over: 'examples' | 'seeds';
  /** Rows of the watched half. */
  readonly watched: number;
}

/**
 * The best cell by each part. Of equals the one that does better by the other metric, then the first row by row; a cell that validation
 * chooses and that is among the best of the held-out ones is both.
 * The cost's interval is over examples for one seed, as if the two cells had been scored on different texts, which errs on the wide
 * side; paired within each seed for several. Neither knows that the best held-out cell was picked for being the best.
 * @returns null while no cell has scores, or there are no validation rows
 */
export function sweepChoice({ cells }: SweepResult, metric: Metric): SweepChoice | null {
  const scored = cells.filter(({ evaluations }) => evaluations.length > 0 && Number.isFinite(merit(evaluations, 'validation', metric)));
  const [byValidation] = ranked(scored, 'validation', metric);
  const [first, ...others] = ranked(scored, 'heldOut', metric);
  if (!byValidation || !first) return null;
  const best = merit(first.evaluations, 'heldOut', metric);
  const byHeldOut = others.find((cell) => cell === byValidation && merit(cell.evaluations, 'heldOut', metric) === best) ?? first;
  return {
    byValidation,
    byHeldOut,
    cost: costOf(byValidation.evaluations, byHeldOut.evaluations, metric),
    gap: partDifference(byValidation.evaluations, 'heldOut', 'validation', metric),
    over: byValidation.evaluations.length === 1 ? 'examples' : 'seeds',
    watched: byValidation.evaluations[0]?.scores.heldOut.n ?? 0,
  };
}

/** Higher is better. */
function merit(evaluations: readonly Evaluation[], part: Part, metric: Metric): number {
  const { value } = reading(evaluations, part, metric);
  return metric === 'loss' ? -value : value;
}

/** Best first. */
function ranked(cells: readonly SweepCell[], part: Part, metric: Metric): readonly SweepCell[] {
  const other: Metric = metric === 'loss' ? 'accuracy' : 'loss';
  const keyed = cells.map((cell) => ({ cell, first: merit(cell.evaluations, part, metric), second: merit(cell.evaluations, part, other) }));
  return keyed.sort((a, b) => b.first - a.first || b.second - a.second).map(({ cell }) => cell);
}

function costOf(chosen: readonly Evaluation[], best: readonly Evaluation[], metric: Metric): Estimate {
  if (chosen === best) return { value: 0, low: 0, high: 0 };
  const [one] = chosen;
  const [other] = best;
  if (one && other && chosen.length === 1) {
    return metric === 'loss' ? lossDifference(one.scores.heldOut, other.scores.heldOut) : accuracyDifference(other.scores.heldOut, one.scores.heldOut);
  }
  const sign = metric === 'loss' ? 1 : -1;
  const held = (evaluations: readonly Evaluation[], i: number): number => valueOf(evaluations[i] as Evaluation, 'heldOut', metric);
  return meanInterval(chosen.map((_, i) => sign * (held(chosen, i) - held(best, i))));
}
