import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import type { PopulationData } from '../../src/engine/population/population.ts';
import { augmentedTraining } from './augmented-cases.ts';
import type { Mutation } from './oracle-mutation.ts';
import { LINEAR, PLAIN, hidden, madeUpData, madeUpTraining, twoHidden, type Training } from './population.ts';

/** Steps of a case, and ‖difference‖ / ‖update‖ that float32 rounding may leave: mostly some 5e-7, where Adam or a penalty magnifies it more. */
export const STEPS = 50;
export const BOUND = 1e-5;

type Schedule = (step: number) => EffectiveKnobs;
const always = (knobs: Partial<EffectiveKnobs>): Schedule => () => ({ ...PLAIN, ...knobs });

/**
 * Everything that concerns any objective. Where L1 takes part, a weight that comes within rounding (1e-8) of zero takes the sign, and so
 * the next step of about the learning rate, by rounding's whim: in any two float32 engines a few such weights part by far more than the bound.
 * So cases with L1 start away from zero and take small steps: no weight gets near zero.
 */
export const KNOB_CASES: Readonly<Record<string, Schedule>> = {
  plain: always({}),
  dropout: always({ dropoutRate: 0.5 }),
  'odd dropout rate': always({ dropoutRate: 0.35 }),
  'input dropout': always({ inputDropoutRate: 0.2 }),
  L2: always({ l2Strength: 0.03 }),
  L1: always({ learningRate: 0.001, l1Strength: 0.001 }),
  'weight decay': always({ weightDecay: 3 }),
  'label smoothing': always({ labelSmoothing: 0.1 }),
  noise: always({ noiseNorm: 0.5 }),
  mixup: always({ mixupAlpha: 0.4 }),
  interpolation: always({ interpolationAlpha: 0.5 }),
  'mixup and interpolation': always({ mixupAlpha: 0.2, interpolationAlpha: 0.5 }),
  'odd batch': always({ batchSize: 7 }),
  'averaged weights': always({ averagingDecay: 0.9 }),
  'averaged weights from step 20 on': (step) => ({ ...PLAIN, averagingDecay: step < 20 ? 0 : 0.9 }),
  SGD: always({ optimizer: 'sgd', learningRate: 0.1 }),
  'SGD, L2 and weight decay': always({ optimizer: 'sgd', learningRate: 0.1, l2Strength: 0.03, weightDecay: 0.3 }),
  'a fresh start of the moments at step 20': (step) => ({ ...PLAIN, resetMoments: step === 20 }),
  'SGD from step 15 to 30': (step) => ({ ...PLAIN, optimizer: step < 15 || step >= 30 ? 'adam' : 'sgd', resetMoments: step === 40 }),
  'all together': always({
    learningRate: 0.001, dropoutRate: 0.3, inputDropoutRate: 0.1, l2Strength: 0.01, l1Strength: 0.0003, weightDecay: 3, labelSmoothing: 0.1, averagingDecay: 0.9,
    noiseNorm: 0.4, mixupAlpha: 0.3, interpolationAlpha: 0.5, batchSize: 5,
  }),
};

export function knobTraining(data: PopulationData, head: HeadSpec, name: string): Training {
  const knobs = KNOB_CASES[name] as Schedule;
  return madeUpTraining(data, head, knobs, { away: knobs(0).l1Strength > 0 });
}

/** Each objective at strengths that tell, alone and with what may come with it. IRMv1 by SGD needs small steps: its penalty has no lower bound. */
const OBJECTIVE_CASES: Readonly<Record<string, Schedule>> = {
  GroupDRO: always({ objective: 'groupDro', objectiveWeight: 1 }),
  'V-REx': always({ objective: 'vrex', objectiveWeight: 10 }),
  IRMv1: always({ objective: 'irm', objectiveWeight: 10 }),
  CORAL: always({ objective: 'coral', objectiveWeight: 10 }),
  DANN: always({ objective: 'dann', objectiveWeight: 1 }),
};

/** What may come with an objective. Odd batches have halves of unequal size. */
const COMPANY: Readonly<Record<string, Partial<EffectiveKnobs>>> = {
  'alone, odd batches': { batchSize: 5 },
  'by SGD': { optimizer: 'sgd', learningRate: 0.01, batchSize: 6, l2Strength: 0.01, weightDecay: 0.3 },
  'with every regularizer': {
    learningRate: 0.003, dropoutRate: 0.3, inputDropoutRate: 0.1, l2Strength: 0.01, weightDecay: 3, labelSmoothing: 0.1, averagingDecay: 0.9,
    noiseNorm: 0.4, mixupAlpha: 0.3, batchSize: 7,
  },
};

/** Every objective that means something for the head, with each company: names for `objectiveTraining`. */
export function objectivesFor(head: HeadSpec): [objective: string, company: string][] {
  const names = Object.keys(OBJECTIVE_CASES).filter((name) => head.kind !== 'linear' || !['CORAL', 'DANN'].includes(name));
  return names.flatMap((name) => Object.keys(COMPANY).map((company): [string, string] => [name, company]));
}

export function objectiveTraining(data: PopulationData, head: HeadSpec, objective: string, company: string): Training {
  const knobs = OBJECTIVE_CASES[objective] as Schedule;
  return madeUpTraining(data, head, (step) => ({ ...knobs(step), ...COMPANY[company] }));
}

