import { TEXT_KINDS, textKnob, type TextKind, type VariantJoin } from './augment/kinds.ts';
import { cosPi } from './exact-math.ts';
import { AVERAGING_DECAY, type KnobValues, type OptimizerName } from './knobs.ts';
import { ANNEALED_SHARE, OBJECTIVE_TABLE, type ObjectiveName } from './objectives.ts';

/** The knobs as one step of one head sees them: what is switched off has amount zero. What the engines take. */
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
  readonly interpolationAlpha: number;
  /** Augmented texts that may stand for their rows, in the order of TEXT_KINDS; empty when there are none. */
  readonly variants: readonly ActiveVariants[];
  /** Rows per training domain. */
  readonly batchSize: number;
}

/** The first `count` variants of one kind and strength. */
export interface ActiveVariants {
  readonly kind: TextKind;
  readonly strength: number;
  /** At least 1. */
  readonly count: number;
}

const NO_VARIANTS: readonly ActiveVariants[] = [];

/**
 * Amounts in force at `step` (0-based) of a run of `totalSteps`.
 * Cosine decay: lr·(1 + cos(π·step/total))/2, Loshchilov & Hutter, "SGDR" (ICLR 2017), eq. 5 without restarts.
 * @param joins when augmented texts joined, in order of steps; a training without any has none
 */
export function effectiveKnobs(knobs: KnobValues, step: number, totalSteps: number, joins: readonly VariantJoin[] = []): EffectiveKnobs {
  const decay = knobs.learningRateDecay ? (1 + cosPi(Math.min(step, totalSteps) / totalSteps)) / 2 : 1;
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
    noiseNorm: knobs.noise ? knobs.noiseNorm : 0,
    mixupAlpha: knobs.mixup ? knobs.mixupAlpha : 0,
    interpolationAlpha: knobs.interpolation ? knobs.interpolationAlpha : 0,
    variants: joins.length === 0 ? NO_VARIANTS : activeVariants(knobs, step, joins),
    batchSize: knobs.batchSize,
  };
}

/** Of each kind that is switched on, at the strength in force, all variants that have joined by `step`. */
function activeVariants(knobs: KnobValues, step: number, joins: readonly VariantJoin[]): readonly ActiveVariants[] {
  const { textStrength: strength } = knobs;
  return TEXT_KINDS.filter((kind) => knobs[textKnob(kind)]).flatMap((kind) => {
    const count = joins.reduce((most, join) => (join.kind === kind && join.strength === strength && join.step <= step ? Math.max(most, join.count) : most), 0);
    return count > 0 ? [{ kind, strength, count }] : [];
  });
}
