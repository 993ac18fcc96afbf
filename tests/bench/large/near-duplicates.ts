import { deleteDB } from 'idb';
import { distinct, textKey, type Dataset, type Example } from '../../../src/core/examples.ts';
import { MIN_COSINE, alikeRows, nearCopies, type RowPair } from '../../../src/core/quality/near-copies.ts';
import { RandomStream, STREAM } from '../../../src/core/rng.ts';
import { embeddingKey } from '../../../src/data/embedding-key.ts';
import { EMBEDDING_WIDTH } from '../../../src/engine/encoder/encoder.ts';
import { ENCODER_VERSION } from '../../../src/engine/encoder/version.ts';
import type { Progress } from '../../../src/protocol/progress.ts';
import { Storage } from '../../../src/storage/storage.ts';
import { madeUpExamples, withNearCopies } from '../made-up-texts.ts';
import { seconds } from '../race.ts';
import { medianAndRange } from '../summary.ts';
import { cosine } from '../vectors.ts';
import type { Workbench } from '../workbench.ts';
import { memoryMiB } from './memory.ts';

/** Words a text on average. */
const LENGTH = 18;
const COPY_SHARE = 0.02;
const DATABASE = 'bench of near duplicates';
const STORED_AT_ONCE = 1280;

/** Seconds of each stage of the check. */
interface Stages {
  readonly proposing: number;
  readonly reading: number;
  readonly confirming: number;
}

/**
 * Near duplicates among the rows of a data set in storage: pairs by MinHash, their vectors from storage, cosine, as the data check of the page does it. All vectors
 * that are looked at are the encoder's: those of rows in proposed pairs. The others lie in storage between them and are made up, which changes neither result nor work.
 */
export async function nearDuplicates(bench: Workbench, words: readonly string[], { rows, rounds }: { readonly rows: number; readonly rounds: number }): Promise<void> {
  const { examples, originalOf } = withNearCopies(madeUpExamples(words, rows, LENGTH), COPY_SHARE, words);
  const dataset = datasetOf(examples);
  const proposed = proposedPairs(dataset); // warms up, too
  const compared = rowsOf(proposed);
  let features: Float32Array = new Float32Array();
  const tell = bench.slowProgress();
  const texts = compared.map((row) => examples[row]?.text ?? '');
  const encoder = await bench.encoder();
  const onProgress = (progress: Progress): void => {
    if (progress.kind === 'embed') tell(`data: embedding texts that MinHash proposed among ${count(rows)}: ${count(progress.done)} of ${count(progress.total)}`);
  };
  const embedding = await seconds(async () => void (features = await encoder.embed(texts, { onProgress })));
  await deleteDB(DATABASE);
  const storage = new Storage(DATABASE);
  await store(storage, examples, new Map(compared.map((row, i) => [row, features.subarray(i * EMBEDDING_WIDTH, (i + 1) * EMBEDDING_WIDTH)])));
  const times: Stages[] = [];
  let confirmed: readonly RowPair[] = [];
  for (let round = 0; round < rounds; round++) {
    const checked = await check(dataset, storage);
    confirmed = checked.pairs;
    times.push(checked.stages);
  }
  const memory = await memoryMiB();
  await storage.close();
  await deleteDB(DATABASE);

  const placeOf = new Map(compared.map((row, i) => [row, i]));
  const cosines = proposed.map(({ earlier, later }) => cosine(features, placeOf.get(earlier) ?? 0, features, placeOf.get(later) ?? 0));
  const isPlanted = ({ earlier, later }: RowPair): boolean => familyOf(originalOf, earlier) === familyOf(originalOf, later);
  const copiesIn = (pairs: readonly RowPair[]): string => {
    const planted = pairs.filter(isPlanted);
    return `${count(new Set(planted.map(({ later }) => later).filter((row) => originalOf.has(row))).size)} of the ${count(originalOf.size)} copies, ${count(pairs.length - planted.length)} other pairs`;
  };
  bench.print();
  bench.print(`  Near duplicates among ${count(rows)} texts of ${LENGTH} words on average in storage, ${count(originalOf.size)} of them another with one word changed. The vectors of the ${count(compared.length)} texts in pairs that`);
  bench.print(`  MinHash proposes are the encoder’s (embedded in ${embedding.toFixed(0)} s, ${(compared.length / embedding).toFixed(0)} a second); the others, which the check does not look at, are made up. Median of ${rounds} (min to max).`);
  const stage = (of: (stages: Stages) => number): string => medianAndRange(times.map(of), 2);
  bench.table(
    ['seconds', 'pairs by MinHash', 'vectors from storage', 'cosine'],
    [[stage(({ proposing, reading, confirming }) => proposing + reading + confirming), stage(({ proposing }) => proposing), stage(({ reading }) => reading), stage(({ confirming }) => confirming)]],
  );
  bench.print(`  MinHash proposed ${count(proposed.length)} pairs (${copiesIn(proposed)}), whose cosine is ${medianAndRange(cosines, 3)}.`);
  bench.print(`  Cosine of at least ${MIN_COSINE} confirmed ${count(confirmed.length)} (${copiesIn(confirmed)}). Were none embedded, text alone would say ${count(nearCopies(proposed, () => undefined).length)}. Memory: ${memory}`);
}

