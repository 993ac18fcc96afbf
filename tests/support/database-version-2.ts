import contents from './database-version-2.json';
import { toyData, type Toy } from './training-data.ts';

/**
 * A database as the page of schema version 2 left it, written by that page's own code (commit a6f524f, the last one of that version): a run of
 * two seeds on toy data, augmentation on, its strength turned at step 11; at step 20 L2 was turned on, and a branch split off without
 * augmentation; both stand at step 25 of 60. `ended` are the curves that the same code then trained to, one a seed, by branch.
 */
export const OLD_RUN = 'run 1';
export const OLD_BRANCH = { id: 'run 2', name: 'without augmentation' };
/** What it was trained on. */
export const OLD_TOY: Toy = toyData({ width: 8 });
export const ENDED = packed(contents.ended) as Readonly<Record<string, readonly Float64Array[]>>;
/** Curves as they stood, one a seed, by branch. */
export const STOOD = Object.fromEntries(contents.runs.map(({ id, heads }) => [id, heads.map(({ curve }) => packed(curve) as Float64Array)]));
/** Looks at the held-out domain by then. */
export const LOOKED = contents.looks[0]?.value;

interface OldStore {
  readonly name: string;
  readonly keyPath?: string;
  readonly indexes?: readonly string[];
}

interface OldRow {
  readonly store: string;
  readonly key?: string | string[];
  readonly value: unknown;
}

/** Its stores and what is in them. */
export const VERSION_2: { readonly stores: readonly OldStore[]; readonly rows: readonly OldRow[] } = {
  stores: [
    ...['examples', 'embeddingKeys', 'embeddingBlocks', 'checkpoints', 'looks', 'settings', 'seals', 'domainTables'].map((name) => ({ name })),
    { name: 'datasets', keyPath: 'id' },
    { name: 'runs', keyPath: 'id', indexes: ['savedAt', 'datasetId', 'runId'] },
  ],
  rows: [
    ...(['checkpoints', 'examples', 'looks'] as const).flatMap((store) => contents[store].map(({ key, value }) => ({ store, key, value: packed(value) }))),
    ...(['datasets', 'runs'] as const).flatMap((store) => contents[store].map((value) => ({ store, value: packed(value) }))),
  ],
};

/** Makes the database, which must not be there. */
export function writeDatabaseOfVersion2(name: string): Promise<void> {
  return writeVersion2({ name, ...VERSION_2 });
}

/** The same, of nothing but its argument, so that it can be sent to a page. */
export function writeVersion2({ name, stores, rows }: typeof VERSION_2 & { readonly name: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 2);
    opening.onupgradeneeded = () => {
      for (const { name: store, keyPath = null, indexes = [] } of stores) {
        const made = opening.result.createObjectStore(store, { keyPath });
        for (const index of indexes) made.createIndex(index, index);
      }
      for (const { store, key, value } of rows) opening.transaction?.objectStore(store).put(value, key);
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
  });
}

/** JSON with typed arrays in it, which are written as `{ "float32": […] }` and `{ "float64": […] }`. */
function packed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return value;
  if ('float32' in value) return Float32Array.from(value.float32 as number[]);
  if ('float64' in value) return Float64Array.from(value.float64 as number[]);
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, packed(own)]));
}
