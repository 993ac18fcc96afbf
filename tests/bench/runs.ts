import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { KnobValues } from '../../src/core/knobs.ts';
import type { VariantJoin } from '../../src/core/augment/kinds.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { GroupBy, HeadSpec } from '../../src/core/run-record.ts';
import { splitDataset, type Split } from '../../src/core/splits.ts';
import type { MemberSpec, Population, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';
import { VariantPool } from '../../src/engine/variant-pool.ts';
import type { VariantPart } from '../../src/protocol/variants.ts';
import type { EmbeddedDataset } from './workbench.ts';

/** Of the split, the weights and the batches. */
export const SEEDS = [1, 2, 3, 4, 5] as const;

export interface RunTask {
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly knobs: KnobValues;
  readonly steps: number;
  /** What GroupDRO's groups are; absent: the training domains. */
  readonly groupBy?: GroupBy;
  /** Augmented texts, all of which are there from the first step on. */
  readonly variants?: readonly VariantPart[];
}

/** Scores of all rows of each part at the end of a run. */
export interface RunScores {
  readonly train: PartScore;
  readonly validation: PartScore;
  /** The half of the held-out domain that the page shows. */
  readonly watched: PartScore;
  /** Both halves. */
  readonly heldOut: PartScore;
}

/** Steps of each head between two waits, so that a graphics processor's queue does not grow without end. */
const STEPS_AT_ONCE = 50;

const finished = new Map<string, Promise<readonly RunScores[]>>();

/** Trains one head for each of SEEDS, together, on the page's own engine. What was asked for before is not trained again. */
export function trainRuns(makePopulation: PopulationFactory, data: EmbeddedDataset, task: RunTask): Promise<readonly RunScores[]> {
  const name = JSON.stringify([data.dataset.id, { ...task, variants: task.variants?.map(({ kind, strength }) => [kind, strength]) }]);
  const scores = finished.get(name) ?? train(makePopulation, data, task);
  finished.set(name, scores);
  return scores;
}

async function train(makePopulation: PopulationFactory, data: EmbeddedDataset, { heldOutDomain, head, knobs, steps, groupBy = 'domain', variants = [] }: RunTask): Promise<readonly RunScores[]> {
  const splits = SEEDS.map((seed) => splitDataset(data.dataset, heldOutDomain, seed));
  const members = splits.map((split, i) => ({ seed: SEEDS[i] as number, train: split.train, parts: partsOf(split) }));
  const pool = new VariantPool(populationData(data, splits[0]?.labels ?? [], groupBy));
  for (const part of variants) pool.add(part);
  const joins = variants.map(({ kind, strength, total }) => ({ step: 0, kind, strength, count: total }));
  const scores = await trainMembers(makePopulation, pool.data, head, members, knobs, steps, joins);
  return scores.map(namedParts);
}

/** Trains K heads with one setting of the knobs. @returns the scores of each head's parts at the end */
export function trainMembers(
  makePopulation: PopulationFactory,
  data: PopulationData,
  head: HeadSpec,
  members: readonly MemberSpec[],
  knobs: KnobValues,
  steps: number,
  joins: readonly VariantJoin[] = [],
): Promise<(readonly PartScore[])[]> {
  return withTrained(makePopulation, data, head, members, knobs, { steps, joins }, async (population) => {
    const scored = await population.advance(members.map((_, member) => ({ member, steps: [], score: true })));
    return scored.map((parts) => parts ?? []);
  });
}

/** Trains K heads with one setting of the knobs. @param use is given them, and may ask what they answer */
export async function withTrained<T>(
  makePopulation: PopulationFactory,
  data: PopulationData,
  head: HeadSpec,
  members: readonly MemberSpec[],
  knobs: KnobValues,
  { steps, joins = [] }: { readonly steps: number; readonly joins?: readonly VariantJoin[] },
  use: (population: Population) => Promise<T>,
): Promise<T> {
  const population = await makePopulation(data, head, members);
  try {
    for (let from = 0; from < steps; from += STEPS_AT_ONCE) {
      const own = Array.from({ length: Math.min(steps, from + STEPS_AT_ONCE) - from }, (_, i) => effectiveKnobs(knobs, from + i, steps, joins));
      await population.advance(members.map((_, member) => ({ member, steps: own, score: false })));
    }
    return await use(population);
  } finally {
    population.dispose();
  }
}

export function populationData({ dataset, features }: EmbeddedDataset, labels: readonly string[], groupBy: GroupBy = 'domain'): PopulationData {
  const classIndex = new Map(labels.map((label, index) => [label, index]));
  return {
    features,
    width: features.length / dataset.examples.length,
    classOf: Uint32Array.from(dataset.examples, ({ label }) => classIndex.get(label) ?? 0),
    classes: labels.length,
    ...(groupBy === 'group' && { groupOf: Uint32Array.from(dataset.examples, ({ group = '' }) => dataset.groups.indexOf(group)) }),
  };
}

/** What is scored of a run, in the order in which `namedParts` names it. */
export function partsOf(split: Split): readonly Uint32Array[] {
  return [Uint32Array.from(trainRows(split)), split.validation, split.watched, Uint32Array.from([...split.watched, ...split.sealed])];
}

export function namedParts(parts: readonly PartScore[]): RunScores {
  const [train, validation, watched, heldOut] = parts as [PartScore, PartScore, PartScore, PartScore];
  return { train, validation, watched, heldOut };
}

/** Training rows of all domains, domain after domain. */
export function trainRows(split: Split): number[] {
  return split.train.flatMap((rows) => [...rows]);
}

export function gatherRows({ features, width }: PopulationData, rows: ArrayLike<number>): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  Array.from(rows).forEach((row, i) => gathered.set(features.subarray(row * width, (row + 1) * width), i * width));
  return gathered;
}

/** Accuracy in per cent. */
export function accuracy({ correct, n }: PartScore): number {
  return (100 * correct) / n;
}
