import { expose } from 'comlink';
import { compiledKernel } from '../../src/engine/browser-assets.ts';
import { pooledPopulations } from '../../src/engine/population/pooled-population.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { startPopulationWorkers } from '../../src/worker/population-workers.ts';
import { workerThread } from '../../src/worker/worker-thread.ts';
import { GOLDEN_HEAD, GOLDEN_MEMBERS, goldenData, goldenKnobs, goldenRun, type GOLDEN } from './pooled-golden.ts';

/** Stands where the training worker stands: a worker that starts workers of its own. */
export interface Nested {
  /** The golden run on so many threads. @returns also how many beside this one took part */
  golden(threads: number): Promise<{ hashes: typeof GOLDEN; others: number }>;
  /** The golden run where the workers' program is not to be found. */
  goldenWithoutProgram(threads: number): Promise<{ hashes: typeof GOLDEN; others: number }>;
  /** What a call fails with when an error that nothing catches ends a worker in the middle of it. */
  messageOfCrash(): Promise<string>;
}

async function golden(threads: number, open?: Parameters<typeof startPopulationWorkers>[1]): ReturnType<Nested['golden']> {
  const workers = startPopulationWorkers(threads, open);
  const hashes = await goldenRun(pooledPopulations(wasmPopulations(await compiledKernel()), workers));
  const others = (await workers.makers(threads - 1)).length;
  workers.close();
  return { hashes, others };
}

const nested: Nested = {
  golden: (threads) => golden(threads),
  goldenWithoutProgram: (threads) => golden(threads, () => workerThread(new Worker(new URL('/no-such-program.js', self.location.href), { type: 'module' }))),
  async messageOfCrash() {
    const opened: Worker[] = [];
    const workers = startPopulationWorkers(2, () => {
      const worker = new Worker(new URL('../../src/worker/population.ts', import.meta.url), { type: 'module' });
      opened.push(worker);
      return workerThread(worker);
    });
    const population = await pooledPopulations(wasmPopulations(await compiledKernel()), workers)(goldenData(), GOLDEN_HEAD, GOLDEN_MEMBERS);
    for (const worker of opened) worker.postMessage({ argumentList: 'no list, which Comlink trips over' });
    const advanced = population.advance(GOLDEN_MEMBERS.map((_, member) => ({ member, steps: goldenKnobs(member, 0, 1), score: false })));
    return advanced.then(
      () => 'nothing failed',
      (error: Error) => error.message,
    );
  },
};
expose(nested);
