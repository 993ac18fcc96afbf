import { startBackend } from '../../src/engine/backend.ts';
import { BACKEND_ASSETS } from '../../src/engine/browser-assets.ts';
import type { Contender, Job } from './contenders/contender.ts';
import { graph } from './contenders/graph.ts';
import { jax } from './contenders/jax.ts';
import { KNOBS, relativeDifference, speedJob } from './contenders/job.ts';
import { layers } from './contenders/layers.ts';
import { ours } from './contenders/ours.ts';
import type { Engine, TrainingBackend } from './engines.ts';
import { ROUNDS, race, unitsIn } from './race.ts';
import { median, medianAndRange } from './summary.ts';
import type { Workbench } from './workbench.ts';

/** How many times as fast as a baseline our best engine must be. */
interface Target {
  readonly layers: number;
  readonly jax?: number;
}

/** By backend and K. On WebGPU they are stated for Chromium's software adapter. */
const TARGETS: Readonly<Record<TrainingBackend, Readonly<Record<number, Target>>>> = {
  wasm: { 1: { layers: 15 }, 16: { layers: 30, jax: 4 } },
  webgpu: { 1: { layers: 20 }, 16: { layers: 30, jax: 2 } },
};
const HEADS = [1, 16] as const;
/** Of each contender in each round, in two pieces between which the others have their turn. */
const PIECE_SECONDS = 0.4;
const PIECES = 2;
/** Rounding alone leaves some 1e-6. */
const SAME_JOB = 1e-4;
/** Long enough for a browser to have compiled all for good. */
const WARM_UP_SECONDS = 2;

/** How many steps of a head a second do our engines do, beside what else there is to build on? */
export async function speedPart(bench: Workbench): Promise<void> {
  for (const backend of bench.trainingBackends) {
    const engines = bench.engines(backend);
    const { name, adapter } = await startBackend(backend, BACKEND_ASSETS);
    if (engines.length === 0 || name !== backend) {
      bench.print(`  ${backend}: does not run here.`);
      continue;
    }
    for (const heads of HEADS) await speedOf(bench, backend, adapter, engines, await speedJob(bench, heads));
  }
  await startBackend(bench.backend.name, BACKEND_ASSETS);
}

async function speedOf(bench: Workbench, backend: TrainingBackend, adapter: string, engines: readonly Engine[], job: Job): Promise<void> {
  const { heads, data, hidden, batchRows } = job;
  const own = await Promise.all(engines.filter(({ needsManyHeads }) => heads > 1 || !needsManyHeads).map(({ name, makePopulation }) => ours(name, makePopulation, job)));
  const [layered, batched, jaxHeads] = [layers(job), graph(job), await jax(job, backend)];
  const contenders: readonly Contender[] = [...own, layered, batched, ...(jaxHeads ? [jaxHeads] : [])];
  try {
    const difference = await largestDifference(job, contenders.filter((contender) => contender !== layered));
    const rates = await headRates(contenders, bench.progress(`speed: ${backend}, K = ${heads}: rounds`, ROUNDS));
    const of = (contender: Contender): number[] => rates.map((round) => round[contenders.indexOf(contender)] as number);
    const ratios = (mine: Contender, baseline: Contender): number[] => of(mine).map((rate, round) => rate / (of(baseline)[round] as number));
    bench.print();
    bench.print(`  Head-steps a second on ${backend}${adapter ? ` (${adapter})` : ''}, K = ${heads}: ${data.width} -> ${hidden} -> ${data.classes}, batch ${batchRows} in all, Adam, dropout ${KNOBS.dropoutRate}, L2 ${KNOBS.l2Strength};`);
    bench.print(`  median of ${ROUNDS} interleaved rounds (min to max), each of about ${(PIECES * PIECE_SECONDS).toFixed(1)} s. Ratios within a round.`);
    bench.table(
      ['trainer', 'head-steps/s', ...own.map(({ name }) => `${name}, times as fast`)],
      contenders.map((contender) => [contender.name, medianAndRange(of(contender), 0), ...own.map((mine) => (mine === contender ? '' : medianAndRange(ratios(mine, contender), 2)))]),
    );
    bench.bound(difference <= SAME_JOB, `speed: ${backend}, K = ${heads}: after the first ${job.shelf.length} steps weights differ by ${difference.toExponential(1)} of their norm at most, wanted ${SAME_JOB} (all but trainOnBatch, which draws its own dropout)`);
    const fastest = own.reduce((a, b) => (median(of(b)) > median(of(a)) ? b : a));
    const target = TARGETS[backend][heads];
    if (!target || (backend === 'webgpu' && !bench.gpuIsImitation)) return;
    const hold = (wanted: number | undefined, baseline: Contender | null): void => {
      if (wanted === undefined || !baseline) return;
      const reached = median(ratios(fastest, baseline));
      bench.bound(reached >= wanted, `speed: ${backend}, K = ${heads}: ${fastest.name} is ${reached.toFixed(1)} times as fast as ${baseline.name}, wanted at least ${wanted}`);
    };
    hold(target.layers, layered);
    hold(target.jax, jaxHeads);
  } finally {
    for (const contender of contenders) contender.dispose();
  }
}

/** Whether all do the same: how far their first heads are from the first contender's after the shelf's batches, in relation to the norm. */
async function largestDifference({ shelf }: Job, contenders: readonly Contender[]): Promise<number> {
  for (const contender of contenders) await contender.train(shelf.length);
  const [mine, ...others] = await Promise.all(contenders.map((contender) => contender.weights()));
  return Math.max(...others.map((weights) => (mine ? relativeDifference(weights, mine) : NaN)));
}

/** Rates [round][contender] in steps of single heads a second. */
async function headRates(contenders: readonly Contender[], onRound: () => void): Promise<number[][]> {
  const contestants = [];
  for (const contender of contenders) {
    await contender.tune?.();
    const steps = await unitsIn((count) => contender.train(count), PIECE_SECONDS, WARM_UP_SECONDS);
    contestants.push({ work: () => contender.train(steps), sizes: new Array<number>(PIECES).fill(steps * contender.heads) });
  }
  return race(contestants, onRound);
}
