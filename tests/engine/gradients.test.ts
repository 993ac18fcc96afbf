import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import { dropoutMask } from '../../src/core/augmentation.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { adamUpdate, type AdamSlot } from '../../src/engine/adam.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { parameterShapes, sizeOf } from '../../src/engine/head-shape.ts';
import { headGradients, type HeadParameters } from '../../src/engine/head.ts';
import { difference, norm, relativeDistance } from '../support/norms.ts';

const LINEAR: HeadSpec = { kind: 'linear' };
const HIDDEN: HeadSpec = { kind: 'hidden', width: 11 };
const ROWS = 12;
const WIDTH = 9;
const TOLERANCE = 1e-5;

interface Problem {
  readonly head: HeadSpec;
  readonly parameters: HeadParameters;
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
  readonly mask: tf.Tensor2D | null;
  readonly l2: number;
}

function normals(shape: readonly number[], row: number): tf.Tensor {
  const values = new Float32Array(sizeOf(shape));
  new RandomStream(3, STREAM.embeddingNoise).fillNormal(row, values);
  return tf.tensor(values, [...shape]);
}

/** Biases are drawn too, so that a gradient that forgets them cannot pass. */
function problem(head: HeadSpec, classes: number, targets: 'hard' | 'soft', dropout: boolean, l2: number): Problem {
  const parameters = Object.fromEntries(parameterShapes({ head, inputWidth: WIDTH, classes }).map(({ name, shape }, i) => [name, normals(shape, i).mul(0.5)]));
  const maskWidth = head.kind === 'linear' ? WIDTH : head.width;
  const y = targets === 'soft' ? tf.softmax(normals([ROWS, classes], 11).mul(2)) : tf.oneHot(tf.range(0, ROWS, 1, 'int32').mod(tf.scalar(classes, 'int32')), classes).toFloat();
  return {
    head,
    parameters,
    x: normals([ROWS, WIDTH], 10) as tf.Tensor2D,
    y: y as tf.Tensor2D,
    mask: dropout ? tf.tensor2d(dropoutMask(ROWS, maskWidth, 0.4, 5, 7), [ROWS, maskWidth]) : null,
    l2,
  };
}

/** The objective, written from its definition: tfjs differentiates it. */
function objective({ head, x, y, mask, l2 }: Problem, values: HeadParameters): tf.Scalar {
  const value = (name: string): tf.Tensor2D => values[name] as tf.Tensor2D;
  const dropped = (t: tf.Tensor): tf.Tensor => (mask ? tf.mul(t, mask) : t);
  const logits =
    head.kind === 'linear'
      ? tf.add(tf.matMul(dropped(x) as tf.Tensor2D, value('weights1')), value('bias1'))
      : tf.add(tf.matMul(dropped(tf.relu(tf.add(tf.matMul(x, value('weights1')), value('bias1')))) as tf.Tensor2D, value('weights2')), value('bias2'));
  const crossEntropy = tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), 1)));
  const penalties = Object.keys(values)
    .filter((name) => name.startsWith('weights'))
    .map((name) => tf.mul(l2 / 2, tf.sum(tf.square(value(name)))));
  return tf.addN([crossEntropy, ...penalties]) as tf.Scalar;
}

/** Per tensor: ‖closed form − autodiff‖ / ‖autodiff‖, the latter of a problem that may have been altered. */
function distances(given: Problem, differentiated: Problem = given): Record<string, number> {
  return tf.tidy(() => {
    const names = Object.keys(given.parameters);
    const ofObjective = tf.grads((...tensors: tf.Tensor[]) => objective(differentiated, Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]))));
    const expected = ofObjective(names.map((name) => given.parameters[name] as tf.Tensor));
    const actual = headGradients(given.head, given.parameters, given.x, given.y, given.mask, given.l2);
    expect(Object.keys(actual).sort()).toEqual([...names].sort());
    return Object.fromEntries(names.map((name, i) => [name, relativeDistance((actual[name] as tf.Tensor).dataSync(), (expected[i] as tf.Tensor).dataSync())]));
  });
}

