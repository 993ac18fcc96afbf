import { effectiveKnobs, type KnobValues } from '../../src/core/knobs.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { splitDataset, type Split } from '../../src/core/splits.ts';
import type { MemberSpec, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';
import type { EmbeddedDataset } from './workbench.ts';

/** Of the split, the weights and the batches. */
export const SEEDS = [1, 2, 3, 4, 5] as const;

export interface RunTask {
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly knobs: KnobValues;
  readonly steps: number;
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
  const name = JSON.stringify([data.dataset.id, task]);
  const scores = finished.get(name) ?? train(makePopulation, data, task);
  finished.set(name, scores);
  return scores;
}

async function train(makePopulation: PopulationFactory, data: EmbeddedDataset, { heldOutDomain, head, knobs, steps }: RunTask): Promise<readonly RunScores[]> {
  const splits = SEEDS.map((seed) => splitDataset(data.dataset, heldOutDomain, seed));
  const members = splits.map((split, i) => ({ seed: SEEDS[i] as number, train: split.train, parts: partsOf(split) }));
  const scores = await trainMembers(makePopulation, populationData(data, splits[0]?.labels ?? []), head, members, knobs, steps);
  return scores.map(namedParts);
}

/** Trains K heads with one setting of the knobs. @returns the scores of each head's parts at the end */
export async function trainMembers(
  makePopulation: PopulationFactory,
  data: PopulationData,
  head: HeadSpec,
  members: readonly MemberSpec[],
  knobs: KnobValues,
  steps: number,
): Promise<(readonly PartScore[])[]> {
  const population = await makePopulation(data, head, members);
  try {
    const advance = (from: number, to: number, score: boolean): Promise<readonly (readonly PartScore[] | null)[]> => {
      const own = Array.from({ length: to - from }, (_, i) => effectiveKnobs(knobs, from + i, steps));
      return population.advance(members.map((_, member) => ({ member, steps: own, score })));
    };
    for (let step = 0; step < steps; step += STEPS_AT_ONCE) await advance(step, Math.min(steps, step + STEPS_AT_ONCE), false);
    return (await advance(steps, steps, true)).map((parts) => parts ?? []);
  } finally {
    population.dispose();
  }
}

export function populationData({ dataset, features }: EmbeddedDataset, labels: readonly string[]): PopulationData {
  const classIndex = new Map(labels.map((label, index) => [label, index]));
  return {
    features,
    width: features.length / dataset.examples.length,
    classOf: Uint32Array.from(dataset.examples, ({ label }) => classIndex.get(label) ?? 0),
    classes: labels.length,
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
