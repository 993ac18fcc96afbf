/**
 * The knobs: everything that may change between two steps of a run without a reset.
 * One table describes them; the record, the sliders, the marks on the curves and the trainer all read it.
 */

export interface KnobValues {
  /** Adam's step size. */
  readonly learningRate: number;
  /** Cosine decay of the learning rate from its value to zero at the run's last step. */
  readonly learningRateDecay: boolean;
  readonly dropout: boolean;
  /** Probability that a hidden unit (an input dimension, for a linear head) is dropped at a step. */
  readonly dropoutRate: number;
  readonly l2: boolean;
  /** λ of the penalty (λ/2)·‖W‖² added to the loss (weights, not biases). Not weight decay: Adam rescales its gradient. */
  readonly l2Strength: number;
  readonly augmentation: boolean;
  /** 0 … 1; see `augmentationAmounts`. */
  readonly augmentationStrength: number;
  /** Rows per training domain at each step. */
  readonly batchSize: number;
}

export type KnobName = keyof KnobValues;
export type KnobValue = number | boolean;

export interface SliderKnob {
  readonly name: 'learningRate' | 'dropoutRate' | 'l2Strength' | 'augmentationStrength' | 'batchSize';
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Slider positions between min and max. */
  readonly positions: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
}

export interface SwitchKnob {
  readonly name: 'learningRateDecay' | 'dropout' | 'l2' | 'augmentation';
  readonly label: string;
  /** What the switch does, in a student's words. */
  readonly hint: string;
}

export const SLIDERS = {
  learningRate: { name: 'learningRate', label: 'Learning rate', min: 1e-4, max: 1e-1, positions: 60, scale: 'log', integer: false },
  dropoutRate: { name: 'dropoutRate', label: 'Dropout rate', min: 0.05, max: 0.9, positions: 17, scale: 'linear', integer: false },
  l2Strength: { name: 'l2Strength', label: 'L2 strength', min: 1e-5, max: 1e-1, positions: 40, scale: 'log', integer: false },
  augmentationStrength: { name: 'augmentationStrength', label: 'Augmentation strength', min: 0.05, max: 1, positions: 19, scale: 'linear', integer: false },
  batchSize: { name: 'batchSize', label: 'Batch size', min: 1, max: 128, positions: 14, scale: 'log', integer: true },
} as const satisfies Record<string, SliderKnob>;

export const SWITCHES = {
  learningRateDecay: { name: 'learningRateDecay', label: 'Learning-rate decay', hint: 'Steps shrink along a cosine to zero at the end of the run.' },
  dropout: { name: 'dropout', label: 'Dropout', hint: 'Hides random features at each step, so that no single one is relied on.' },
  l2: { name: 'l2', label: 'L2', hint: 'Adds (λ/2)·‖W‖² to the loss: large weights must pay for themselves.' },
  augmentation: { name: 'augmentation', label: 'Augmentation', hint: 'Trains on noisy and blended versions of the embeddings.' },
} as const satisfies Record<string, SwitchKnob>;

/** All regularizers off: the first thing to see is what happens without them. */
export const DEFAULT_KNOBS: KnobValues = {
  learningRate: 0.01,
  learningRateDecay: false,
  dropout: false,
  dropoutRate: 0.5,
  l2: false,
  l2Strength: 0.003,
  augmentation: false,
  augmentationStrength: 0.5,
  batchSize: 32,
};

/** Slider position (0 … positions) → knob value. */
export function sliderValue(knob: SliderKnob, position: number): number {
  const t = Math.min(1, Math.max(0, position / knob.positions));
  const raw = knob.scale === 'log' ? knob.min * Math.pow(knob.max / knob.min, t) : knob.min + (knob.max - knob.min) * t;
  return knob.integer ? Math.round(raw) : Number(raw.toPrecision(2));
}

/** Knob value → nearest slider position (0 … positions). */
export function sliderPosition(knob: SliderKnob, value: number): number {
  const t = knob.scale === 'log' ? Math.log(value / knob.min) / Math.log(knob.max / knob.min) : (value - knob.min) / (knob.max - knob.min);
  return Math.round(Math.min(1, Math.max(0, t)) * knob.positions);
}

/** @throws RangeError naming the knob when the value is of the wrong kind or out of its range. */
export function checkKnob(name: KnobName, value: KnobValue): void {
  if (name in SWITCHES) {
    if (typeof value !== 'boolean') throw new RangeError(`${name} must be on or off, not ${String(value)}.`);
    return;
  }
  const slider = SLIDERS[name as SliderKnob['name']];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < slider.min || value > slider.max || (slider.integer && !Number.isInteger(value))) {
    throw new RangeError(`${slider.label} must be between ${slider.min} and ${slider.max}, not ${String(value)}.`);
  }
}

/** @returns a copy of `knobs` with one value changed. @throws RangeError see `checkKnob`. */
export function withKnob(knobs: KnobValues, name: KnobName, value: KnobValue): KnobValues {
  checkKnob(name, value);
  return { ...knobs, [name]: value };
}

export interface AugmentationAmounts {
  /** Norm of the Gaussian noise relative to the embedding's (which is 1): each of D values gets σ = noiseNorm / √D. */
  readonly noiseNorm: number;
  /** Both parameters of mixup's Beta distribution. */
  readonly mixupAlpha: number;
}

/** What one strength sets. The page quotes these numbers beside the slider. */
export function augmentationAmounts(strength: number): AugmentationAmounts {
  return { noiseNorm: strength, mixupAlpha: 0.4 * strength };
}

/** The knobs as the step sees them: a switched-off regularizer has amount zero. */
export interface EffectiveKnobs {
  readonly learningRate: number;
  readonly dropoutRate: number;
  readonly l2Strength: number;
  readonly noiseNorm: number;
  readonly mixupAlpha: number;
  readonly batchSize: number;
}

/**
 * Amounts in force at `step` (0-based) of a run of `totalSteps`.
 * Cosine decay: lr·(1 + cos(π·step/total))/2, Loshchilov & Hutter, "SGDR" (ICLR 2017), eq. 5 without restarts.
 */
export function effectiveKnobs(knobs: KnobValues, step: number, totalSteps: number): EffectiveKnobs {
  const decay = knobs.learningRateDecay ? (1 + Math.cos((Math.PI * Math.min(step, totalSteps)) / totalSteps)) / 2 : 1;
  const amounts = knobs.augmentation ? augmentationAmounts(knobs.augmentationStrength) : { noiseNorm: 0, mixupAlpha: 0 };
  return {
    learningRate: knobs.learningRate * decay,
    dropoutRate: knobs.dropout ? knobs.dropoutRate : 0,
    l2Strength: knobs.l2 ? knobs.l2Strength : 0,
    ...amounts,
    batchSize: knobs.batchSize,
  };
}