/** The row that a mask or a target belongs to, moved by one. */
function shifted<T extends tf.Tensor2D | null>(t: T): T {
  return (t && tf.concat([t.slice([ROWS - 1], [1]), t.slice([0], [ROWS - 1])])) as T;
}

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    expect(await startBackend(backend, { wasmPaths: wasmFolder() })).toMatchObject({ name: backend });
  });

  const cases = [LINEAR, HIDDEN].flatMap((head) => [2, 7].flatMap((classes) => [false, true].flatMap((dropout) => [0, 0.3].map((l2) => ({ head, classes, dropout, l2 })))));

  test.each(cases)('the $head.kind head with $classes classes, dropout $dropout, L2 $l2: gradients equal autodiff', ({ head, classes, dropout, l2 }) => {
    for (const targets of ['hard', 'soft'] as const) {
      for (const [name, distance] of Object.entries(distances(problem(head, classes, targets, dropout, l2)))) {
        expect(distance, `${name}, ${targets} targets`).toBeLessThanOrEqual(TOLERANCE);
      }
    }
  });

  describe.each([LINEAR, HIDDEN])('the comparison for the $kind head notices', (head) => {
    test('a penalty left out, on each weight and on no bias', () => {
      const full = problem(head, 2, 'soft', true, 0.3);
      for (const [name, distance] of Object.entries(distances(full, { ...full, l2: 0 }))) {
        if (name.startsWith('weights')) expect(distance, name).toBeGreaterThan(1000 * TOLERANCE);
        else expect(distance, name).toBeLessThanOrEqual(TOLERANCE);
      }
    });

    test('a mask that is a row off', () => {
      const full = problem(head, 7, 'soft', true, 0.3);
      for (const [name, distance] of Object.entries(distances(full, { ...full, mask: shifted(full.mask) }))) {
        expect(distance, name).toBeGreaterThan(1000 * TOLERANCE);
      }
    });

    test('targets that are a row off', () => {
      const full = problem(head, 7, 'soft', false, 0);
      for (const [name, distance] of Object.entries(distances(full, { ...full, y: shifted(full.y) }))) {
        // The biases of the last layer sum over rows, whatever their order.
        if (name === (head.kind === 'linear' ? 'bias1' : 'bias2')) expect(distance, name).toBeLessThanOrEqual(TOLERANCE);
        else expect(distance, name).toBeGreaterThan(1000 * TOLERANCE);
      }
    });
  });

  test('Adam’s updates over 20 steps equal those of its textbook form in double precision', () => {
    const length = 40;
    const rate = (t: number): number => (t <= 10 ? 0.01 : 0.003);
    const start = Float64Array.from(normals([length], 20).dataSync());
    // Gradients of all sizes, down to where ε decides.
    const gradient = (t: number): Float32Array => Float32Array.from(normals([length], 20 + t).dataSync(), (g, i) => g * 10 ** -(i % 9));

    const w = Float64Array.from(start);
    const m = new Float64Array(length);
    const v = new Float64Array(length);
    let slot: AdamSlot = { value: tf.tensor1d(Float32Array.from(start)), m: tf.zeros([length]), v: tf.zeros([length]) };
    for (let t = 1; t <= 20; t++) {
      const g = gradient(t);
      for (let i = 0; i < length; i++) {
        const gi = g[i] as number;
        m[i] = 0.9 * (m[i] as number) + 0.1 * gi;
        v[i] = 0.999 * (v[i] as number) + 0.001 * gi * gi;
        const mHat = (m[i] as number) / (1 - 0.9 ** t);
        const vHat = (v[i] as number) / (1 - 0.999 ** t);
        w[i] = (w[i] as number) - (rate(t) * mHat) / (Math.sqrt(vHat) + 1e-7);
      }
      slot = tf.tidy(() => adamUpdate(slot, tf.tensor1d(g), rate(t), t));
    }
    const moved = difference(w, start);
    expect(norm(moved)).toBeGreaterThan(0.1);
    expect(relativeDistance(slot.value.dataSync(), w, moved)).toBeLessThanOrEqual(TOLERANCE);
    expect(relativeDistance(slot.m.dataSync(), m)).toBeLessThanOrEqual(TOLERANCE);
    expect(relativeDistance(slot.v.dataSync(), v)).toBeLessThanOrEqual(TOLERANCE);
    // One by one as well: large gradients must not hide a wrong ε in small ones.
    for (let i = 0; i < length; i++) expect((slot.value.dataSync()[i] as number) - (start[i] as number), `value ${i}`).toBeCloseTo(moved[i] as number, 5);
  });
});
