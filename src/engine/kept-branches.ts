import type { SeedCurve } from '../core/bands.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import { CURVE_COLUMNS, curveLength } from '../core/curve.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { MemberSpec, Population, PopulationData, PopulationFactory } from './population/population.ts';

/** A branch as it is kept: everything needed to go on. */
export interface KeptBranch {
  readonly record: RunRecord;
  /** One a seed. */
  readonly heads: readonly SeedCurve[];
  /** One a seed, all at the same step. */
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * A population with the heads of each branch where they were kept, branch after branch.
 * @param kept at least one. @param specs one a seed. @throws RangeError when a checkpoint is one of another head, or memory does not suffice
 */
export async function populationOf(kept: readonly KeptBranch[], data: PopulationData, specs: readonly MemberSpec[], makePopulation: PopulationFactory): Promise<Population> {
  const [first] = kept;
  if (!first) throw new RangeError('There is no branch to go on with.');
  const population = await makePopulation(data, first.record.head, kept.flatMap(() => specs));
  try {
    const checkpoints = kept.flatMap((branch) => branch.checkpoints);
    await Promise.all(checkpoints.map((checkpoint, member) => population.restore(member, checkpoint)));
    return population;
  } catch (error) {
    population.dispose();
    throw error;
  }
}

/** The evaluations of a curve up to `step`. */
export function cutAt(curve: Float64Array, step: number): Float64Array {
  let length = curveLength(curve);
  while (length > 0 && (curve[(length - 1) * CURVE_COLUMNS] as number) > step) length--;
  return curve.slice(0, length * CURVE_COLUMNS);
}
