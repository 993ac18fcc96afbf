import type { Example } from '../../src/core/examples.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { EMBEDDING_WIDTH } from '../../src/engine/encoder/encoder.ts';
import type { EmbeddedDataset } from './workbench.ts';

/** Random rows of a data set, always the same ones. Its id is its own: `trainRuns` remembers by it. */
export function sampled({ dataset, features }: EmbeddedDataset, count: number): EmbeddedDataset {
  const rows = [...new RandomStream(1, STREAM.rowSample).permutation(dataset.examples.length).slice(0, count)];
  const vectors = new Float32Array(rows.length * EMBEDDING_WIDTH);
  rows.forEach((row, i) => vectors.set(features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH), i * EMBEDDING_WIDTH));
  return { dataset: { ...dataset, id: `${dataset.id}, ${rows.length} rows`, examples: rows.map((row) => dataset.examples[row] as Example) }, features: vectors };
}