/** The objective changes again and again, the optimizer once. */
export function changingObjectives(): Training {
  const turns = ['dann', 'groupDro', 'erm', 'coral', 'dann', 'irm', 'groupDro', 'vrex'] as const;
  return madeUpTraining(madeUpData(37, 7), hidden(13), (step) => ({
    ...PLAIN,
    objective: turns[Math.floor(step / 4) % turns.length] as (typeof turns)[number],
    objectiveWeight: 0.5,
    batchSize: 6,
    optimizer: step < 30 ? 'adam' : 'sgd',
    resetMoments: step === 10,
  }));
}

const small = madeUpData(37, 7);
const one = (head: HeadSpec, knobs: Partial<EffectiveKnobs> | Schedule, away = false, data = small): Training =>
  madeUpTraining(data, head, typeof knobs === 'function' ? knobs : always({ batchSize: 6, ...knobs }), { away });
const HIDDEN = hidden(13);
const TWO = twoHidden(13);

/** Groups that cut across domains; one of them is seldom in a batch. */
export const grouped: PopulationData = { ...small, groupOf: small.classOf.map((_, row) => (row % 11 === 0 ? 4 : row % 3)) };

/** For each mistake a case in which it must tell. */
export const MUTATION_CASES: Readonly<Record<Mutation, Training>> = {
  'no L2': one(TWO, { l2Strength: 0.03 }),
  'no L1': one(HIDDEN, { l1Strength: 0.001, learningRate: 0.001 }, true),
  'no label smoothing': one(LINEAR, { labelSmoothing: 0.1 }),
  'mask a unit off': one(HIDDEN, { dropoutRate: 0.5 }),
  'input mask a unit off': one(TWO, { inputDropoutRate: 0.2 }),
  'one mask for both layers': one(TWO, { dropoutRate: 0.5 }),
  'epsilon ten times too large': one(HIDDEN, {}, false, madeUpData(64, 150)),
  'epsilon ten times too small': one(HIDDEN, {}, false, madeUpData(64, 150)),
  'one minus beta2 in float32': one(LINEAR, {}),
  'no weight decay': one(TWO, { weightDecay: 1 }),
  'weight decay after the update': one(HIDDEN, { weightDecay: 1 }),
  'weight decay in the gradient': one(HIDDEN, { weightDecay: 1 }),
  'weight decay of biases': one(TWO, { weightDecay: 1, optimizer: 'sgd', learningRate: 0.1 }),
  'damped momentum': one(HIDDEN, { optimizer: 'sgd', learningRate: 0.1 }),
  'Nesterov’s momentum': one(HIDDEN, { optimizer: 'sgd', learningRate: 0.1 }),
  'no reset': one(HIDDEN, (step) => ({ ...PLAIN, resetMoments: step === 20 })),
  't not restarted': one(HIDDEN, (step) => ({ ...PLAIN, resetMoments: step === 20 })),
  'moments kept over a change of optimizer': one(HIDDEN, (step) => ({ ...PLAIN, optimizer: step < 20 ? 'sgd' : 'adam' })),
  'average from zero': one(HIDDEN, { averagingDecay: 0.98 }),
  'average of the weights before the step': one(HIDDEN, { averagingDecay: 0.9 }),
  'q not normalized': one(LINEAR, { objective: 'groupDro', objectiveWeight: 0.1 }),
  'q moved after the loss': one(HIDDEN, { objective: 'groupDro', objectiveWeight: 0.1 }),
  'domains for groups': one(HIDDEN, { objective: 'groupDro', objectiveWeight: 0.1 }, false, grouped),
  'sample variance of losses': one(LINEAR, { objective: 'vrex', objectiveWeight: 10 }),
  'sum of squared differences': one(HIDDEN, { objective: 'vrex', objectiveWeight: 10 }),
  'first and second half': one(HIDDEN, { objective: 'irm', objectiveWeight: 100 }),
  'squared gradient of the whole domain': one(LINEAR, { objective: 'irm', objectiveWeight: 100 }),
  'covariance by n': one(HIDDEN, { objective: 'coral', objectiveWeight: 10 }),
  'no means': one(TWO, { objective: 'coral', objectiveWeight: 10 }),
  'pairs not averaged': one(HIDDEN, { objective: 'coral', objectiveWeight: 10 }),
  'gradient not reversed': one(TWO, { objective: 'dann', objectiveWeight: 1 }),
  'partners of any class': one(HIDDEN, { interpolationAlpha: 1 }),
  'the other side of the coin': one(HIDDEN, { mixupAlpha: 0.4, interpolationAlpha: 0.5 }),
  'the data’s classes for the member’s': augmentedTraining(small, HIDDEN, 'labels of its own'),
  'class of the variant’s row': augmentedTraining(small, LINEAR, 'augmented texts'),
  'group of the variant’s row': augmentedTraining(grouped, HIDDEN, 'augmented texts and GroupDRO'),
  'variants that have not joined': augmentedTraining(small, HIDDEN, 'augmented texts that join by and by'),
  'variants only': augmentedTraining(small, TWO, 'augmented texts'),
  'discriminator with L2': one(HIDDEN, { objective: 'dann', objectiveWeight: 1, l2Strength: 0.03 }),
};
