import { openDB, type IDBPDatabase } from 'idb';
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

/** Makes the database, which must not be there. */
export async function writeDatabaseOfVersion2(name: string): Promise<void> {
  const database = await openDB(name, 2, { upgrade: (db) => makeStores(db) });
  for (const store of ['checkpoints', 'examples', 'looks'] as const) for (const { key, value } of contents[store]) await database.put(store, packed(value), key);
  for (const store of ['datasets', 'runs'] as const) for (const value of contents[store]) await database.put(store, packed(value));
  database.close();
}

function makeStores(db: IDBPDatabase): void {
  for (const store of ['examples', 'embeddingKeys', 'embeddingBlocks', 'checkpoints', 'looks', 'settings', 'seals', 'domainTables']) db.createObjectStore(store);
  db.createObjectStore('datasets', { keyPath: 'id' });
  const runs = db.createObjectStore('runs', { keyPath: 'id' });
  for (const index of ['savedAt', 'datasetId', 'runId']) runs.createIndex(index, index);
}

/** JSON with typed arrays in it, which are written as `{ "float32": […] }` and `{ "float64": […] }`. */
function packed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return value;
  if ('float32' in value) return Float32Array.from(value.float32 as number[]);
  if ('float64' in value) return Float64Array.from(value.float64 as number[]);
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, packed(own)]));
}
