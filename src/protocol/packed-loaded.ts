import { transfer } from 'comlink';
import type { Dataset } from '../core/examples.ts';
import { buffersOf, packDataset, unpackDataset, type PackedDataset } from './packed-dataset.ts';

/** What is handed on with a data set that was opened: see LoadedDataset. */
interface Loaded {
  readonly dataset: Dataset;
  readonly features: Float32Array;
}

/** As it crosses threads. */
export type PackedLoaded<T extends Loaded> = Omit<T, 'dataset'> & { readonly dataset: PackedDataset };

/** To be returned to another thread: its embeddings are handed over. */
export async function packLoaded<T extends Loaded>(loaded: T): Promise<PackedLoaded<T>> {
  const packed: PackedLoaded<T> = { ...loaded, dataset: await packDataset(loaded.dataset) };
  return transfer(packed, [...buffersOf(packed.dataset), loaded.features.buffer as ArrayBuffer]);
}

export async function unpackLoaded<T extends Loaded>(packed: PackedLoaded<T>): Promise<T> {
  return { ...packed, dataset: await unpackDataset(packed.dataset) } as unknown as T;
}
