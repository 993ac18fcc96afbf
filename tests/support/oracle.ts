import * as tf from '@tensorflow/tfjs';
import { addEmbeddingNoise, drawVariants, gatherBatch, interpolateWithin, mixUp, mixesUp, standIns, type Batch } from './augmentation.ts';
import { BatchOrder } from '../../src/core/batches.ts';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { RandomStream, STREAM, type Stream } from '../../src/core/rng.ts';
import { OracleOptimizer } from './oracle-optimizer.ts';
import { objectiveLoss, discriminatorLoss, type OracleBatch, type Parameters } from './oracle-loss.ts';
import type { Mutation } from './oracle-mutation.ts';
import type { PopulationData } from '../../src/engine/population/population.ts';
import type { Training, Weights } from './population.ts';

/**
 * The training of one head as its definitions say it, for comparison: tfjs differentiates the loss (`oracle-loss.ts`), the optimizer is
 * written out in double precision (`oracle-optimizer.ts`). Nothing of the engines takes part, but the order of batches and the random numbers.
 *
 * @param mutation what it is to do wrong on purpose, to show that a comparison would notice
 * @returns the head's tensors and, where they have moved, the discriminator's, `groupWeights`, and the averages
 */
export async function oracleWeights(training: Training, steps: number, mutation: Mutation | null = null): Promise<Weights> {
  const { spec, start, head } = training;
  const names = [...start.keys()].filter((name) => name !== 'groupWeights' && !name.startsWith('discriminator'));
  const discriminatorNames = [...start.keys()].filter((name) => name.startsWith('discriminator'));
  const weights = new Map<string, Float32Array>([...start].map(([name, values]) => [name, values.slice()]));
  const batches = new BatchOrder(spec.train, spec.seed);
  const optimizer = new OracleOptimizer(mutation);
  const discriminatorOptimizer = new OracleOptimizer(mutation);
  const moved = new Set(names);
  for (let step = 0; step < steps; step++) {
    const knobs = training.knobs(step);
    const batch = makeBatch(training, knobs, batches.next(knobs.batchSize), step, mutation);
    const parameters = toTensors(training, weights, [...names, ...discriminatorNames]);
    const q = weights.get('groupWeights') as Float32Array;
    if (knobs.objective === 'groupDro') moved.add('groupWeights');
    const gradients = gradientsOf(names, parameters, (values) => objectiveLoss(head, values, batch, knobs, q, mutation));
    if (knobs.objective === 'dann') {
      const own = gradientsOf(discriminatorNames, parameters, (values) => discriminatorLoss(head, values, batch));
      discriminatorOptimizer.step(weights, own, knobs, 'discriminator');
      for (const name of discriminatorNames) moved.add(name);
    } else discriminatorOptimizer.rest(knobs);
    optimizer.step(weights, gradients, knobs, 'head');
    tf.dispose([...Object.values(parameters), batch.tensors.x, batch.tensors.y, ...batch.tensors.masks]);
  }
  for (const [name, values] of optimizer.averages) weights.set(name, values);
  return new Map([...weights].filter(([name]) => moved.has(name) || name.endsWith('.average')));
}

function toTensors({ head, data, spec }: Training, weights: Weights, names: readonly string[]): Parameters {
  const layers = head.kind === 'linear' ? 1 : head.kind === 'hidden' ? 2 : 3;
  const outputs = (name: string): number => {
    if (name.startsWith('discriminator')) return spec.train.length;
    return head.kind === 'linear' || Number(name.at(-1)) === layers ? data.classes : head.width;
  };
  return Object.fromEntries(
    names.map((name) => {
      const values = weights.get(name) as Float32Array;
      const columns = outputs(name);
      return [name, /[bB]ias/.test(name) ? tf.tensor1d(values) : tf.tensor2d(values, [values.length / columns, columns])];
    }),
  );
}

/** Gradients of a loss by the named parameters, the others held fixed. */
function gradientsOf(names: readonly string[], parameters: Parameters, loss: (values: Parameters) => tf.Scalar): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  tf.tidy(() => {
    const named = (tensors: readonly tf.Tensor[]): Parameters => Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
    const differentiate = tf.grads((...tensors: tf.Tensor[]) => loss({ ...parameters, ...named(tensors) }));
    const gradients = differentiate(names.map((name) => parameters[name] as tf.Tensor));
    names.forEach((name, i) => found.set(name, Float32Array.from(gradients[i]?.dataSync() ?? [])));
  });
  return found;
}

