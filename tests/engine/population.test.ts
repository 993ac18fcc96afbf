import { beforeAll, describe, expect, it } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { compileKernel } from '../../src/engine/population/kernel/build.mjs';
import { PopulationTrainer } from '../../src/engine/population/population-trainer.ts';
import { HeadTrainer } from '../../src/engine/trainer.ts';
import {
  KNOB_CASES,
  PLAIN,
  checkpointOf,
  madeUpData,
  referenceWeights,
  relativeDistances,
  startingWeights,
  weightsOf,
  type Mutation,
  type Training,
  type Weights,
} from '../support/population.ts';

/** ‖difference‖ / ‖update‖ of each tensor after STEPS steps: float32 rounding leaves some 1e-7 to 5e-6. */
const BOUND = 1e-5;
const STEPS = 50;
const SEED = 5;

const hidden = (width: number): HeadSpec => ({ kind: 'hidden', width });
const LINEAR: HeadSpec = { kind: 'linear' };
const HEADS: readonly [width: number, head: HeadSpec, classes: number][] = [
  [512, hidden(64), 2],
  [37, hidden(13), 7],
  [64, hidden(33), 150],
  [21, hidden(1), 3],
  [512, LINEAR, 2],
  [37, LINEAR, 7],
  [50, LINEAR, 150],
];

/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
let module: WebAssembly.Module;

beforeAll(async () => {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  module = await WebAssembly.compile(await compileKernel());
}, COMPILING_MS);

function training(width: number, head: HeadSpec, classes: number, knobs = PLAIN): Training {
  const data = madeUpData(width, classes);
  return { data, head, seed: SEED, knobs, start: startingWeights(data, head, SEED, (knobs.l1Strength ?? 0) > 0) };
}

function populationWeights({ data, head, seed, knobs, start }: Training): Weights {
  const trainer = new PopulationTrainer(module, data, head, [seed]);
  trainer.restore(0, checkpointOf(start, data.split.train.length));
  for (let step = 0; step < STEPS; step++) trainer.trainStep([knobs]);
  return weightsOf(trainer.checkpoint(0));
}

async function headTrainerWeights({ data, head, seed, knobs, start }: Training): Promise<Weights> {
  const trainer = new HeadTrainer(data, head, seed);
  trainer.restore(checkpointOf(start, data.split.train.length));
  for (let step = 0; step < STEPS; step++) trainer.trainStep(knobs);
  const weights = weightsOf(await trainer.checkpoint());
  trainer.dispose();
  return weights;
}

async function distances(case_: Training, mutation: Mutation = {}): Promise<Map<string, number>> {
  const { l1Strength = 0, labelSmoothing = 0 } = case_.knobs;
  const plainly = l1Strength === 0 && labelSmoothing === 0 && Object.keys(mutation).length === 0;
  const expected = plainly ? await headTrainerWeights(case_) : await referenceWeights(case_, STEPS, mutation);
  return relativeDistances(populationWeights(case_), expected, case_.start);
}

describe.each(HEADS)('a head of width %i → %o → %i classes gives what HeadTrainer gives, up to rounding:', (width, head, classes) => {
  it.each(Object.entries(KNOB_CASES))('%s', async (_, knobs) => {
    for (const [name, distance] of await distances(training(width, head, classes, knobs))) expect(distance, name).toBeLessThan(BOUND);
  });
});

describe('the oracle', () => {
  it('is HeadTrainer to the bit, where HeadTrainer knows the knobs', async () => {
    const knobs = { ...PLAIN, dropoutRate: 0.3, l2Strength: 0.01, noiseNorm: 0.4, mixupAlpha: 0.3 };
    const case_ = training(37, hidden(13), 7, knobs);
    expect(await referenceWeights(case_, STEPS)).toEqual(await headTrainerWeights(case_));
  });

  const all = { ...(KNOB_CASES['all together'] as typeof PLAIN) };
  // Too small an ε tells only where gradients are small: many units or classes.
  it.each<[string, Mutation, typeof HEADS]>([
    ['L2 left out', { withoutL2: true }, HEADS],
    ['the mask shifted by one unit', { shiftedMask: true }, HEADS],
    ['Adam’s ε ten times too large', { epsilonFactor: 10 }, HEADS],
    ['Adam’s ε ten times too small', { epsilonFactor: 0.1 }, HEADS.slice(0, 3)],
  ])('tells %s', async (_, mutation, heads) => {
    for (const [width, head, classes] of heads) {
      const found = await distances(training(width, head, classes, all), mutation);
      expect(Math.max(...found.values()), `${width}, ${JSON.stringify(head)}, ${classes}`).toBeGreaterThan(BOUND);
    }
  });
});

describe('L1', () => {
  it('leaves a weight at zero that nothing else moves', () => {
    const data = madeUpData(16, 2);
    data.features.forEach((_, i) => {
      if (i % 16 === 3) data.features[i] = 0;
    });
    const start = new Map([...startingWeights(data, LINEAR, SEED)].map(([name, values]) => [name, values.map((value, i) => (Math.floor(i / 2) === 3 ? 0 : value))]));
    const weights = populationWeights({ data, head: LINEAR, seed: SEED, knobs: { ...PLAIN, l1Strength: 0.01 }, start }).get('weights1');
    expect(weights?.slice(6, 8)).toEqual(new Float32Array(2));
    expect(weights?.slice(4, 6)).not.toEqual(new Float32Array(2));
  });
});
