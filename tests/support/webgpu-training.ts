import type { Checkpoint } from '../../src/core/checkpoint.ts';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import type { MemberSpec, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';
import type { Training } from './population.ts';

/** ‖difference‖ / ‖update‖ of a tensor after 50 steps that rounding may leave between WGSL and WebAssembly: mostly some 1e-6. */
export const GPU_BOUND = 1e-4;

/** One member's share in a population: its spec and the knobs of each of its steps. */
export interface Part {
  readonly spec: MemberSpec;
  readonly steps: readonly EffectiveKnobs[];
}

/** Trains each part to its end, together in one population, and gives their checkpoints. */
export async function trainedTogether(data: PopulationData, head: HeadSpec, parts: readonly Part[], makePopulation: PopulationFactory): Promise<Checkpoint[]> {
  const population = await makePopulation(data, head, parts.map(({ spec }) => spec));
  await population.advance(parts.map(({ steps }, member) => ({ member, steps, score: false })));
  const checkpoints = await Promise.all(parts.map((_, member) => population.checkpoint(member)));
  population.dispose();
  return checkpoints;
}

/** A case's first `steps` steps. */
export function partOf({ spec, knobs }: Training, steps: number): Part {
  return { spec, steps: Array.from({ length: steps }, (_, step) => knobs(step)) };
}
