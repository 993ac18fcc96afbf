import { TEXT_KINDS, TEXT_KIND_TABLE, TEXT_STRENGTHS, textKnob, type TextKnob } from './augment/kinds.ts';
import { OBJECTIVES, OBJECTIVE_TABLE, type ObjectiveName } from './objectives.ts';

/**
 * The knobs: everything that may change between two steps of a run without a reset.
 * One table describes them; the record, the sliders, the marks on the curves and the trainer all read it.
 */

/** Among them a switch for each kind of text augmentation, see `textKnob`. */
export interface KnobValues extends Readonly<Record<TextKnob, boolean>> {
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
  readonly noise: boolean;
  /** Norm of the Gaussian noise beside the embedding's, which is 1: each of D values gets σ = noiseNorm / √D. */
  readonly noiseNorm: number;
  readonly mixup: boolean;
  /** Both parameters of the Beta distribution of mixup's shares. */
  readonly mixupAlpha: number;
  readonly interpolation: boolean;
  /** Both parameters of the Beta distribution of within-class interpolation's shares. */
  readonly interpolationAlpha: number;
  /** Share of words (or characters) that augmented texts change, of whichever kind: one of TEXT_STRENGTHS. */
  readonly textStrength: number;
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
  | 'noiseNorm' | 'mixupAlpha' | 'interpolationAlpha' | 'textStrength' | 'batchSize' | 'groupDroStep' | 'vrexWeight' | 'irmWeight' | 'coralWeight' | 'dannWeight';

/** Which numbers a slider gives. */
export interface SliderRange {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Slider positions between min and max. */
  readonly positions: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  /** The number at each position, in ascending order, where the scale alone does not give them. */
  readonly values?: readonly number[];
}

export interface SliderKnob extends SliderRange {
  readonly name: SliderName;
  /** All numbers that the knob takes, where they are few: others are refused. */
  readonly only?: readonly number[];
}

export interface SwitchKnob {
  readonly name:
    | 'learningRateDecay' | 'dropout' | 'inputDropout' | 'l2' | 'l1' | 'weightDecay' | 'labelSmoothing' | 'averaging' | 'noise' | 'mixup' | 'interpolation'
    | TextKnob;
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

/** Rounded powers of √2. */
const BATCH_SIZES = [1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128] as const;

export const SLIDERS: Readonly<Record<SliderName, SliderKnob>> = {
  learningRate: { name: 'learningRate', label: 'Learning rate', min: 1e-4, max: 1, positions: 80, scale: 'log', integer: false },
  dropoutRate: { name: 'dropoutRate', label: 'Dropout rate', min: 0.05, max: 0.9, positions: 17, scale: 'linear', integer: false },
  inputDropoutRate: { name: 'inputDropoutRate', label: 'Input dropout rate', min: 0.05, max: 0.9, positions: 17, scale: 'linear', integer: false },
  l2Strength: { name: 'l2Strength', label: 'L2 strength', min: 1e-5, max: 1e-1, positions: 40, scale: 'log', integer: false },
  l1Strength: { name: 'l1Strength', label: 'L1 strength', min: 1e-6, max: 1e-2, positions: 40, scale: 'log', integer: false },
  weightDecayStrength: { name: 'weightDecayStrength', label: 'Weight decay strength', min: 1e-4, max: 10, positions: 50, scale: 'log', integer: false },
  labelSmoothingAmount: { name: 'labelSmoothingAmount', label: 'Label smoothing amount', min: 0.01, max: 0.5, positions: 49, scale: 'linear', integer: false },
  noiseNorm: { name: 'noiseNorm', label: 'Noise norm', min: 0.05, max: 1, positions: 19, scale: 'linear', integer: false },
  mixupAlpha: { name: 'mixupAlpha', label: 'Mixup α', min: 0.02, max: 1, positions: 49, scale: 'linear', integer: false },
  interpolationAlpha: { name: 'interpolationAlpha', label: 'Interpolation α', min: 0.02, max: 1, positions: 49, scale: 'linear', integer: false },
  textStrength: {
    name: 'textStrength', label: 'Text strength', min: TEXT_STRENGTHS[0], max: TEXT_STRENGTHS[TEXT_STRENGTHS.length - 1] as number,
    positions: TEXT_STRENGTHS.length - 1, scale: 'linear', integer: false, values: TEXT_STRENGTHS, only: TEXT_STRENGTHS,
  },
  batchSize: { name: 'batchSize', label: 'Batch size', min: 1, max: 128, positions: BATCH_SIZES.length - 1, scale: 'log', integer: true, values: BATCH_SIZES },
  groupDroStep: { name: 'groupDroStep', label: 'GroupDRO step η', min: 1e-3, max: 1e-1, positions: 40, scale: 'log', integer: false },
  vrexWeight: { name: 'vrexWeight', label: 'V-REx weight β', min: 1e-1, max: 1e5, positions: 60, scale: 'log', integer: false },
  irmWeight: { name: 'irmWeight', label: 'IRMv1 weight λ', min: 1e-1, max: 1e5, positions: 60, scale: 'log', integer: false },
  coralWeight: { name: 'coralWeight', label: 'CORAL weight γ', min: 1e-1, max: 10, positions: 40, scale: 'log', integer: false },
  dannWeight: { name: 'dannWeight', label: 'DANN weight λ', min: 1e-2, max: 1e2, positions: 40, scale: 'log', integer: false },
};

const TEXT_SWITCHES = Object.fromEntries(TEXT_KINDS.map((kind) => [textKnob(kind), { name: textKnob(kind), ...TEXT_KIND_TABLE[kind] }])) as Readonly<Record<TextKnob, SwitchKnob>>;

export const SWITCHES = {
  learningRateDecay: { name: 'learningRateDecay', label: 'Learning-rate decay', hint: 'Steps shrink along a cosine to zero at the end of the run.' },
  dropout: { name: 'dropout', label: 'Dropout', hint: 'Hides random features at each step, so that no single one is relied on.' },
  inputDropout: { name: 'inputDropout', label: 'Input dropout', hint: 'Hides random dimensions of the embedding at each step.' },
  l2: { name: 'l2', label: 'L2', hint: 'Adds (λ/2)·‖W‖² to the loss: large weights must pay for themselves.' },
  l1: { name: 'l1', label: 'L1', hint: 'Adds λ·Σ|w| to the loss: weights that do little go to zero.' },
  weightDecay: { name: 'weightDecay', label: 'Weight decay', hint: 'Shrinks every weight a little at each step, apart from the loss (AdamW).' },
  labelSmoothing: { name: 'labelSmoothing', label: 'Label smoothing', hint: 'Asks for less than certainty, so that the head does not grow too sure.' },
  averaging: { name: 'averaging', label: 'Weight averaging', hint: 'Scores the average of the last fifty or so steps’ weights.' },
  noise: { name: 'noise', label: 'Noise', hint: 'Adds random noise to each embedding at each step.' },
  mixup: { name: 'mixup', label: 'Mixup', hint: 'Blends each embedding with another one of the batch, and their labels in the same shares.' },
  interpolation: {
    name: 'interpolation', label: 'Within-class interpolation',
    hint: 'Blends each embedding with another one of its own class. With mixup on as well, each step does one of the two, by the toss of a coin.',
  },
  ...TEXT_SWITCHES,
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
  noise: false,
  noiseNorm: 0.5,
  mixup: false,
  mixupAlpha: 0.2,
  interpolation: false,
  interpolationAlpha: 0.5,
  ...(Object.fromEntries(TEXT_KINDS.map((kind) => [textKnob(kind), false])) as Record<TextKnob, boolean>),
  textStrength: 0.1,
  batchSize: 32,
};

/** Slider position (0 … positions) → knob value. */
export function sliderValue(knob: SliderRange, position: number): number {
  const t = Math.min(1, Math.max(0, position / knob.positions));
  if (knob.values) return knob.values[Math.round(t * knob.positions)] as number;
  const raw = knob.scale === 'log' ? knob.min * Math.pow(knob.max / knob.min, t) : knob.min + (knob.max - knob.min) * t;
  return knob.integer ? Math.round(raw) : Number(raw.toPrecision(2));
}

/** Knob value → nearest slider position (0 … positions). */
export function sliderPosition(knob: SliderRange, value: number): number {
  const along = (number: number): number => (knob.scale === 'log' ? Math.log(number / knob.min) / Math.log(knob.max / knob.min) : (number - knob.min) / (knob.max - knob.min));
  const t = along(value);
  const distances = knob.values?.map((own) => Math.abs(along(own) - t));
  if (distances) return distances.indexOf(Math.min(...distances));
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
  if (slider.only && !slider.only.includes(value)) throw new RangeError(`${slider.label} must be one of ${slider.only.join(', ')}, not ${value}.`);
}

/** @returns a copy of `knobs` with one value changed. @throws RangeError see `checkKnob`. */
export function withKnob(knobs: KnobValues, name: KnobName, value: KnobValue): KnobValues {
  checkKnob(name, value);
  return { ...knobs, [name]: value };
}
