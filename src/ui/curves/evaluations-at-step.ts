import { commonLength, evaluationsAt, type SeedCurve } from '../../core/bands.ts';
import { CURVE_COLUMNS, type Evaluation } from '../../core/curve.ts';

/** The heads' evaluations at a step, one a seed; undefined when they have none there. */
export function evaluationsAtStep(heads: readonly SeedCurve[], step: number): readonly Evaluation[] | undefined {
  const length = commonLength(heads);
  for (let i = 0; i < length; i++) if (heads[0]?.curve[i * CURVE_COLUMNS] === step) return evaluationsAt(heads, i);
  return undefined;
}
