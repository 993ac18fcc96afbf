import { BatchOrder } from '../../core/batches.ts';
import type { EffectiveKnobs } from '../../core/effective-knobs.ts';
import { objectiveProblem } from '../../core/objectives.ts';
import type { HeadSpec } from '../../core/run-record.ts';
import { groupsInTraining, groupsOfBatch } from './groups.ts';
import { dropoutWords, mixingOf, type DropoutWords, type Mixing } from './member-knobs.ts';
import { OptimizerClock, type StepSizes } from './optimizer-clock.ts';
import type { MemberSpec, PopulationData } from './population.ts';
import type { VariantTable } from './variants.ts';

/** Everything about one step of one member that the host decides, for any engine. README.md beside this file says what is done with it. */
export interface StepPlan {
  readonly knobs: EffectiveKnobs;
  readonly seed: number;
  /** Steps done before: with the seed it keys the random numbers. */
  readonly step: number;
  /** Rows of `features` [B], `knobs.batchSize` of each training domain, domain after domain; a variant's row where one stands for a text. */
  readonly rows: Uint32Array;
  /** Class of each row of the batch [B], as this member has it; a variant is of its text's class. */
  readonly classes: Uint32Array;
  /** Group of each row of the batch [B], a variant's being its text's; null but for GroupDRO. */
  readonly groups: Uint32Array | null;
  /** How rows are blended; null where they are not. */
  readonly mixing: Mixing | null;
  /** Standard deviation of the noise on each input; 0 for none. */
  readonly sigma: number;
  readonly inputDropout: DropoutWords;
  /** Of the hidden units (first layer: STREAM.dropout, second: STREAM.secondDropout), or of a linear head's inputs (STREAM.dropout). */
  readonly dropout: DropoutWords;
  readonly optimizer: StepSizes;
  /** Of DANN's discriminator; under other objectives its moments may still be zeroed. */
  readonly discriminator: StepSizes;
  /** Learning rate × weight decay: the share of every weight that is taken away. */
  readonly shrink: number;
  /** Whether the averaged weights begin here, as a copy of the weights before this step. */
  readonly startsAverage: boolean;
}

/** Which optional tensors a member has by now. */
export interface StateFlags {
  /** Averaged weights are on. */
  readonly average: boolean;
  /** DANN has trained the discriminator. */
  readonly discriminator: boolean;
  /** GroupDRO has moved its q. */
  readonly groupWeights: boolean;
}

/** What a member's progress is, besides tensors. */
export interface SavedProgress extends StateFlags {
  readonly step: number;
  readonly batchPosition: readonly number[];
  readonly optimizerSteps: number;
  readonly discriminatorSteps: number;
}

/** One member's progress, as far as the host keeps it, and the plans of its steps. */
export class MemberProgress {
  private batchOrder: BatchOrder;
  private steps = 0;
  private optimizer = new OptimizerClock();
  private discriminator = new OptimizerClock();
  private flags: StateFlags = { average: false, discriminator: false, groupWeights: false };
  private readonly groups: number;

  /** @param variants the data's, for all members. @throws RangeError when a training domain has no rows. */
  constructor(
    private readonly data: PopulationData,
    private readonly head: HeadSpec,
    readonly spec: MemberSpec,
    private readonly variants: VariantTable,
  ) {
    this.batchOrder = new BatchOrder(spec.train, spec.seed);
    this.groups = groupsInTraining(data, spec).length;
  }

  /** Steps done, or planned. */
  get step(): number {
    return this.steps;
  }

  /** Whether scores and logits are of the averaged weights. */
  get isAveraged(): boolean {
    return this.flags.average;
  }

  /** @throws RangeError in words for the page when this member cannot train so, or augmented texts are missing; nothing is changed. */
  check({ objective, variants }: EffectiveKnobs): void {
    const groups = objective === 'groupDro' ? this.groups : this.spec.train.length;
    const problem = objectiveProblem(objective, this.head.kind !== 'linear', groups) ?? this.variants.problem(variants);
    if (problem) throw new RangeError(problem);
  }

  /** This member's class of each of these rows of the data. */
  classesOf(rows: Uint32Array): Uint32Array {
    const { classOf = this.data.classOf } = this.spec;
    return rows.map((row) => classOf[row] as number);
  }

  /** Plans the next step; to be done after all plans made before. */
  next(knobs: EffectiveKnobs): StepPlan {
    const { steps: step, flags } = this;
    const { seed } = this.spec;
    const texts = this.batchOrder.next(knobs.batchSize);
    const classes = this.classesOf(texts);
    const isDann = knobs.objective === 'dann';
    const isGroupDro = knobs.objective === 'groupDro';
    const average = knobs.averagingDecay > 0;
    this.steps = step + 1;
    this.flags = { average, discriminator: flags.discriminator || isDann, groupWeights: flags.groupWeights || isGroupDro };
    return {
      knobs,
      seed,
      step,
      rows: knobs.variants.length > 0 ? this.variants.chosen(texts, knobs.variants, seed, step) : texts,
      classes,
      groups: isGroupDro ? groupsOfBatch(this.data, texts, knobs.batchSize) : null,
      mixing: mixingOf(classes, knobs, seed, step),
      sigma: knobs.noiseNorm / Math.sqrt(this.data.width),
      inputDropout: dropoutWords(knobs.inputDropoutRate),
      dropout: dropoutWords(knobs.dropoutRate),
      optimizer: this.optimizer.next(knobs.optimizer, knobs.learningRate, knobs.resetMoments),
      discriminator: isDann ? this.discriminator.next(knobs.optimizer, knobs.learningRate, knobs.resetMoments) : this.discriminator.rest(knobs.resetMoments),
      shrink: knobs.learningRate * knobs.weightDecay,
      startsAverage: average && !flags.average,
    };
  }

  save(): SavedProgress {
    const { steps: step, flags, batchOrder, optimizer, discriminator } = this;
    return { step, ...flags, batchPosition: batchOrder.position, optimizerSteps: optimizer.steps, discriminatorSteps: discriminator.steps };
  }

  restore({ step, batchPosition, optimizerSteps, discriminatorSteps, ...flags }: SavedProgress): void {
    this.batchOrder = new BatchOrder(this.spec.train, this.spec.seed, [...batchPosition]);
    this.steps = step;
    this.optimizer = new OptimizerClock(optimizerSteps);
    this.discriminator = new OptimizerClock(discriminatorSteps);
    this.flags = flags;
  }
}
