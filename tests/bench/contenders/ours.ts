import type { PopulationFactory } from '../../../src/engine/population/population.ts';
import { TENSORS, type Contender, type HeadWeights, type Job } from './contender.ts';
import { HEAD, KNOBS } from './job.ts';

/** The product's own populations. It draws its batches and its dropout as it goes. */
export async function ours(name: string, makePopulation: PopulationFactory, job: Job): Promise<Contender> {
  const population = await makePopulation(
    job.data,
    HEAD,
    job.seeds.map((seed) => ({ seed, train: [job.rows], parts: [] })),
  );
  return {
    name,
    heads: job.heads,
    async train(steps) {
      const knobs = new Array<typeof KNOBS>(steps).fill(KNOBS);
      await population.advance(job.seeds.map((_, member) => ({ member, steps: knobs, score: false })));
      await population.rowLogits(0, job.rows.subarray(0, 1)); // waits for a graphics processor to finish
    },
    async weights() {
      const { tensors } = await population.checkpoint(0);
      const valuesOf = (wanted: string): Float32Array => tensors.find((tensor) => tensor.name === wanted)?.values ?? new Float32Array();
      return Object.fromEntries(TENSORS.map((tensor) => [tensor, valuesOf(tensor)])) as unknown as HeadWeights;
    },
    dispose: () => population.dispose(),
  };
}
