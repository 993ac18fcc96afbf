import { spread } from './bands.ts';
import type { PartScore } from './metrics.ts';
import { accuracyDifference, fisherExact, meanInterval, meanLoss, regularizedBeta, studentQuantile, wilson, type Estimate, type Interval } from './statistics.ts';

/**
 * Scores of the same part by the heads of several seeds, as means over the seeds. Their intervals are for other examples of the same kind and
 * other seeds: what the choice of the rows explains and what the seeds explain are taken for independent, and added. The part of the rows is that of one head on
 * the fewest rows that a seed has, as if averaging over heads made it no smaller; where seeds score different rows, as in validation, their
 * spread has some of it in it already. So the intervals are rather too wide than too narrow. With one head they are over its examples alone.
 * Heads that have none of the rows are left out of all means.
 */

/** Mean share correct; `Estimate` in 0 … 1, null without rows. Wilson's interval and Student's over seeds, squared and added (Zou & Donner, Stat. Med. 27 (2008)). */
export function meanAccuracy(scores: readonly Rows[]): Estimate | null {
  const seen = scores.filter(({ n }) => n > 0);
  if (seen.length === 0) return null;
  const { n, correct } = typical(seen);
  const added = withSeeds({ value: correct / n, ...wilson(correct, n) }, seen.map(share));
  return { ...added, low: Math.max(0, added.low), high: Math.min(1, added.high) };
}

/** Mean loss in nats; null without rows. Student's interval with the sum of both variances and the degrees of freedom of Welch (Biometrika 34 (1947)); infinite limits where a head has one row only. */
export function meanLossOf(scores: readonly PartScore[]): Estimate | null {
  const seen = scores.filter(({ n }) => n > 0);
  const [first] = seen;
  if (!first) return null;
  if (seen.length === 1) return meanLoss(first);
  const { mean: value, deviation } = spread(seen.map(({ lossMean }) => lossMean));
  const n = Math.min(...seen.map((score) => score.n));
  if (n < 2) return { value, low: -Infinity, high: Infinity };
  const ofRows = spread(seen.map(({ lossVariance }) => lossVariance)).mean / n;
  const { variance, df } = addedVariances([ofRows, n - 1], [deviation ** 2 / seen.length, seen.length - 1]);
  const half = variance === 0 ? 0 : studentQuantile(df) * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

/** Mean share correct of `a` minus that of `b`, paired within each seed: Newcombe's interval and Student's over seeds, squared and added. NaN where no head has rows of both. */
export function meanAccuracyDifference(a: readonly Rows[], b: readonly Rows[]): Estimate {
  const pairs = pairsOf(a, b);
  if (pairs.length === 0) return { value: NaN, low: -1, high: 1 };
  const added = withSeeds(accuracyDifference(typical(pairs.map(([own]) => own)), typical(pairs.map(([, other]) => other))), pairs.map(([own, other]) => share(own) - share(other)));
  return { ...added, low: Math.max(-1, added.low), high: Math.min(1, added.high) };
}

/**
 * Two-sided p-value of the hypothesis that the heads are right equally often on two parts: Fisher's exact test for one head; for several, Student's
 * t of the mean difference with the sum of the pooled variance over rows and the variance over seeds, paired within each. 1 where no head has rows of both.
 */
export function accuracyPValue(a: readonly Rows[], b: readonly Rows[]): number {
  const pairs = pairsOf(a, b);
  const [first] = pairs;
  if (!first) return 1;
  if (pairs.length === 1) return fisherExact(...first);
  const { mean, deviation } = spread(pairs.map(([own, other]) => share(own) - share(other)));
  const [own, other] = [typical(pairs.map((pair) => pair[0])), typical(pairs.map((pair) => pair[1]))];
  const pooled = (own.correct + other.correct) / (own.n + other.n);
  const ofRows = pooled * (1 - pooled) * (1 / own.n + 1 / other.n);
  const { variance, df } = addedVariances([ofRows, own.n + other.n - 2], [deviation ** 2 / pairs.length, pairs.length - 1]);
  return mean === 0 || variance === 0 ? Number(mean === 0) : regularizedBeta(df / 2, 0.5, df / (df + mean ** 2 / variance));
}

/** What counts of a score for its share correct. */
type Rows = Pick<PartScore, 'n' | 'correct'>;

/** Share correct, 0 … 1. */
export function share({ correct, n }: Rows): number {
  return correct / n;
}

function pairsOf(a: readonly Rows[], b: readonly Rows[]): (readonly [Rows, Rows])[] {
  return a.flatMap((own, seed) => {
    const other = b[seed];
    return own.n > 0 && other && other.n > 0 ? [[own, other] as const] : [];
  });
}

/** One head's score with the mean share correct, on the fewest rows: `correct` may be no whole number. */
function typical(scores: readonly Rows[]): PartScore {
  const n = Math.min(...scores.map((score) => score.n));
  return { n, correct: n * spread(scores.map(share)).mean, lossMean: NaN, lossVariance: NaN };
}

/** An estimate over examples with an interval that covers the seeds too. @param values one a seed; with one there is nothing to add */
function withSeeds({ value, low, high }: Estimate, values: readonly number[]): Estimate {
  if (values.length < 2) return { value, low, high };
  const seeds: Interval = meanInterval(values);
  const half = (seeds.high - seeds.low) / 2;
  return { value, low: value - Math.hypot(value - low, half), high: value + Math.hypot(high - value, half) };
}

/** The sum of independent variances, each with its degrees of freedom, and Welch's for the sum. */
function addedVariances(...parts: readonly (readonly [variance: number, df: number])[]): { readonly variance: number; readonly df: number } {
  const variance = parts.reduce((sum, [own]) => sum + own, 0);
  return { variance, df: variance ** 2 / parts.reduce((sum, [own, df]) => sum + own ** 2 / df, 0) };
}
