import type { TextKind } from './augment/kinds.ts';
import { cosPi } from './exact-math.ts';
import { ANNEALED_SHARE, OBJECTIVES, OBJECTIVE_TABLE, type ObjectiveName } from './objectives.ts';

/**
 * The knobs: everything that may change between two steps of a run without a reset.
 * One table describes them; the record, the sliders, the marks on the curves and the trainer all read it.
 */

export interface KnobValues {
  readonly objective: ObjectiveName;
  /** η of GroupDRO. */
  readonly groupDroStep: number;
  /** β of V-REx. */
  readonly vrexWeight: number;
  /** λ of IRMv1. */
  readonly irmWeight: number;
  /** γ of CORAL. */
  readonly coralWeight: number;
  /** λ of DANN's reversed gradient. */
  readonly dannWeight: number;
  readonly optimizer: OptimizerName;
  /** The optimizer's step size. */
  readonly learningRate: number;
  /** Cosine decay of the learning rate from its value to zero at the run's last step. */
  readonly learningRateDecay: boolean;
  readonly dropout: boolean;
  /** Probability that a hidden unit (an input dimension, for a linear head) is dropped at a step. */
  readonly dropoutRate: number;
  readonly inputDropout: boolean;
  /** Probability that an input dimension is dropped at a step. */
  readonly inputDropoutRate: number;
  readonly l2: boolean;
  /** λ of the penalty (λ/2)·‖W‖² added to the loss (weights, not biases). Not weight decay: Adam rescales its gradient. */
  readonly l2Strength: number;
  readonly l1: boolean;
  /** λ₁ of the penalty λ₁·Σ|w| added to the loss (weights, not biases). */
  readonly l1Strength: number;
  readonly weightDecay: boolean;
  /** Decoupled weight decay: each step also takes learning rate × this share of every weight away (not of biases). */
  readonly weightDecayStrength: number;
  readonly labelSmoothing: boolean;
  /** s: targets become (1 − s)·y + s/C. */
  readonly labelSmoothingAmount: number;
  /** Scores and answers come from a moving average of the weights, see `AVERAGING_DECAY`. */
  readonly averaging: boolean;
  readonly augmentation: boolean;
  /** 0 … 1; see `augmentationAmounts`. */
  readonly augmentationStrength: number;
  /** Rows per training domain at each step. */
  readonly batchSize: number;
}

export const OPTIMIZERS = ['adam', 'sgd'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];
/** μ of SGD's momentum. */
export const SGD_MOMENTUM = 0.9;
/** d of the averaged weights a ← d·a + (1 − d)·w: about the last fifty steps. Polyak & Juditsky (1992) in its exponential form. */
export const AVERAGING_DECAY = 0.98;

export type KnobName = keyof KnobValues;
export type KnobValue = number | boolean | string;

export type SliderName =
  | 'learningRate' | 'dropoutRate' | 'inputDropoutRate' | 'l2Strength' | 'l1Strength' | 'weightDecayStrength' | 'labelSmoothingAmount'
  | 'augmentationStrength' | 'batchSize' | 'groupDroStep' | 'vrexWeight' | 'irmWeight' | 'coralWeight' | 'dannWeight';

export interface SliderKnob {
  readonly name: SliderName;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Slider positions between min and max. */
  readonly positions: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
}

export interface SwitchKnob {
  readonly name: 'learningRateDecay' | 'dropout' | 'inputDropout' | 'l2' | 'l1' | 'weightDecay' | 'labelSmoothing' | 'averaging' | 'augmentation';
  readonly label: string;
  /** What the switch does, in a student's words. */
  readonly hint: string;
}

