import type { PartScore } from './metrics.ts';

/** The three parts whose curves are drawn. `heldOut` is the watched half. */
export const PARTS = ['train', 'validation', 'heldOut'] as const;
export type Part = (typeof PARTS)[number];

/** One recorded evaluation, after `step` steps. */
export interface Evaluation {
  readonly step: number;
  readonly scores: Readonly<Record<Part, PartScore>>;
}

/** step, then (correct, lossMean, lossVariance) of train, validation, heldOut. */
export const CURVE_COLUMNS = 1 + 3 * PARTS.length;

/** Rows per part: fixed over a run, so kept beside the curve and not in it. */
export type PartSizes = Readonly<Record<Part, number>>;

/** A curve as one flat array [evaluations, CURVE_COLUMNS]: what travels, is stored, and is compared bit by bit. */
export function packEvaluation(evaluation: Evaluation): Float64Array {
  const row = new Float64Array(CURVE_COLUMNS);
  row[0] = evaluation.step;
  PARTS.forEach((part, i) => {
    const score = evaluation.scores[part];
    row.set([score.correct, score.lossMean, score.lossVariance], 1 + 3 * i);
  });
  return row;
}

/** @returns evaluation number `index` of a flat curve. @throws RangeError beyond its end. */
export function unpackEvaluation(curve: Float64Array, index: number, sizes: PartSizes): Evaluation {
  if (index < 0 || (index + 1) * CURVE_COLUMNS > curve.length) throw new RangeError(`The curve has no evaluation ${index}.`);
  const at = (column: number): number => curve[index * CURVE_COLUMNS + column] as number;
  const score = (i: number, part: Part): PartScore => ({ n: sizes[part], correct: at(1 + 3 * i), lossMean: at(2 + 3 * i), lossVariance: at(3 + 3 * i) });
  return { step: at(0), scores: { train: score(0, 'train'), validation: score(1, 'validation'), heldOut: score(2, 'heldOut') } };
}

export function curveLength(curve: Float64Array): number {
  return curve.length / CURVE_COLUMNS;
}

/** `a` followed by `b`. */
export function appendCurve(a: Float64Array, b: Float64Array): Float64Array {
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Column of a part's mean loss, or of its number of correct rows. */
export function columnOf(part: Part, metric: 'loss' | 'accuracy'): number {
  return 3 * PARTS.indexOf(part) + (metric === 'loss' ? 2 : 1);
}
