import type { Dataset } from '../core/examples.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { EMBEDDING_WIDTH } from '../engine/encoder/encoder.ts';
import type { EmbeddingStorage } from './embedding-cache.ts';

/** A data set whose embeddings [N, 512] are at hand without the cache. */
export interface EmbeddedDataset {
  readonly dataset: Dataset;
  readonly features: Float32Array;
}

/**
 * The storage, which also finds the vectors of a data set that came embedded, so that what is made of its rows needs no encoder. Those
 * that are asked for are kept. They may have been rounded to float16, by some 1e-4.
 */
export function withVectorsOf({ dataset, features }: EmbeddedDataset, encoderVersion: string, storage: EmbeddingStorage): EmbeddingStorage {
  const rowOf = new Map(dataset.examples.map(({ text }, row) => [embeddingKey(encoderVersion, text), row]));
  const known = (key: string): Float32Array | undefined => {
    const row = rowOf.get(key);
    return row === undefined ? undefined : features.slice(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH);
  };
  return {
    async getEmbeddings(keys) {
      const stored = await storage.getEmbeddings(keys).catch(() => []);
      const found = keys.map((key, i) => stored[i] ?? known(key));
      const added = [...found.keys()].filter((i) => found[i] !== undefined && stored[i] === undefined);
      const vectors = new Float32Array(added.length * EMBEDDING_WIDTH);
      added.forEach((i, at) => vectors.set(found[i] as Float32Array, at * EMBEDDING_WIDTH));
      // Where storage refuses, the data set itself will not be stored either, which the page is told.
      if (added.length > 0) await storage.putEmbeddings(added.map((i) => keys[i] as string), vectors).catch(() => undefined);
      return found;
    },
    putEmbeddings: (keys, vectors) => storage.putEmbeddings(keys, vectors),
  };
}
