import type { SliderRange } from './knobs.ts';

/**
 * What is made of the data before training, as the TensorFlow Playground shapes its toy data: how much of it is trained on, how uneven
 * it is, and how many of its labels are wrong. Part of the run record. Never touches the held-out rows.
 */
export interface ShapeValues {
  /** Training examples of each class in each training domain, at most; null for all. */
  readonly examplesPerClass: number | null;
  /** Share of training rows whose label is replaced by another one, 0 to 0.5. */
  readonly labelNoise: number;
  /** Whether validation rows get wrong labels at the same rate. */
  readonly noiseInValidation: boolean;
  /** 0: classes as they are; 1: the last class keeps a tenth of its training rows, those between on a geometric slope. */
  readonly classImbalance: number;
  /** The same for training domains. */
  readonly domainImbalance: number;
  /** Share of a training domain's rows that goes to validation, 0.05 to 0.5. */
  readonly validationShare: number;
}

/** The data as it is. */
export const DEFAULT_SHAPE: ShapeValues = {
  examplesPerClass: null,
  labelNoise: 0,
  noiseInValidation: false,
  classImbalance: 0,
  domainImbalance: 0,
  validationShare: 0.2,
};

export type ShapeSliderName = 'labelNoise' | 'classImbalance' | 'domainImbalance' | 'validationShare';

export const SHAPE_SLIDERS: Readonly<Record<ShapeSliderName, SliderRange>> = {
  labelNoise: { label: 'Label noise', min: 0, max: 0.5, positions: 50, scale: 'linear', integer: false },
  classImbalance: { label: 'Class imbalance', min: 0, max: 1, positions: 20, scale: 'linear', integer: false },
  domainImbalance: { label: 'Domain imbalance', min: 0, max: 1, positions: 20, scale: 'linear', integer: false },
  validationShare: { label: 'Validation share', min: 0.05, max: 0.5, positions: 9, scale: 'linear', integer: false },
};

/** Whether both make the same of every data set. */
export function sameShape(one: ShapeValues, other: ShapeValues): boolean {
  return (Object.keys(DEFAULT_SHAPE) as (keyof ShapeValues)[]).every((name) => one[name] === other[name]);
}

/** Why no data can be given this shape, in words for the page; null when it can. */
export function shapeProblem(shape: ShapeValues): string | null {
  const { examplesPerClass, noiseInValidation } = shape;
  if (examplesPerClass !== null && !(Number.isSafeInteger(examplesPerClass) && examplesPerClass >= 1)) {
    return `Examples per class must be a whole number from 1 on, or all of them, not ${String(examplesPerClass)}.`;
  }
  if (typeof noiseInValidation !== 'boolean') return `Noise in validation must be on or off, not ${String(noiseInValidation)}.`;
  for (const name of Object.keys(SHAPE_SLIDERS) as ShapeSliderName[]) {
    const { label, min, max } = SHAPE_SLIDERS[name];
    const value = shape[name];
    if (!(typeof value === 'number' && value >= min && value <= max)) return `${label} must be between ${min} and ${max}, not ${String(value)}.`;
  }
  return null;
}

/** @throws RangeError saying what is out of its range */
export function checkShape(shape: ShapeValues): void {
  const problem = shapeProblem(shape);
  if (problem !== null) throw new RangeError(problem);
}

/**
 * A slider for `examplesPerClass`: about logarithmic, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, … with the value in force among them, and at the
 * end `largest`, which stands for all.
 * @param largest rows of the largest class in a training domain @param inForce null where all are trained on
 */
export function examplesPerClassRange(largest: number, inForce: number | null): SliderRange {
  const max = Math.max(2, largest);
  const values = new Set([max]);
  for (let decade = 1; decade < max; decade *= 10) {
    for (const mantissa of [1, 1.5, 2, 3, 5, 7]) values.add(mantissa * decade);
  }
  if (inForce !== null) values.add(inForce);
  const ascending = [...values].filter((value) => Number.isInteger(value) && value <= max).sort((a, b) => a - b);
  return { label: 'Examples per class', min: 1, max, positions: ascending.length - 1, scale: 'log', integer: true, values: ascending };
}
