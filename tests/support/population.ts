import type { Checkpoint } from '../../src/core/checkpoint.ts';
import { effectiveKnobs, type EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { initialDiscriminator, initialValues, type HeadShape } from '../../src/engine/head-shape.ts';
import { initialGroupWeights } from '../../src/engine/population/groups.ts';
import type { MemberSpec, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';
import { difference, norm } from './norms.ts';

export const LINEAR: HeadSpec = { kind: 'linear' };
export const hidden = (width: number): HeadSpec => ({ kind: 'hidden', width });
export const twoHidden = (width: number): HeadSpec => ({ kind: 'two-hidden', width });

/** ERM by Adam, every regularizer off. */
export const PLAIN: EffectiveKnobs = { ...effectiveKnobs(DEFAULT_KNOBS, 0, 1), batchSize: 16 };

/**
 * Embeddings of five stretches of `rows` rows each, of unit norm and random class. Only additions, multiplications, divisions and roots,
 * so equal on every machine.
 */
export function madeUpData(width: number, classes: number, rows = 60, seed = 7): PopulationData {
  const count = 5 * rows;
  const random = new RandomStream(seed, STREAM.rowSample, 1);
  const features = new Float32Array(count * width);
  const classOf = Uint32Array.from({ length: count }, (_, row) => random.bits(row, width) % classes);
  for (let row = 0; row < count; row++) {
    const values = Array.from({ length: width }, (_, unit) => random.uniform(row, unit) - 0.5);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    features.set(values.map((value) => value / length), row * width);
  }
  return { features, width, classOf, classes };
}

/**
 * Data of two classes, one a quarter of the rows. With equal shares the biases end about where they began, and rounding would be compared with
 * next to nothing.
 */
export function unequalClasses(width: number): PopulationData {
  const data = madeUpData(width, 4);
  return { ...data, classes: 2, classOf: data.classOf.map((own) => Number(own === 0)) };
}

/** The data with fewer classes in the first domain, so that its loss falls faster than that of the others, and q and V-REx have something to go by. */
export function unlikeDomains(data: PopulationData): PopulationData {
  return { ...data, classOf: data.classOf.map((own, row) => (row < data.classOf.length / 5 ? own % Math.ceil(data.classes / 3) : own)) };
}

/** A member of such data: the first `domains` stretches are its training domains, the other ones its parts. */
export function madeUpMember({ classOf }: PopulationData, seed: number, domains = 3): MemberSpec {
  const rows = classOf.length / 5;
  const stretches = [0, 1, 2, 3, 4].map((index) => Uint32Array.from({ length: rows }, (_, i) => index * rows + i));
  return { seed, train: stretches.slice(0, domains), parts: stretches.slice(domains) };
}

/** Values by tensor. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** The tensors of a checkpoint, but for moments and step counts. */
export function weightsOf({ tensors }: Checkpoint): Weights {
  return new Map(tensors.filter(({ name }) => !/\.(m|v|steps)$/.test(name)).map(({ name, values }) => [name, values]));
}

/** One head's training from given weights. */
export interface Training {
  readonly data: PopulationData;
  readonly head: HeadSpec;
  readonly spec: MemberSpec;
  readonly knobs: (step: number) => EffectiveKnobs;
  readonly start: Weights;
}

/** Everything a member starts with, q and (but for a linear head) the discriminator among it. */
export function startingWeights(data: PopulationData, head: HeadSpec, spec: MemberSpec): Weights {
  const shape: HeadShape = { head, inputWidth: data.width, classes: data.classes };
  const discriminator = head.kind === 'linear' ? [] : initialDiscriminator(shape, spec.train.length, spec.seed);
  return new Map([...initialValues(shape, spec.seed), ...discriminator, ['groupWeights', initialGroupWeights(data, spec)]]);
}

/** Every weight (not bias) with 0.2 added to its absolute value, so that it keeps its sign through a short training. */
export function awayFromZero(weights: Weights): Weights {
  return new Map([...weights].map(([name, own]) => [name, name.startsWith('weights') ? own.map((value) => value + (value < 0 ? -0.2 : 0.2)) : own]));
}

/** A checkpoint at step 0 with these weights. */
export function checkpointAtStart(weights: Weights, domains: number): Checkpoint {
  const tensors = [...weights].map(([name, values]) => ({ name, shape: [values.length], values }));
  return { step: 0, tensors, batchPosition: Array.from({ length: domains }, () => 0) };
}

/** ‖a − b‖ / ‖b − start‖ of each tensor of b: the disagreement beside all that training did. */
export function relativeDistances(a: Weights, b: Weights, start: Weights): Map<string, number> {
  return new Map(
    [...b].map(([name, reference]) => {
      const before = start.get(name.replace(/\.average$/, '')) as Float32Array;
      return [name, norm(difference(a.get(name) ?? new Float32Array(reference.length).fill(NaN), reference)) / norm(difference(reference, before))];
    }),
  );
}

/** A case, from a head's own start or, `away` from zero, from one in which no weight is near it. */
export function madeUpTraining(data: PopulationData, head: HeadSpec, knobs: Training['knobs'], { away = false, seed = 5 } = {}): Training {
  const spec = madeUpMember(data, seed);
  const start = startingWeights(data, head, spec);
  return { data, head, spec, knobs, start: away ? awayFromZero(start) : start };
}

/** What an engine makes of a case. */
export async function trainedWeights({ data, head, spec, knobs, start }: Training, steps: number, makePopulation: PopulationFactory): Promise<Weights> {
  const population = await makePopulation(data, head, [spec]);
  const ofHead = new Map([...start].filter(([name]) => name !== 'groupWeights' && !name.startsWith('discriminator')));
  await population.restore(0, checkpointAtStart(ofHead, spec.train.length));
  await population.advance([{ member: 0, steps: Array.from({ length: steps }, (_, step) => knobs(step)), score: false }]);
  const weights = weightsOf(await population.checkpoint(0));
  population.dispose();
  return weights;
}