/** The check of a data set that lies in storage with its embeddings. */
async function check(dataset: Dataset, storage: Storage): Promise<{ readonly pairs: readonly RowPair[]; readonly stages: Stages }> {
  const started = performance.now();
  const proposed = proposedPairs(dataset);
  const proposedAt = performance.now();
  const rows = rowsOf(proposed);
  const found = await storage.embeddings.getEmbeddings(rows.map((row) => keyOf(dataset.examples[row])));
  const readAt = performance.now();
  const vectors = new Map(rows.map((row, i) => [row, found[i]]));
  const pairs = nearCopies(proposed, (row) => vectors.get(row));
  const stages = { proposing: (proposedAt - started) / 1000, reading: (readAt - proposedAt) / 1000, confirming: (performance.now() - readAt) / 1000 };
  if (found.includes(undefined)) throw new Error('The vector of a proposed text was not in storage.');
  return { pairs, stages };
}

function proposedPairs(dataset: Dataset): readonly RowPair[] {
  const work = alikeRows(dataset, dataset.examples.map(({ text }) => textKey(text)));
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value;
}

function rowsOf(pairs: readonly RowPair[]): number[] {
  return [...new Set(pairs.flatMap(({ earlier, later }) => [earlier, later]))];
}

/** Stores a vector for every row: that of `real` where it has one, else a made-up one. */
async function store(storage: Storage, examples: readonly Example[], real: ReadonlyMap<number, Float32Array>): Promise<void> {
  const random = new RandomStream(14, STREAM.embeddingNoise);
  for (let from = 0; from < examples.length; from += STORED_AT_ONCE) {
    const part = examples.slice(from, from + STORED_AT_ONCE);
    const vectors = new Float32Array(part.length * EMBEDDING_WIDTH);
    random.fillNormal(from, vectors);
    part.forEach((_, i) => {
      const vector = real.get(from + i);
      if (vector) vectors.set(vector, i * EMBEDDING_WIDTH);
    });
    await storage.embeddings.putEmbeddings(part.map(keyOf), vectors);
  }
}

function keyOf(example: Example | undefined): string {
  return embeddingKey(ENCODER_VERSION, example?.text ?? '');
}

function datasetOf(examples: readonly Example[]): Dataset {
  return { id: 'made up', name: 'made up', examples, labels: distinct(examples.map(({ label }) => label)), domains: distinct(examples.map(({ domain }) => domain)), groups: [], hasDomains: true };
}

function familyOf(originalOf: ReadonlyMap<number, number>, row: number): number {
  return originalOf.get(row) ?? row;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
