import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { MemberSpec, PopulationFactory } from '../../src/engine/population/population.ts';
import { madeUpDataset } from './made-up.ts';
import { ROUNDS, race, seconds } from './race.ts';
import { SEEDS, accuracy, populationData, trainMembers } from './runs.ts';
import { median, meanAndError, medianAndRange } from './summary.ts';
import type { Workbench } from './workbench.ts';

const DOMAINS = 4;
const ROWS = 2000;
const WIDTH = 512;
const STEPS = 300;
const HEAD = { kind: 'hidden', width: 64 } as const;

/** Accuracies in %, [domain][seed]. */
type Table = readonly (readonly number[])[];

/** How long does a leave-one-domain-out table take? */
export async function tableTimePart(bench: Workbench): Promise<void> {
  const data = madeUpDataset(DOMAINS, ROWS, WIDTH);
  const { domains } = data.dataset;
  // Split beforehand: it is work on texts, the same for every engine.
  const members: readonly MemberSpec[] = domains.flatMap((domain) =>
    SEEDS.map((seed) => {
      const split = splitDataset(data.dataset, domain, seed);
      return { seed, train: split.train, parts: [Uint32Array.from([...split.watched, ...split.sealed])] };
    }),
  );
  const population = populationData(data, data.dataset.labels);
  const train = async (makePopulation: PopulationFactory): Promise<Table> => {
    const scores = await trainMembers(makePopulation, population, HEAD, members, DEFAULT_KNOBS, STEPS);
    const accuracies = scores.map(([heldOut]) => (heldOut ? accuracy(heldOut) : NaN));
    return domains.map((_, d) => accuracies.slice(d * SEEDS.length, (d + 1) * SEEDS.length));
  };
  bench.print(`  ${DOMAINS} held-out domains x ${SEEDS.length} seeds, ERM, ${ROWS} made-up examples of width ${WIDTH}, hidden layer of ${HEAD.width} units, ${STEPS} steps of ${(DOMAINS - 1) * DEFAULT_KNOBS.batchSize} rows:`);
  bench.print(`  ${members.length} heads, ${members.length * STEPS} head-steps. From making the population to the last score.`);

  const times: string[][] = [];
  const tables: { readonly name: string; readonly table: Table }[] = [];
  const wasm = bench.trainingBackends.includes('wasm') ? bench.engines('wasm') : [];
  for (const { name, makePopulation } of wasm) tables.push({ name, table: await train(makePopulation) }); // warms up
  if (wasm.length > 0) {
    const contestants = wasm.map(({ makePopulation }) => ({ work: async () => void (await train(makePopulation)), sizes: [1] }));
    const rates = await race(contestants, bench.progress('table-time: rounds', ROUNDS));
    wasm.forEach(({ name }, i) => times.push([name, medianAndRange(rates.map((round) => 1 / (round[i] as number)), 2), `${ROUNDS}, interleaved`]));
  }
  for (const { name, makePopulation } of bench.trainingBackends.includes('webgpu') ? bench.engines('webgpu') : []) {
    const took: number[] = [];
    // A software adapter takes long, and once tells enough.
    for (let round = 0; round < (bench.gpuIsImitation ? 1 : 1 + ROUNDS); round++) took.push(await seconds(async () => void tables.push({ name, table: await train(makePopulation) })));
    const counted = bench.gpuIsImitation ? took : took.slice(1);
    times.push([`${name} (${bench.gpu?.adapter ?? ''})`, counted.length > 1 ? medianAndRange(counted, 2) : median(counted).toFixed(1), String(counted.length)]);
  }
  bench.table(['engine', 'seconds a table', 'rounds'], times);
  bench.print();
  bench.print(`  The table: held-out accuracy in %, mean ± standard error over n = ${SEEDS.length} seeds, on ${ROWS / DOMAINS} rows.`);
  const distinct = [...new Map(tables.map((entry) => [entry.name, entry])).values()];
  bench.table(['engine', ...domains], distinct.map(({ name, table }) => [name, ...table.map((bySeed) => meanAndError(bySeed, 1))]));
}