/** A knob with a few named positions. */
export interface ChoiceKnob {
  readonly name: 'objective' | 'optimizer';
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export const SLIDERS: Readonly<Record<SliderName, SliderKnob>> = {
  learningRate: { name: 'learningRate', label: 'Learning rate', min: 1e-4, max: 1, positions: 80, scale: 'log', integer: false },
  dropoutRate: { name: 'dropoutRate', label: 'Dropout rate', min: 0.05, max: 0.9, positions: 17, scale: 'linear', integer: false },
  inputDropoutRate: { name: 'inputDropoutRate', label: 'Input dropout rate', min: 0.05, max: 0.9, positions: 17, scale: 'linear', integer: false },
  l2Strength: { name: 'l2Strength', label: 'L2 strength', min: 1e-5, max: 1e-1, positions: 40, scale: 'log', integer: false },
  l1Strength: { name: 'l1Strength', label: 'L1 strength', min: 1e-6, max: 1e-2, positions: 40, scale: 'log', integer: false },
  weightDecayStrength: { name: 'weightDecayStrength', label: 'Weight decay strength', min: 1e-4, max: 10, positions: 50, scale: 'log', integer: false },
  labelSmoothingAmount: { name: 'labelSmoothingAmount', label: 'Label smoothing amount', min: 0.01, max: 0.5, positions: 49, scale: 'linear', integer: false },
  augmentationStrength: { name: 'augmentationStrength', label: 'Augmentation strength', min: 0.05, max: 1, positions: 19, scale: 'linear', integer: false },
  batchSize: { name: 'batchSize', label: 'Batch size', min: 1, max: 128, positions: 14, scale: 'log', integer: true },
  groupDroStep: { name: 'groupDroStep', label: 'GroupDRO step η', min: 1e-3, max: 1e-1, positions: 40, scale: 'log', integer: false },
  vrexWeight: { name: 'vrexWeight', label: 'V-REx weight β', min: 1e-1, max: 1e5, positions: 60, scale: 'log', integer: false },
  irmWeight: { name: 'irmWeight', label: 'IRMv1 weight λ', min: 1e-1, max: 1e5, positions: 60, scale: 'log', integer: false },
  coralWeight: { name: 'coralWeight', label: 'CORAL weight γ', min: 1e-1, max: 10, positions: 40, scale: 'log', integer: false },
  dannWeight: { name: 'dannWeight', label: 'DANN weight λ', min: 1e-2, max: 1e2, positions: 40, scale: 'log', integer: false },
};

export const SWITCHES = {
  learningRateDecay: { name: 'learningRateDecay', label: 'Learning-rate decay', hint: 'Steps shrink along a cosine to zero at the end of the run.' },
  dropout: { name: 'dropout', label: 'Dropout', hint: 'Hides random features at each step, so that no single one is relied on.' },
  inputDropout: { name: 'inputDropout', label: 'Input dropout', hint: 'Hides random dimensions of the embedding at each step.' },
  l2: { name: 'l2', label: 'L2', hint: 'Adds (λ/2)·‖W‖² to the loss: large weights must pay for themselves.' },
  l1: { name: 'l1', label: 'L1', hint: 'Adds λ·Σ|w| to the loss: weights that do little go to zero.' },
  weightDecay: { name: 'weightDecay', label: 'Weight decay', hint: 'Shrinks every weight a little at each step, apart from the loss (AdamW).' },
  labelSmoothing: { name: 'labelSmoothing', label: 'Label smoothing', hint: 'Asks for less than certainty, so that the head does not grow too sure.' },
  averaging: { name: 'averaging', label: 'Weight averaging', hint: 'Scores the average of the last fifty or so steps’ weights.' },
  augmentation: { name: 'augmentation', label: 'Augmentation', hint: 'Trains on noisy and blended versions of the embeddings.' },
} as const satisfies Record<string, SwitchKnob>;

export const CHOICES: Readonly<Record<ChoiceKnob['name'], ChoiceKnob>> = {
  objective: { name: 'objective', label: 'Objective', options: OBJECTIVES.map((value) => ({ value, label: OBJECTIVE_TABLE[value].label })) },
  optimizer: { name: 'optimizer', label: 'Optimizer', options: [{ value: 'adam', label: 'Adam' }, { value: 'sgd', label: 'SGD with momentum' }] },
};

/** All regularizers off: the first thing to see is what happens without them. Strengths of objectives are DomainBed's defaults. */
export const DEFAULT_KNOBS: KnobValues = {
  objective: 'erm',
  groupDroStep: 0.01,
  vrexWeight: 10,
  irmWeight: 100,
  coralWeight: 1,
  dannWeight: 1,
  optimizer: 'adam',
  learningRate: 0.01,
  learningRateDecay: false,
  dropout: false,
  dropoutRate: 0.5,
  inputDropout: false,
  inputDropoutRate: 0.2,
  l2: false,
  l2Strength: 0.003,
  l1: false,
  l1Strength: 0.0001,
  weightDecay: false,
  weightDecayStrength: 0.1,
  labelSmoothing: false,
  labelSmoothingAmount: 0.1,
  averaging: false,
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
  if (name in CHOICES) {
    const { label, options } = CHOICES[name as ChoiceKnob['name']];
    if (!options.some((option) => option.value === value)) throw new RangeError(`${label} must be one of ${options.map((option) => option.label).join(', ')}, not ${String(value)}.`);
    return;
  }
  const slider = SLIDERS[name as SliderName];
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

/** The knobs as one step of one head sees them: a switched-off regularizer has amount zero. What the engines take. */
export interface EffectiveKnobs {
  readonly objective: ObjectiveName;
  /** η of GroupDRO, or the penalty's weight at this step; 0 for ERM. */
  readonly objectiveWeight: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** The optimizer's moments (and Adam's step count) begin anew with this step. */
  readonly resetMoments: boolean;
  readonly dropoutRate: number;
  readonly inputDropoutRate: number;
  readonly l2Strength: number;
  readonly l1Strength: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** d of the averaged weights; 0 when the weights themselves are scored. */
  readonly averagingDecay: number;
  readonly noiseNorm: number;
  readonly mixupAlpha: number;
  /** Augmented texts that may stand for their rows; empty when there are none. */
  readonly variants: readonly ActiveVariants[];
  /** Rows per training domain. */
  readonly batchSize: number;
}

/** The first `count` variants of one kind and strength. */
export interface ActiveVariants {
  readonly kind: TextKind;
  readonly strength: number;
  readonly count: number;
}

const NO_VARIANTS: readonly ActiveVariants[] = [];

/**
 * Amounts in force at `step` (0-based) of a run of `totalSteps`.
 * Cosine decay: lr·(1 + cos(π·step/total))/2, Loshchilov & Hutter, "SGDR" (ICLR 2017), eq. 5 without restarts.
 */
export function effectiveKnobs(knobs: KnobValues, step: number, totalSteps: number): EffectiveKnobs {
  const decay = knobs.learningRateDecay ? (1 + cosPi(Math.min(step, totalSteps) / totalSteps)) / 2 : 1;
  const amounts = knobs.augmentation ? augmentationAmounts(knobs.augmentationStrength) : { noiseNorm: 0, mixupAlpha: 0 };
  const { strength, annealed } = OBJECTIVE_TABLE[knobs.objective];
  const fullWeightFrom = annealed ? Math.ceil(ANNEALED_SHARE * totalSteps) : 0;
  return {
    objective: knobs.objective,
    objectiveWeight: strength === null ? 0 : step < fullWeightFrom ? 1 : knobs[strength],
    optimizer: knobs.optimizer,
    learningRate: knobs.learningRate * decay,
    resetMoments: annealed && step === fullWeightFrom,
    dropoutRate: knobs.dropout ? knobs.dropoutRate : 0,
    inputDropoutRate: knobs.inputDropout ? knobs.inputDropoutRate : 0,
    l2Strength: knobs.l2 ? knobs.l2Strength : 0,
    l1Strength: knobs.l1 ? knobs.l1Strength : 0,
    weightDecay: knobs.weightDecay ? knobs.weightDecayStrength : 0,
    labelSmoothing: knobs.labelSmoothing ? knobs.labelSmoothingAmount : 0,
    averagingDecay: knobs.averaging ? AVERAGING_DECAY : 0,
    ...amounts,
    variants: NO_VARIANTS,
    batchSize: knobs.batchSize,
  };
}
