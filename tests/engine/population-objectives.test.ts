import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { kernelModule, kernelPopulations } from '../support/kernel.ts';
import { rowLosses, scaleGradients } from '../support/oracle-loss.ts';
import { MUTATIONS } from '../support/oracle-mutation.ts';
import { oracleWeights } from '../support/oracle.ts';
import { BOUND, MUTATION_CASES, STEPS, changingObjectives, grouped, objectiveTraining, objectivesFor } from '../support/population-cases.ts';
import {
  LINEAR,
  PLAIN,
  hidden,
  madeUpData,
  madeUpTraining,
  relativeDistances,
  trainedWeights,
  twoHidden,
  unequalClasses,
  unlikeDomains,
  type Training,
} from '../support/population.ts';

const HEADS: readonly [width: number, head: HeadSpec, classes: number][] = [
  [37, LINEAR, 7],
  [64, hidden(33), 2],
  [37, twoHidden(13), 7],
  [40, twoHidden(20), 150],
];
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;

beforeAll(async () => {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  await kernelModule();
}, COMPILING_MS);

async function expectEqual(training: Training): Promise<void> {
  const [own, expected] = [await trainedWeights(training, STEPS, kernelPopulations), await oracleWeights(training, STEPS)];
  expect([...own.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [tensor, distance] of relativeDistances(own, expected, training.start)) expect(distance, tensor).toBeLessThan(BOUND);
}

describe.each(HEADS)('a head of width %i → %o → %i classes gives what autodiff and a plain optimizer give, up to rounding:', (width, head, classes) => {
  const data = unlikeDomains(classes === 2 ? unequalClasses(width) : madeUpData(width, classes));
  it.each(objectivesFor(head))('%s, %s', async (name, company) => {
    await expectEqual(objectiveTraining(data, head, name, company));
  });
});

describe('an objective', () => {
  it('may change between any two steps, q and discriminator waiting meanwhile', async () => {
    await expectEqual(changingObjectives());
  });

  it.each(['irm', 'coral'] as const)('of batches of one row a domain has no second half and no covariance: %s', async (objective) => {
    await expectEqual(madeUpTraining(madeUpData(37, 7), hidden(13), () => ({ ...PLAIN, objective, objectiveWeight: 10, batchSize: 1 })));
  });

  it.each([
    ['groups that cut across domains, some absent from a batch', 5],
    ['such groups in batches of one row a domain', 1],
  ])('GroupDRO goes by %s', async (_, batchSize) => {
    await expectEqual(madeUpTraining(grouped, hidden(13), () => ({ ...PLAIN, objective: 'groupDro', objectiveWeight: 0.1, batchSize })));
  });
});

describe('GroupDRO’s q', () => {
  it('stays a distribution whatever the losses are', async () => {
    const weights = await trainedWeights(
      madeUpTraining(madeUpData(37, 7), LINEAR, () => ({ ...PLAIN, objective: 'groupDro', objectiveWeight: 1000, optimizer: 'sgd', learningRate: 30 })),
      STEPS,
      kernelPopulations,
    );
    const q = [...(weights.get('groupWeights') as Float32Array)];
    expect(q.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });
});

describe('the oracle', () => {
  it.each(MUTATIONS)('tells: %s', async (mutation) => {
    const training = MUTATION_CASES[mutation];
    const own = await trainedWeights(training, STEPS, kernelPopulations);
    const bound = mutation === 'one minus beta2 in float32' ? BOUND / 5 : BOUND;
    const right = relativeDistances(own, await oracleWeights(training, STEPS), training.start);
    const wrong = relativeDistances(own, await oracleWeights(training, STEPS, mutation), training.start);
    expect(Math.max(...right.values())).toBeLessThan(bound);
    expect(Math.max(...wrong.values())).toBeGreaterThan(bound);
  });

  it('takes the gradient by a scale of the logits that tfjs takes', () => {
    tf.tidy(() => {
      const z = tf.tensor2d([0.3, -1, 2, 0, 1, 1, -4, 0.5, 0.1], [3, 3]);
      const y = tf.tensor2d([1, 0, 0, 0.2, 0.3, 0.5, 0, 0, 1], [3, 3]);
      const expected = tf.grad((scales) => tf.sum(rowLosses(tf.mul(z, scales), y)))(tf.ones([3, 1])).dataSync();
      [...scaleGradients(z, y).dataSync()].forEach((value, row) => expect(value).toBeCloseTo(expected[row] as number, 6));
    });
  });
});
