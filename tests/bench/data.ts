import Papa from 'papaparse';
import { deleteDB } from 'idb';
import { distinct, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { alikeRows, nearCopies } from '../../src/core/quality/near-copies.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import { Storage } from '../../src/storage/storage.ts';
import { embedCached } from '../../src/worker/embedding-cache.ts';
import { embeddingKey } from '../../src/data/embedding-key.ts';
import { csvOf, madeUpExamples, withNearCopies } from './made-up-texts.ts';
import { parsedByHeldout, proposedPlan } from './parsed.ts';
import { race, seconds } from './race.ts';
import { medianAndRange } from './summary.ts';
import type { Workbench } from './workbench.ts';

const WIDTH = 512;
const PARSED_ROWS = 100_000;
/** Words a text: with them the file has some 50 MB. */
const PARSED_LENGTH = 95;
const PARSE_BOUND = 1.25;
const CHECKED_ROWS = [20_000, 100_000] as const;
const CHECKED_LENGTH = 18;
const COPY_SHARE = 0.02;
const CACHED_ROWS = 20_000;
const ROUNDS = 5;

/** How long do large data sets take, and how much memory? */
export async function dataPart(bench: Workbench): Promise<void> {
  const { dataset } = await bench.bundled('reviews');
  const words = dataset.examples.flatMap(({ text }) => text.split(/\s+/u));
  const before = await memoryMiB();
  bench.print(`  Memory is what the browser counts for the page (performance.measureUserAgentSpecificMemory), ${before} at the start.`);
  await parsing(bench, words);
  for (const rows of CHECKED_ROWS) await nearDuplicates(bench, words, rows);
  await secondLoad(bench);
}

async function parsing(bench: Workbench, words: readonly string[]): Promise<void> {
  const file = new File([csvOf(madeUpExamples(words, PARSED_ROWS, PARSED_LENGTH))], 'large.csv', { type: 'text/csv' });
  const plan = await proposedPlan(file);
  let memory = '';
  let rows = 0;
  const ours = async (): Promise<void> => {
    const { dataset } = await parsedByHeldout(file, plan);
    rows = dataset.examples.length;
    if (memory === '') memory = await memoryMiB();
  };
  const alone = (header: boolean) => (): Promise<void> =>
    new Promise((resolve, reject) => {
      const parsed: unknown[] = [];
      Papa.parse<unknown, File>(file, { header, skipEmptyLines: true, chunk: ({ data }) => void parsed.push(...data), complete: () => (parsed.length >= PARSED_ROWS ? resolve() : reject(new Error(`PapaParse found ${parsed.length} rows.`))), error: reject });
    });
  await ours();
  const tick = bench.progress('data: rounds of parsing', ROUNDS);
  const rates = await race([ours, alone(true), alone(false)].map((work) => ({ work, sizes: [PARSED_ROWS] })), tick);
  const times = [0, 1, 2].map((i) => rates.map((round) => PARSED_ROWS / (round[i] as number)));
  const ratios = [1, 2].map((i) => rates.map((round) => (round[i] as number) / (round[0] as number)));
  bench.print();
  bench.print(`  Reading a CSV file of ${rows.toLocaleString('en')} rows, ${(file.size / 2 ** 20).toFixed(1)} MiB, into checked examples with their hash; both from the same File. Median of ${rates.length} rounds (min to max).`);
  bench.table(
    ['', 'seconds', 'ours takes times this'],
    [
      ['Heldout: parsed, checked, hashed', medianAndRange(times[0] as number[], 2), ''],
      ['PapaParse alone, rows as objects', medianAndRange(times[1] as number[], 2), medianAndRange(ratios[0] as number[], 2)],
      ['PapaParse alone, rows as arrays', medianAndRange(times[2] as number[], 2), medianAndRange(ratios[1] as number[], 2)],
    ],
  );
  bench.print(`  Memory with the examples at hand: ${memory}`);
  const median = [...(ratios[0] as number[])].sort((a, b) => a - b)[Math.floor(rates.length / 2)] as number;
  bench.bound(median <= PARSE_BOUND, `data: parsing takes ${median.toFixed(2)} times as long as PapaParse alone (rows as objects), wanted at most ${PARSE_BOUND}`);
}

async function nearDuplicates(bench: Workbench, words: readonly string[], rows: number): Promise<void> {
  const { examples, originalOf } = withNearCopies(madeUpExamples(words, rows, CHECKED_LENGTH), COPY_SHARE, words);
  const dataset = datasetOf(examples);
  const vectorOf = madeUpVectors(originalOf);
  let found = 0;
  let wrong = 0;
  let memory = '';
  const times: number[] = [];
  for (let round = 0; round < (rows > CHECKED_ROWS[0] ? 3 : ROUNDS); round++) {
    let pairs: readonly { readonly earlier: number; readonly later: number }[] = [];
    times.push(
      await seconds(async () => {
        const work = alikeRows(dataset, examples.map(({ text }) => textKey(text)));
        let next = work.next();
        while (!next.done) next = work.next();
        pairs = nearCopies(next.value, vectorOf);
      }),
    );
    if (round > 0) continue;
    const alike = pairs.filter(({ earlier, later }) => familyOf(originalOf, earlier) === familyOf(originalOf, later));
    wrong = pairs.length - alike.length;
    found = new Set(alike.map(({ later }) => later).filter((row) => originalOf.has(row))).size;
    memory = await memoryMiB();
  }
  bench.print();
  bench.print(`  Near duplicates among ${rows.toLocaleString('en')} texts of ${CHECKED_LENGTH} words on average, ${originalOf.size.toLocaleString('en')} of them another with one word changed; candidates by MinHash, confirmed by cosine.`);
  bench.print(`  ${medianAndRange(times, 2)} s (median of ${times.length}, min to max). Found ${found.toLocaleString('en')} of the ${originalOf.size.toLocaleString('en')} copies; ${wrong} other pairs. Memory: ${memory}`);
}

/** The second load of a data set whose texts are all embedded: from storage, by a page that has just been opened. */
async function secondLoad(bench: Workbench): Promise<void> {
  const texts = Array.from({ length: CACHED_ROWS }, (_, row) => `text number ${row}`);
  const name = 'bench of embeddings';
  await deleteDB(name);
  const first = new Storage(name);
  const keys = texts.map((text) => embeddingKey(ENCODER_VERSION, text));
  const vectors = new Float32Array(CACHED_ROWS * WIDTH);
  new RandomStream(13, STREAM.embeddingNoise).fillNormal(0, vectors);
  const stored = await seconds(async () => {
    for (let from = 0; from < CACHED_ROWS; from += 240) await first.embeddings.putEmbeddings(keys.slice(from, from + 240), vectors.slice(from * WIDTH, (from + 240) * WIDTH));
  });
  await first.close();
  const times: number[] = [];
  let memory = '';
  for (let round = 0; round < ROUNDS; round++) {
    const storage = new Storage(name);
    times.push(
      await seconds(async () => {
        const { features } = await embedCached(texts, ENCODER_VERSION, storage.embeddings, () => Promise.reject(new Error('Something was not in the cache.')), { onProgress: () => {}, signal: new AbortController().signal });
        if (features.some((value, i) => value !== vectors[i])) throw new Error('The vectors read back are not those that were stored.');
      }),
    );
    if (round === 0) memory = await memoryMiB();
    await storage.close();
  }
  await deleteDB(name);
  bench.print();
  bench.print(`  Second load of ${CACHED_ROWS.toLocaleString('en')} cached embeddings (${((CACHED_ROWS * WIDTH * 4) / 2 ** 20).toFixed(0)} MiB): ${medianAndRange(times, 2)} s (median of ${ROUNDS}, min to max); storing them took ${stored.toFixed(2)} s. Memory: ${memory}`);
}

function datasetOf(examples: readonly Example[]): Dataset {
  const domains = distinct(examples.map(({ domain }) => domain));
  return { id: 'made up', name: 'made up', examples, labels: distinct(examples.map(({ label }) => label)), domains, groups: [], hasDomains: true };
}

function familyOf(originalOf: ReadonlyMap<number, number>, row: number): number {
  return originalOf.get(row) ?? row;
}

/** Vectors that are alike for copies of one text, and at right angles, nearly, for others. */
function madeUpVectors(originalOf: ReadonlyMap<number, number>): (row: number) => Float32Array {
  const random = new RandomStream(14, STREAM.embeddingNoise);
  return (row) => {
    const vector = new Float32Array(WIDTH);
    random.fillNormal(familyOf(originalOf, row), vector);
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  };
}

/** The page's memory after a collection of garbage, as the browser tells it; in words where it does not. */
async function memoryMiB(): Promise<string> {
  const measuring = performance as Performance & { measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }> };
  if (!measuring.measureUserAgentSpecificMemory) return 'not told by this browser';
  return `${((await measuring.measureUserAgentSpecificMemory()).bytes / 2 ** 20).toFixed(0)} MiB`;
}
