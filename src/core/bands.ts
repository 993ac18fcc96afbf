import { CURVE_COLUMNS, PARTS, columnOf, curveLength, unpackEvaluation, type Evaluation, type Part, type PartSizes } from './curve.ts';
import { accuracyDifference, lossDifference, meanInterval, meanLoss, wilson, type Estimate } from './statistics.ts';

/** What several heads that differ in nothing but their seed say together. */

export type Metric = 'loss' | 'accuracy';

/** One head's curve [evaluations, CURVE_COLUMNS], flat, with the rows that it was scored on. */
export interface SeedCurve {
  readonly curve: Float64Array;
  readonly sizes: PartSizes;
}

/** Loss in nats or share correct of one part. NaN where the part has no rows. */
export function valueOf({ scores }: Evaluation, part: Part, metric: Metric): number {
  const score = scores[part];
  return metric === 'loss' ? (score.n > 0 ? score.lossMean : NaN) : score.correct / score.n;
}

/** Evaluations that all heads have done. */
export function commonLength(heads: readonly SeedCurve[]): number {
  return heads.length === 0 ? 0 : Math.min(...heads.map(({ curve }) => curveLength(curve)));
}

/** The heads' evaluations number `index`, one a head. @throws RangeError beyond a curve's end. */
export function evaluationsAt(heads: readonly SeedCurve[], index: number): Evaluation[] {
  return heads.map(({ curve, sizes }) => unpackEvaluation(curve, index, sizes));
}

/** Mean of the heads' values, and their sample standard deviation (n − 1 in the denominator; 0 for one head). */
export function spread(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** What a chart draws of one part: the mean over heads, and the band of one standard deviation about it. */
export interface Band {
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface BandSeries {
  readonly steps: Float64Array;
  readonly bands: Readonly<Record<Part, Band>>;
}

/**
 * Columns for a chart over all evaluations that the heads share. Accuracy bands stay within 0 and 1, loss bands above 0.
 * Reads the flat curves directly: it runs at each report, over thousands of evaluations of up to sixteen heads.
 * @param most of longer curves every second, third, … evaluation is taken, and the last one, so that there are about so many
 */
export function bandSeries(heads: readonly SeedCurve[], metric: Metric, most = Infinity): BandSeries {
  const length = commonLength(heads);
  const stride = Math.max(1, Math.ceil(length / most));
  const taken = Array.from({ length: Math.ceil(length / stride) }, (_, i) => i * stride);
  if (length > 0 && taken.at(-1) !== length - 1) taken.push(length - 1);
  const steps = Float64Array.from(taken, (at) => heads[0]?.curve[at * CURVE_COLUMNS] ?? 0);
  const [train, validation, heldOut] = PARTS.map((part) => bandOf(heads, part, metric, taken)) as [Band, Band, Band];
  return { steps, bands: { train, validation, heldOut } };
}

/** @param taken places of the evaluations */
function bandOf(heads: readonly SeedCurve[], part: Part, metric: Metric, taken: readonly number[]): Band {
  const { length } = taken;
  const band: Band = { mean: new Float64Array(length), low: new Float64Array(length), high: new Float64Array(length) };
  const column = columnOf(part, metric);
  const ceiling = metric === 'accuracy' ? 1 : Infinity;
  for (let i = 0; i < length; i++) {
    let mean = 0;
    let squares = 0;
    heads.forEach(({ curve, sizes }, s) => {
      const value = (curve[(taken[i] as number) * CURVE_COLUMNS + column] as number) / (metric === 'accuracy' ? Math.max(1, sizes[part]) : 1);
      const delta = value - mean; // Welford (1962)
      mean += delta / (s + 1);
      squares += delta * (value - mean);
    });
    const deviation = heads.length > 1 ? Math.sqrt(squares / (heads.length - 1)) : 0;
    band.mean[i] = mean;
    band.low[i] = Math.max(0, mean - deviation);
    band.high[i] = Math.min(ceiling, mean + deviation);
  }
  return band;
}

/** A number for the page: one head's has an interval over its examples, several heads' mean one over the seeds. */
export interface Reading extends Estimate {
  readonly over: 'examples' | 'seeds';
  /** Standard error of the mean over seeds; NaN for one head. */
  readonly standardError: number;
}

/** One part's loss or accuracy over the heads. The interval is Wilson's or Student's over examples for one head, Student's over seeds for several. */
export function reading(evaluations: readonly Evaluation[], part: Part, metric: Metric): Reading {
  const values = evaluations.map((evaluation) => valueOf(evaluation, part, metric));
  const first = evaluations[0];
  if (first && evaluations.length === 1) {
    const score = first.scores[part];
    const interval = metric === 'loss' ? meanLoss(score) : wilson(score.correct, score.n);
    return { value: values[0] as number, low: interval.low, high: interval.high, over: 'examples', standardError: NaN };
  }
  return { ...meanInterval(values), over: 'seeds', standardError: spread(values).deviation / Math.sqrt(values.length) };
}

/** `metric` of part `a` minus that of part `b`: over examples for one head, paired within each seed for several. */
export function partDifference(evaluations: readonly Evaluation[], a: Part, b: Part, metric: Metric): Estimate {
  const first = evaluations[0];
  if (first && evaluations.length === 1) return metric === 'loss' ? lossDifference(first.scores[a], first.scores[b]) : accuracyDifference(first.scores[a], first.scores[b]);
  return meanInterval(evaluations.map((evaluation) => valueOf(evaluation, a, metric) - valueOf(evaluation, b, metric)));
}