/** Inputs, targets and masks of a step. */
function makeBatch({ data, head, spec }: Training, knobs: EffectiveKnobs, rows: Uint32Array, step: number, mutation: Mutation | null): OracleBatch {
  const { width, classes, groupOf } = data;
  const perDomain = rows.length / spec.train.length;
  const shown = shownRows(data, knobs, rows, spec.seed, step, mutation);
  const labels = mutation === 'the data’s classes for the member’s' ? data.classOf : (spec.classOf ?? data.classOf);
  const classOf = (mutation === 'class of the variant’s row' ? shown : rows).map((row) => labels[row] as number);
  let batch = gatherBatch(data, shown, classOf);
  addEmbeddingNoise(batch, knobs.noiseNorm, spec.seed, step);
  batch = blended(batch, classOf, knobs, spec.seed, step, mutation);
  const smoothing = mutation === 'no label smoothing' ? 0 : knobs.labelSmoothing;
  const y = batch.y.map((value) => (1 - smoothing) * value + smoothing / classes);
  const inputMask = maskOf(rows.length, width, knobs.inputDropoutRate, spec.seed, STREAM.inputDropout, step, mutation === 'input mask a unit off');
  const unit = head.kind === 'linear' ? width : head.width;
  const first = maskOf(rows.length, unit, knobs.dropoutRate, spec.seed, STREAM.dropout, step, mutation === 'mask a unit off');
  const secondStream = mutation === 'one mask for both layers' ? STREAM.dropout : STREAM.secondDropout;
  const second = maskOf(rows.length, unit, knobs.dropoutRate, spec.seed, secondStream, step, false);
  return {
    perDomain,
    domains: spec.train.length,
    groups: Array.from(mutation === 'group of the variant’s row' ? shown : rows, (row, i) => (groupOf && mutation !== 'domains for groups' ? (groupOf[row] as number) : Math.floor(i / perDomain))),
    tensors: {
      x: tf.tidy(() => tf.tensor2d(batch.x, [rows.length, width]).mul(inputMask)) as tf.Tensor2D,
      y: tf.tensor2d(y, [rows.length, classes]),
      masks: [first, second],
    },
  };
}

/** The rows whose embeddings the batch takes. */
function shownRows({ variants = [] }: PopulationData, { variants: active }: EffectiveKnobs, rows: Uint32Array, seed: number, step: number, mutation: Mutation | null): Uint32Array {
  if (active.length === 0) return rows;
  const counted = mutation === 'variants that have not joined' ? active.map((own) => ({ ...own, count: Infinity })) : active;
  const choices = (row: number): readonly number[] => {
    const all = standIns(row, variants, counted);
    return mutation === 'variants only' && all.length > 1 ? all.slice(1) : all;
  };
  return drawVariants(rows, choices, seed, step);
}

/** The batch after mixup or within-class interpolation. */
function blended(batch: Batch, classOf: Uint32Array, { mixupAlpha, interpolationAlpha }: EffectiveKnobs, seed: number, step: number, mutation: Mutation | null): Batch {
  const wrongSide = mutation === 'the other side of the coin';
  const isMixup = mixupAlpha > 0 && (interpolationAlpha === 0 || mixesUp(seed, step) !== wrongSide);
  if (isMixup) return mixUp(batch, mixupAlpha, seed, step);
  const own = mutation === 'partners of any class' ? classOf.map(() => 0) : classOf;
  return interpolateWithin(batch, own, interpolationAlpha, seed, step);
}

/** Inverted dropout's mask [rows, width]. @param shifted takes the random number of the unit after */
function maskOf(rows: number, width: number, rate: number, seed: number, stream: Stream, step: number, shifted: boolean): tf.Tensor2D {
  const random = new RandomStream(seed, stream, step);
  const draw = (at: number): number => random.uniform(Math.floor(at / width), (at % width) + Number(shifted));
  const values = Float32Array.from({ length: rows * width }, (_, at) => (draw(at) < rate ? 0 : 1 / (1 - rate)));
  return tf.tensor2d(values, [rows, width]);
}
