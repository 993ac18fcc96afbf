import { beforeAll, describe, expect, it } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { AUGMENTED_CASES, augmentedTraining } from '../support/augmented-cases.ts';
import { kernelModule, kernelPopulations } from '../support/kernel.ts';
import { oracleWeights } from '../support/oracle.ts';
import { BOUND, KNOB_CASES, STEPS, knobTraining } from '../support/population-cases.ts';
import { LINEAR, PLAIN, hidden, madeUpData, madeUpTraining, relativeDistances, trainedWeights, twoHidden, unequalClasses } from '../support/population.ts';

const HEADS: readonly [width: number, head: HeadSpec, classes: number][] = [
  [512, hidden(64), 2],
  [37, hidden(13), 7],
  [64, hidden(33), 150],
  [21, hidden(1), 3],
  [512, LINEAR, 2],
  [50, LINEAR, 200],
  [100, twoHidden(16), 2],
  [37, twoHidden(13), 7],
];
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;

beforeAll(async () => {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  await kernelModule();
}, COMPILING_MS);

describe.each(HEADS)('a head of width %i → %o → %i classes gives what autodiff and a plain optimizer give, up to rounding:', (width, head, classes) => {
  const data = classes === 2 ? unequalClasses(width) : madeUpData(width, classes);
  it.each(Object.keys(KNOB_CASES))('%s', async (name) => {
    const training = knobTraining(data, head, name);
    const found = relativeDistances(await trainedWeights(training, STEPS, kernelPopulations), await oracleWeights(training, STEPS), training.start);
    for (const [tensor, distance] of found) expect(distance, tensor).toBeLessThan(BOUND);
  });
});

describe.each<[width: number, head: HeadSpec, classes: number]>([[37, hidden(13), 7], [64, LINEAR, 150], [24, twoHidden(9), 2]])(
  'a head of width %i → %o → %i classes gives what autodiff and a plain optimizer give, up to rounding, with',
  (width, head, classes) => {
    const data = classes === 2 ? unequalClasses(width) : madeUpData(width, classes);
    it.each(AUGMENTED_CASES)('%s', async (name) => {
      const training = augmentedTraining(data, head, name);
      const found = relativeDistances(await trainedWeights(training, STEPS, kernelPopulations), await oracleWeights(training, STEPS), training.start);
      for (const [tensor, distance] of found) expect(distance, tensor).toBeLessThan(BOUND);
    });
  },
);

describe('L1', () => {
  it('leaves a weight at zero that nothing else moves', async () => {
    const data = madeUpData(16, 2);
    data.features.forEach((_, i) => {
      if (i % 16 === 3) data.features[i] = 0;
    });
    const training = madeUpTraining(data, LINEAR, () => ({ ...PLAIN, l1Strength: 0.01 }));
    const start = new Map([...training.start].map(([name, values]) => [name, values.map((value, i) => (Math.floor(i / 2) === 3 ? 0 : value))]));
    const weights = (await trainedWeights({ ...training, start }, STEPS, kernelPopulations)).get('weights1');
    expect(weights?.slice(6, 8)).toEqual(new Float32Array(2));
    expect(weights?.slice(4, 6)).not.toEqual(new Float32Array(2));
  });
});
