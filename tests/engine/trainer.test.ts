import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import { BatchOrder } from '../../src/core/batches.ts';
import type { Checkpoint } from '../../src/core/checkpoint.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { EffectiveKnobs } from '../../src/core/knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { HeadTrainer, type TrainingData } from '../../src/engine/trainer.ts';
import { difference, norm, relativeDistance } from '../support/norms.ts';
import { parametersOf, valuesOf } from '../support/tensors.ts';
import { toyData, trainingData } from '../support/training-data.ts';

const LINEAR: HeadSpec = { kind: 'linear' };
const HIDDEN: HeadSpec = { kind: 'hidden', width: 8 };
const HEADS = [LINEAR, HIDDEN];
const PLAIN: EffectiveKnobs = { learningRate: 0.01, dropoutRate: 0, l2Strength: 0, noiseNorm: 0, mixupAlpha: 0, batchSize: 4 };
const ALL_ON: EffectiveKnobs = { learningRate: 0.01, dropoutRate: 0.4, l2Strength: 0.02, noiseNorm: 0.3, mixupAlpha: 0.3, batchSize: 4 };

const toy = toyData();
const data = trainingData(toy);

/** Trains with the knobs of each step in turn. */
function train(trainer: HeadTrainer, steps: number, knobs: EffectiveKnobs): void {
  for (let i = 0; i < steps; i++) trainer.trainStep(knobs);
}

/** The state after some steps of a fresh trainer. */
async function trained(head: HeadSpec, steps: number, knobs: EffectiveKnobs, from?: Checkpoint): Promise<Checkpoint> {
  const trainer = new HeadTrainer(data, head, 1);
  try {
    if (from) trainer.restore(from);
    train(trainer, steps, knobs);
    return await trainer.checkpoint();
  } finally {
    trainer.dispose();
  }
}

/** The head's logits for one row, in double precision, without anything that is only for training. */
function plainLogits(state: Checkpoint, head: HeadSpec, x: Float32Array): number[] {
  const affine = (input: ArrayLike<number>, suffix: string): number[] => {
    const weights = valuesOf(state, `weights${suffix}`);
    const bias = valuesOf(state, `bias${suffix}`);
    return Array.from(bias, (b, o) => {
      let sum = b;
      for (let i = 0; i < input.length; i++) sum += (input[i] as number) * (weights[i * bias.length + o] as number);
      return sum;
    });
  };
  const first = affine(x, '1');
  return head.kind === 'linear' ? first : affine(first.map((value) => Math.max(0, value)), '2');
}

