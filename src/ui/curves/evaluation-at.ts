import { CURVE_COLUMNS, curveLength, unpackEvaluation, type Evaluation, type PartSizes } from '../../core/curve.ts';

/** The evaluation at a step, or undefined when the curve has none there. */
export function evaluationAt(curve: Float64Array, sizes: PartSizes, step: number): Evaluation | undefined {
  for (let i = 0; i < curveLength(curve); i++) {
    if (curve[i * CURVE_COLUMNS] === step) return unpackEvaluation(curve, i, sizes);
  }
  return undefined;
}
