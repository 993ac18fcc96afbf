import * as tf from '@tensorflow/tfjs';
import { addEmbeddingNoise, dropoutMask, gatherBatch, mixUp } from '../../src/core/augmentation.ts';
import { BatchOrder } from '../../src/core/batches.ts';
import type { Checkpoint } from '../../src/core/checkpoint.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { adamUpdate, type AdamSlot } from '../../src/engine/adam.ts';
import { initialValues, parameterShapes } from '../../src/engine/head-shape.ts';
import { headGradients } from '../../src/engine/head.ts';
import type { MemberKnobs } from '../../src/engine/population/member-knobs.ts';
import type { TrainingData } from '../../src/engine/trainer.ts';

/** Everything off. */
export const PLAIN: MemberKnobs = {
  learningRate: 0.01,
  dropoutRate: 0,
  l2Strength: 0,
  l1Strength: 0,
  labelSmoothing: 0,
  noiseNorm: 0,
  mixupAlpha: 0,
  batchSize: 16,
};

/**
 * Each knob alone, then all together. Where L1 takes part, a weight that comes within rounding (1e-8) of zero takes the sign, and so
 * the next step of about the learning rate, by rounding's whim: in any two float32 engines a few such weights part by far more than
 * 1e-5. So cases with L1 start away from zero (`startingWeights`) and take small steps: no weight gets near zero.
 */
export const KNOB_CASES: Readonly<Record<string, MemberKnobs>> = {
  plain: PLAIN,
  dropout: { ...PLAIN, dropoutRate: 0.5 },
  'odd dropout rate': { ...PLAIN, dropoutRate: 0.35 },
  L2: { ...PLAIN, l2Strength: 0.03 },
  L1: { ...PLAIN, learningRate: 0.001, l1Strength: 0.001 },
  'label smoothing': { ...PLAIN, labelSmoothing: 0.1 },
  noise: { ...PLAIN, noiseNorm: 0.5 },
  mixup: { ...PLAIN, mixupAlpha: 0.4 },
  'odd batch': { ...PLAIN, batchSize: 7 },
  'all together': { learningRate: 0.001, dropoutRate: 0.3, l2Strength: 0.01, l1Strength: 0.0003, labelSmoothing: 0.1, noiseNorm: 0.4, mixupAlpha: 0.3, batchSize: 5 },
};

/**
 * Three training domains of `rows` rows each, and the same number to watch, of unit norm and random class. Only additions,
 * multiplications, divisions and roots, so equal on every machine.
 */
export function madeUpData(width: number, classes: number, rows = 60, seed = 7): TrainingData {
  const count = 5 * rows;
  const random = new RandomStream(seed, STREAM.rowSample, 1);
  const features = new Float32Array(count * width);
  const classOf = Uint32Array.from({ length: count }, (_, row) => random.bits(row, width) % classes);
  for (let row = 0; row < count; row++) {
    const values = Array.from({ length: width }, (_, unit) => random.uniform(row, unit) - 0.5);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    features.set(values.map((value) => value / norm), row * width);
  }
  const part = (index: number) => Uint32Array.from({ length: rows }, (_, i) => index * rows + i);
  return {
    features,
    width,
    classOf,
    split: {
      heldOutDomain: 'd',
      trainDomains: ['a', 'b', 'c'],
      train: [part(0), part(1), part(2)],
      validation: part(3),
      watched: part(4),
      sealed: new Uint32Array(),
      labels: Array.from({ length: classes }, (_, c) => `label ${c}`),
      sharedWithHeldOut: 0,
      unseenLabels: 0,
      hasDomains: true,
    },
  };
}

/** Values of each tensor (without moments). */
export type Weights = ReadonlyMap<string, Float32Array>;

export function weightsOf({ tensors }: Checkpoint): Weights {
  return new Map(tensors.filter(({ name }) => !name.includes('.')).map(({ name, values }) => [name, values]));
}

/** One head's training from given weights with constant knobs. */
export interface Training {
  readonly data: TrainingData;
  readonly head: HeadSpec;
  readonly seed: number;
  readonly knobs: MemberKnobs;
  readonly start: Weights;
}

/**
 * The starting values of head.ts; with `awayFromZero`, each weight (not bias) has 0.2 added to its absolute value, so that it keeps
 * its sign through a short training.
 */
export function startingWeights(data: TrainingData, head: HeadSpec, seed: number, awayFromZero = false): Weights {
  const values = initialValues({ head, inputWidth: data.width, classes: data.split.labels.length }, seed);
  if (!awayFromZero) return values;
  return new Map([...values].map(([name, own]) => [name, name.startsWith('weights') ? own.map((value) => value + (value < 0 ? -0.2 : 0.2)) : own]));
}

