import { deleteDB } from 'idb';
import { RandomStream, STREAM } from '../../../src/core/rng.ts';
import { embeddingKey } from '../../../src/data/embedding-key.ts';
import { EMBEDDING_WIDTH } from '../../../src/engine/encoder/encoder.ts';
import { ENCODER_VERSION } from '../../../src/engine/encoder/version.ts';
import { Storage } from '../../../src/storage/storage.ts';
import { embedCached } from '../../../src/worker/embedding-cache.ts';
import { ROUNDS, seconds } from '../race.ts';
import { medianAndRange } from '../summary.ts';
import type { Workbench } from '../workbench.ts';
import { memoryMiB } from './memory.ts';

const ROWS = 20_000;
/** As `embedCached` writes. */
const WRITTEN_AT_ONCE = 240;

/** The second load of a data set whose texts are all embedded: from storage, by a page that has just been opened. */
export async function secondLoad(bench: Workbench): Promise<void> {
  const texts = Array.from({ length: ROWS }, (_, row) => `text number ${row}`);
  const name = 'bench of embeddings';
  await deleteDB(name);
  const first = new Storage(name);
  const keys = texts.map((text) => embeddingKey(ENCODER_VERSION, text));
  const vectors = new Float32Array(ROWS * EMBEDDING_WIDTH);
  new RandomStream(13, STREAM.embeddingNoise).fillNormal(0, vectors);
  const stored = await seconds(async () => {
    for (let from = 0; from < ROWS; from += WRITTEN_AT_ONCE) {
      await first.embeddings.putEmbeddings(keys.slice(from, from + WRITTEN_AT_ONCE), vectors.slice(from * EMBEDDING_WIDTH, (from + WRITTEN_AT_ONCE) * EMBEDDING_WIDTH));
    }
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
  bench.print(`  Second load of ${ROWS.toLocaleString('en')} cached embeddings (${(vectors.byteLength / 2 ** 20).toFixed(0)} MiB): ${medianAndRange(times, 2)} s (median of ${ROUNDS}, min to max); storing them took ${stored.toFixed(2)} s. Memory: ${memory}`);
}
