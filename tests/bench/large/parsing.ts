import { proxy, wrap, type Remote } from 'comlink';
import { previewFiles } from '../../../src/data/preview-files.ts';
import { carryErrors } from '../../../src/protocol/wire.ts';
import { csvOf, madeUpExamples } from '../made-up-texts.ts';
import { race } from '../race.ts';
import { median, medianAndRange } from '../summary.ts';
import type { Workbench } from '../workbench.ts';
import { memoryMiB } from './memory.ts';
import type { ParsingApi } from './parsing-worker.ts';

const ROWS = 100_000;
/** Words a text: with them the file has some 50 MB. */
const LENGTH = 95;
const BOUND = 1.25;
/** Many, for they are short: a garbage collection, or a compilation, is a good part of one. */
const ROUNDS = 15;

/** Reading a large file in a worker, as the page does, against PapaParse in a worker of the same kind. From the call to the answer, on the page's thread. */
export async function parsing(bench: Workbench, words: readonly string[]): Promise<void> {
  const file = new File([csvOf(madeUpExamples(words, ROWS, LENGTH))], 'large.csv', { type: 'text/csv' });
  const { plan, problem } = await previewFiles([{ name: file.name, content: file }], [null]);
  if (problem !== '') throw new Error(problem);
  let reports = 0;
  carryErrors();
  const threads = [0, 1, 2].map(startThread);
  const [ours, objects, arrays] = threads.map(({ remote }) => remote) as [Remote<ParsingApi>, Remote<ParsingApi>, Remote<ParsingApi>];
  const works = [() => ours.heldout(file, plan, proxy(() => void reports++)), () => objects.papaParse(file, true), () => arrays.papaParse(file, false)].map((read) => async (): Promise<void> => {
    const rows = await read();
    if (rows !== ROWS) throw new Error(`${rows} of ${ROWS} rows were read.`);
  });
  try {
    await works[0]?.();
    const memory = await memoryMiB(); // before the others hold their rows
    const perFile = reports;
    for (const warmUp of works.slice(1)) await warmUp();
    const rates = await race(works.map((work) => ({ work, sizes: [ROWS] })), bench.progress('data: rounds of parsing', ROUNDS), ROUNDS);
    const times = works.map((_, i) => rates.map((round) => ROWS / (round[i] as number)));
    const ratios = [1, 2].map((i) => rates.map((round) => (round[i] as number) / (round[0] as number)));
    bench.print();
    bench.print(`  Reading a CSV file of ${ROWS.toLocaleString('en')} rows, ${(file.size / 2 ** 20).toFixed(1)} MiB, in a worker, into checked examples with their hash, telling the page how far it is (${perFile} times a file);`);
    bench.print(`  PapaParse alone in workers of the same kind, from the same File. From call to answer, each warmed up once. Median of ${rates.length} rounds (min to max).`);
    bench.table(
      ['', 'seconds', 'ours takes times this'],
      [
        ['Heldout: parsed, checked, hashed', medianAndRange(times[0] as number[], 2), ''],
        ['PapaParse alone, rows as objects', medianAndRange(times[1] as number[], 2), medianAndRange(ratios[0] as number[], 2)],
        ['PapaParse alone, rows as arrays', medianAndRange(times[2] as number[], 2), medianAndRange(ratios[1] as number[], 2)],
      ],
    );
    bench.print(`  Memory with the examples at hand: ${memory}`);
    const ratio = median(ratios[0] as number[]);
    bench.bound(ratio <= BOUND, `data: parsing takes ${ratio.toFixed(2)} times as long as PapaParse alone (rows as objects), wanted at most ${BOUND}`);
  } finally {
    for (const { worker } of threads) worker.terminate();
  }
}

function startThread(): { readonly worker: Worker; readonly remote: Remote<ParsingApi> } {
  const worker = new Worker(new URL('./parsing-worker.ts', import.meta.url), { type: 'module' });
  return { worker, remote: wrap<ParsingApi>(worker) };
}
