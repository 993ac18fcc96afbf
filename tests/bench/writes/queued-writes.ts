import { wrap, type Remote } from 'comlink';
import { deleteDB } from 'idb';
import { carryErrors } from '../../../src/protocol/wire.ts';
import { seconds } from '../race.ts';
import { median, medianAndRange, quantile } from '../summary.ts';
import type { EmbeddedDataset, Workbench } from '../workbench.ts';
import type { EmbeddingWriterApi } from './embedding-writer.ts';
import type { SavingTrainerApi, TrainedFor } from './saving-trainer.ts';

const VECTORS = 5000;
/** The page's training saves every two seconds. */
const TRAINED_SECONDS = 2.5;
const ROUNDS = 5;

/** The two threads, on a database of their own. */
interface Site {
  readonly writer: Remote<EmbeddingWriterApi>;
  readonly trainer: Remote<SavingTrainerApi>;
  close(): Promise<void>;
}

/** The writes of one import. */
interface Written {
  readonly seconds: number;
  /** Milliseconds of each write. */
  readonly writes: readonly number[];
}

interface Round {
  readonly alone: Written;
  readonly trainedAlone: TrainedFor;
  /** Of as many imports as came to their end while the other thread trained. */
  readonly beside: readonly Written[];
  readonly trainedBeside: TrainedFor;
}

/**
 * What does it cost that all writing transactions go one at a time over all workers? The embeddings of an import are written, without the pauses in which the page embeds, in one worker; another trains
 * and saves; and the same with transactions that have only their own stores in their scope.
 */
export async function queuedWrites(bench: Workbench, { dataset, features }: EmbeddedDataset): Promise<void> {
  const ways = [
    { name: 'one at a time', isInTurn: true },
    { name: 'own stores only', isInTurn: false },
  ] as const;
  carryErrors();
  const sites: Site[] = [];
  const rounds = ways.map((): Round[] => []);
  try {
    for (const { name, isInTurn } of ways) {
      const site = await openSite(`bench of writes, ${name}`, (database, { writer, trainer }) => Promise.all([writer.open(database, isInTurn, VECTORS), trainer.open(database, isInTurn, dataset, features)]));
      sites.push(site);
      await measure(site); // warms up
    }
    const tick = bench.progress('data: rounds of writing', ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      for (let turn = 0; turn < ways.length; turn++) {
        const next = (round + turn) % ways.length;
        rounds[next]?.push(await measure(sites[next] as Site));
      }
      tick();
    }
  } finally {
    for (const site of sites) await site.close();
  }
  bench.print();
  bench.print(`  What it costs that all writing transactions go one at a time: ${VECTORS.toLocaleString('en')} embeddings written 240 at a time, one write after the other (an import embeds between them), in a worker of their own, alone and`);
  bench.print(`  beside a training of one head on Reviews in another worker (the page’s defaults, as fast as it can: looks counted every 10 steps, saved every 2 s). Median of ${ROUNDS} rounds (min to max); single operations: median, and 95 % take at most.`);
  bench.table(
    ['transactions', '', 'embeddings, s', 'one write, ms', 'training, steps/s', 'one count of looks, ms', 'one save, ms'],
    ways.flatMap(({ name }, i) => {
      const own = rounds[i] as Round[];
      return [
        [name, 'alone', ...writtenCells(own.map(({ alone }) => [alone])), ...trainedCells(own.map(({ trainedAlone }) => trainedAlone))],
        [name, 'beside each other', ...writtenCells(own.map(({ beside }) => beside)), ...trainedCells(own.map(({ trainedBeside }) => trainedBeside))],
      ];
    }),
  );
  const [inTurn, ownStores] = rounds as [Round[], Round[]];
  const ratio = (of: (round: Round) => number): string => medianAndRange(inTurn.map((round, i) => of(round) / of(ownStores[i] as Round)), 2);
  bench.print(`  One at a time over own stores only, within a round: seconds of the embeddings alone ${ratio(({ alone }) => alone.seconds)}, beside training ${ratio(({ beside }) => typicalSeconds(beside))};`);
  bench.print(`  steps a second alone ${ratio(({ trainedAlone }) => speed(trainedAlone))}, beside embeddings ${ratio(({ trainedBeside }) => speed(trainedBeside))}.`);
}

/** One round: writes alone, training alone, both. */
async function measure({ writer, trainer }: Site): Promise<Round> {
  const writeOnce = async (): Promise<Written> => {
    let writes: readonly number[] = [];
    return { seconds: await seconds(async () => void (writes = await writer.write())), writes };
  };
  const trainWhile = async (act: () => Promise<void>): Promise<TrainedFor> => {
    await trainer.begin();
    await act();
    return trainer.end();
  };
  const alone = await writeOnce();
  await writer.clear();
  const trainedAlone = await trainWhile(() => wait(TRAINED_SECONDS));
  const beside: Written[] = [];
  const trainedBeside = await trainWhile(async () => {
    // Import after import, so that the training has the company of writes all the time.
    for (const end = performance.now() + 1000 * TRAINED_SECONDS; performance.now() < end; ) beside.push(await writeOnce());
  });
  await writer.clear();
  return { alone, trainedAlone, beside, trainedBeside };
}

async function openSite(database: string, open: (database: string, site: Omit<Site, 'close'>) => Promise<unknown>): Promise<Site> {
  await deleteDB(database);
  const writing = new Worker(new URL('./embedding-writer.ts', import.meta.url), { type: 'module' });
  const training = new Worker(new URL('./saving-trainer.ts', import.meta.url), { type: 'module' });
  const site = { writer: wrap<EmbeddingWriterApi>(writing), trainer: wrap<SavingTrainerApi>(training) };
  await open(database, site);
  return {
    ...site,
    close: async () => {
      await Promise.all([site.writer.close(), site.trainer.close()]);
      writing.terminate();
      training.terminate();
      await deleteDB(database);
    },
  };
}

function writtenCells(rounds: readonly (readonly Written[])[]): string[] {
  return [medianAndRange(rounds.map(typicalSeconds), 2), typicalAndSlow(rounds.flat().flatMap(({ writes }) => writes))];
}

function trainedCells(rounds: readonly TrainedFor[]): string[] {
  return [medianAndRange(rounds.map(speed), 0), typicalAndSlow(rounds.flatMap(({ counts }) => counts)), typicalAndSlow(rounds.flatMap(({ saves }) => saves))];
}

function typicalSeconds(written: readonly Written[]): number {
  return median(written.map((one) => one.seconds));
}

/** Steps a second. */
function speed(trained: TrainedFor): number {
  return trained.steps / trained.seconds;
}

/** “1.2, 3.4” */
function typicalAndSlow(milliseconds: readonly number[]): string {
  return `${median(milliseconds).toFixed(1)}, ${quantile(milliseconds, 0.95).toFixed(1)}`;
}

function wait(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * duration));
}