/** A checkpoint at step 0 with these weights. */
export function checkpointOf(weights: Weights, domains: number): Checkpoint {
  const tensors = [...weights].map(([name, values]) => ({ name, shape: [values.length], values }));
  return { step: 0, tensors, batchPosition: Array.from({ length: domains }, () => 0) };
}

/** What `referenceWeights` does wrong on purpose. */
export interface Mutation {
  readonly withoutL2?: boolean;
  /** Uses the mask that belongs to the unit after. */
  readonly shiftedMask?: boolean;
  /** Factor on Adam's ε, made by scaling the gradient down (Adam is scale-free but for ε). */
  readonly epsilonFactor?: number;
}

/**
 * HeadTrainer's step with L1 and label smoothing in addition, which HeadTrainer does not know: tfjs's gradients (head.ts) and Adam
 * (adam.ts) on the same batches and random numbers. A test checks that without the two it gives HeadTrainer's weights to the bit.
 */
export async function referenceWeights(
  { data, head, seed, knobs, start }: Training,
  steps: number,
  mutation: Mutation = {},
): Promise<Weights> {
  const { width, classOf, split } = data;
  const classes = split.labels.length;
  const shapes = parameterShapes({ head, inputWidth: width, classes });
  const batchOrder = new BatchOrder(split.train, seed);
  const maskWidth = head.kind === 'linear' ? width : head.width;
  const slots = new Map<string, AdamSlot>(
    shapes.map(({ name, shape: dimensions }) => [name, { value: tf.tensor(start.get(name) as Float32Array, dimensions), m: tf.zeros(dimensions), v: tf.zeros(dimensions) }]),
  );
  const factor = mutation.epsilonFactor ?? 1;
  for (let step = 0; step < steps; step++) {
    let batch = gatherBatch({ features: data.features, width, classOf, classes }, batchOrder.next(knobs.batchSize));
    addEmbeddingNoise(batch, knobs.noiseNorm, seed, step);
    batch = mixUp(batch, knobs.mixupAlpha, seed, step);
    const { labelSmoothing = 0, l1Strength = 0 } = knobs;
    const y = labelSmoothing > 0 ? batch.y.map((value) => (1 - labelSmoothing) * value + labelSmoothing / classes) : batch.y;
    let mask = knobs.dropoutRate > 0 ? dropoutMask(batch.rows, maskWidth, knobs.dropoutRate, seed, step) : null;
    if (mask && mutation.shiftedMask) mask = Float32Array.from(mask, (_, i) => (mask as Float32Array)[(i + 1) % (mask as Float32Array).length] as number);
    const updated = tf.tidy(() => {
      const gradients = headGradients(
        head,
        Object.fromEntries([...slots].map(([name, { value }]) => [name, value])),
        tf.tensor2d(batch.x, [batch.rows, width]),
        tf.tensor2d(y, [batch.rows, classes]),
        mask && tf.tensor2d(mask, [batch.rows, maskWidth]),
        mutation.withoutL2 ? 0 : knobs.l2Strength,
      );
      return shapes.map(({ name, penalized }) => {
        const slot = slots.get(name) as AdamSlot;
        let gradient = gradients[name] as tf.Tensor;
        if (penalized && l1Strength > 0) gradient = gradient.add(slot.value.sign().mul(l1Strength));
        if (factor !== 1) gradient = gradient.div(factor);
        return adamUpdate(slot, gradient, knobs.learningRate, step + 1);
      });
    });
    shapes.forEach(({ name }, i) => {
      tf.dispose(slots.get(name));
      slots.set(name, updated[i] as AdamSlot);
    });
  }
  const weights = new Map<string, Float32Array>();
  for (const [name, { value }] of slots) weights.set(name, Float32Array.from((await value.data()) as Float32Array));
  tf.dispose([...slots.values()]);
  return weights;
}

/** ‖a − b‖ / ‖b − start‖ of each tensor: the disagreement beside all that training did. */
export function relativeDistances(a: Weights, b: Weights, start: Weights): Map<string, number> {
  return new Map(
    [...b].map(([name, reference]) => {
      const other = a.get(name) as Float32Array;
      const before = start.get(name) as Float32Array;
      let difference = 0;
      let update = 0;
      reference.forEach((value, i) => {
        difference += ((other[i] as number) - value) ** 2;
        update += (value - (before[i] as number)) ** 2;
      });
      return [name, Math.sqrt(difference / update)];
    }),
  );
}