function probabilities(logits: readonly number[]): number[] {
  const exponentials = logits.map((logit) => Math.exp(logit));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

function row(index: number): Float32Array {
  return data.features.slice(index * data.width, (index + 1) * data.width);
}

/** Mean loss and correct answers over rows, from the weights alone. */
function plainScore(state: Checkpoint, head: HeadSpec, rows: readonly number[]): PartScore {
  const results = rows.map((index) => ({ p: probabilities(plainLogits(state, head, row(index))), target: data.classOf[index] as number }));
  const losses = results.map(({ p, target }) => -Math.log(p[target] as number));
  const lossMean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const lossVariance = losses.reduce((sum, loss) => sum + (loss - lossMean) ** 2, 0) / (losses.length - 1);
  return { n: rows.length, correct: results.filter(({ p, target }) => p.indexOf(Math.max(...p)) === target).length, lossMean, lossVariance };
}

function expectScore(actual: PartScore, expected: PartScore): void {
  expect({ n: actual.n, correct: actual.correct }).toEqual({ n: expected.n, correct: expected.correct });
  expect(actual.lossMean).toBeCloseTo(expected.lossMean, 5);
  expect(actual.lossVariance).toBeCloseTo(expected.lossVariance, 5);
}

describe.each([
  ['wasm', 500],
  ['cpu', 60],
] as const)('on %s', (backend, longRun) => {
  beforeAll(async () => {
    expect(await startBackend(backend, { wasmPaths: wasmFolder() })).toMatchObject({ name: backend });
  });

  test.each(HEADS)('a $kind head learns separable data, and the unseen domain with it', async (head) => {
    const trainer = new HeadTrainer(data, head, 1);
    const before = (await trainer.evaluate()).scores;
    train(trainer, 120, { ...PLAIN, learningRate: 0.05 });
    const after = await trainer.evaluate();
    trainer.dispose();
    expect(before.train.lossMean).toBeGreaterThan(0.4);
    expect(after.step).toBe(120);
    for (const part of ['train', 'validation', 'heldOut'] as const) {
      expect(after.scores[part].n, part).toBeGreaterThan(0);
      expect(after.scores[part].correct, part).toBe(after.scores[part].n);
      expect(after.scores[part].lossMean, part).toBeLessThan(0.15);
    }
  });

  describe.each(HEADS)('the $kind head', (head) => {
    test.each([
      ['dropout', { dropoutRate: 0.4 }],
      ['L2', { l2Strength: 0.02 }],
      ['noise', { noiseNorm: 0.3 }],
      ['mixup', { mixupAlpha: 0.3 }],
      ['the batch size', { batchSize: 5 }],
      ['the learning rate', { learningRate: 0.011 }],
    ])('%s changes the weights', async (_, change) => {
      const without = await trained(head, 3, PLAIN);
      const again = await trained(head, 3, PLAIN);
      expect(again).toEqual(without);
      const withIt = await trained(head, 3, { ...PLAIN, ...change });
      for (const { name } of without.tensors.filter(({ name }) => /^weights\d$/.test(name))) {
        expect(relativeDistance(valuesOf(withIt, name), valuesOf(without, name)), name).toBeGreaterThan(1e-4);
      }
    });

    test('L2 pulls at the weights by λ times their values, and not at the biases', async () => {
      const lambda = 0.5;
      const start = await trained(head, 5, PLAIN);
      const without = await trained(head, 1, PLAIN, start);
      const withL2 = await trained(head, 1, { ...PLAIN, l2Strength: lambda }, start);
      for (const { name } of start.tensors.filter(({ name }) => !name.includes('.'))) {
        const pull = difference(valuesOf(withL2, `${name}.m`), valuesOf(without, `${name}.m`));
        expect(norm(valuesOf(start, name)), name).toBeGreaterThan(0.01);
        if (name.startsWith('bias')) {
          expect(valuesOf(withL2, name), name).toEqual(valuesOf(without, name));
          expect(norm(pull), name).toBe(0);
        } else {
          expect(relativeDistance(pull, valuesOf(start, name).map((w) => 0.1 * lambda * w)), name).toBeLessThan(1e-5);
        }
      }
    });

    test('evaluation has neither dropout nor noise: it scores the weights as they are, twice alike', async () => {
      const trainer = new HeadTrainer(data, head, 1);
      train(trainer, 10, ALL_ON);
      const once = await trainer.evaluate();
      const twice = await trainer.evaluate();
      const state = await trainer.checkpoint();
      trainer.dispose();
      expect(twice).toEqual(once);
      expectScore(once.scores.train, plainScore(state, head, data.split.train.flatMap((rows) => [...rows])));
      expectScore(once.scores.validation, plainScore(state, head, [...data.split.validation]));
      expectScore(once.scores.heldOut, plainScore(state, head, [...data.split.watched]));
    });

    test('predictions are probabilities that sum to 1, those of the weights as they are', async () => {
      const trainer = new HeadTrainer(data, head, 1);
      train(trainer, 10, ALL_ON);
      const state = await trainer.checkpoint();
      for (const index of [0, 1, data.split.watched[0] as number]) {
        const predicted = await trainer.predict(row(index));
        const expected = probabilities(plainLogits(state, head, row(index)));
        expect(predicted.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        expected.forEach((p, c) => expect(predicted[c]).toBeCloseTo(p, 5));
      }
      trainer.dispose();
    });

    test('a new learning rate acts at the very next step, and not before', async () => {
      const rates = async (...learningRates: number[]): Promise<Float64Array> => {
        const trainer = new HeadTrainer(data, head, 1);
        learningRates.forEach((learningRate) => trainer.trainStep({ ...PLAIN, learningRate }));
        const state = await trainer.checkpoint();
        trainer.dispose();
        return parametersOf(state);
      };
      const before = await rates(0.01, 0.01, 0.01);
      const kept = await rates(0.01, 0.01, 0.01, 0.01);
      const raised = await rates(0.01, 0.01, 0.01, 0.05);
      // Adam's moments know nothing of the rate, so the next update is five times as long and has the same direction.
      const fiveTimes = difference(kept, before).map((value) => 5 * value);
      expect(relativeDistance(difference(raised, before), fiveTimes)).toBeLessThan(1e-4);
    });

    test('going on from a checkpoint equals never having stopped, to the bit', async () => {
      const uninterrupted = await trained(head, 12, ALL_ON);
      const trainer = new HeadTrainer(data, head, 1);
      train(trainer, 7, ALL_ON);
      const saved = structuredClone(await trainer.checkpoint());
      train(trainer, 20, { ...ALL_ON, batchSize: 3 }); // leads it astray
      trainer.restore(saved);
      expect(trainer.step).toBe(7);
      expect(await trainer.checkpoint()).toEqual(saved);
      train(trainer, 5, ALL_ON);
      expect(await trainer.checkpoint()).toEqual(uninterrupted);
      trainer.dispose();
      // In a trainer that has done nothing yet, as after a reload.
      expect(await trained(head, 5, ALL_ON, saved)).toEqual(uninterrupted);
    });

    test('the tensors of a run do not grow in number', async () => {
      const before = tf.memory();
      const trainer = new HeadTrainer(data, head, 1);
      train(trainer, 1, ALL_ON);
      const afterOneStep = tf.memory().numTensors;
      expect(afterOneStep).toBeGreaterThan(before.numTensors);
      for (let done = 1; done < longRun; done++) {
        trainer.trainStep(ALL_ON);
        if (done % 20 > 0) continue;
        await trainer.evaluate();
        await trainer.predict(row(0));
        trainer.restore(await trainer.checkpoint());
        expect(tf.memory().numTensors).toBe(afterOneStep);
      }
      expect(tf.memory().numTensors).toBe(afterOneStep);
      trainer.dispose();
      expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers, numBytes: before.numBytes });
    });
  });

  test('each domain gives as many rows to a step as the batch size says, however small it is', async () => {
    const [first = 0, second = 0] = data.split.train.map(({ length }) => length);
    expect(first).not.toBe(second);
    const trainer = new HeadTrainer(data, LINEAR, 1);
    train(trainer, 3, { ...PLAIN, batchSize: 4 });
    expect((await trainer.checkpoint()).batchPosition).toEqual([12, 12]);
    train(trainer, 1, { ...PLAIN, batchSize: 2 * first });
    expect((await trainer.checkpoint()).batchPosition).toEqual([12 + 2 * first, 12 + 2 * first]);
    trainer.dispose();
  });

  test('the first step follows the mean gradient over exactly the rows that the order of batches names', async () => {
    const start = await trained(LINEAR, 0, PLAIN);
    const rows = [...new BatchOrder(data.split.train, 1).next(4)];
    const gradient = [0, 1].map((c) => rows.reduce((sum, index) => sum + (probabilities(plainLogits(start, LINEAR, row(index)))[c] as number) - (data.classOf[index] === c ? 1 : 0), 0) / rows.length);
    const after = await trained(LINEAR, 1, PLAIN);
    expect(relativeDistance(valuesOf(after, 'bias1.m'), gradient.map((g) => 0.1 * g))).toBeLessThan(1e-4);
    // Adam's first step is as long as the learning rate, whatever the gradient's size.
    gradient.forEach((g, c) => expect(valuesOf(after, 'bias1')[c]).toBeCloseTo(-PLAIN.learningRate * Math.sign(g), 5));
  });

  test('a checkpoint of another head is refused and changes nothing', async () => {
    const others = await Promise.all([trained(LINEAR, 2, PLAIN), trained({ kind: 'hidden', width: 9 }, 2, PLAIN)]);
    const trainer = new HeadTrainer(data, HIDDEN, 1);
    train(trainer, 4, PLAIN);
    const before = await trainer.checkpoint();
    const tensors = tf.memory().numTensors;
    for (const other of others) expect(() => trainer.restore(other)).toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await trainer.checkpoint()).toEqual(before);
    train(trainer, 1, PLAIN);
    expect(await trainer.checkpoint()).toEqual(await trained(HIDDEN, 5, PLAIN));
    trainer.dispose();
  });

  test('an impossible head is refused before anything is made', () => {
    const tensors = tf.memory().numTensors;
    expect(() => new HeadTrainer(data, { kind: 'hidden', width: 0 }, 1)).toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('twenty data sets one after another leave no tensor behind', async () => {
    const before = tf.memory();
    for (let i = 0; i < 20; i++) {
      const other: TrainingData = trainingData(toyData({ seed: 100 + i, rows: [8 + i, 7, 6], classes: 2 + (i % 3), width: 8 + i }), i);
      const trainer = new HeadTrainer(other, i % 2 ? LINEAR : HIDDEN, i);
      train(trainer, 3, ALL_ON);
      await trainer.evaluate();
      await trainer.checkpoint();
      trainer.dispose();
      expect(tf.memory().numTensors, `data set ${i}`).toBe(before.numTensors);
    }
    expect(tf.memory()).toMatchObject({ numDataBuffers: before.numDataBuffers, numBytes: before.numBytes });
  });
});
