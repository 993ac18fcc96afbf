import type { DBSchema, IDBPDatabase, StoreNames } from 'idb';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { Dataset, Example } from '../core/examples.ts';
import type { PartSizes } from '../core/curve.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { Looks } from '../protocol/trainer.ts';

/** What the stores hold, and the steps that make them. */

/** A data set without its rows, so that a list of data sets does not read them all. */
export interface DatasetHead extends Omit<Dataset, 'examples'> {
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly importedAt: number;
}

/** Up to BLOCK_VECTORS embeddings under one key: see `embeddings.ts`. */
export interface EmbeddingBlock {
  readonly width: number;
  /** Row by row, so that a vector is never taken for another's. */
  readonly keys: readonly string[];
  /** float32 [keys, width]. */
  readonly values: ArrayBuffer;
}

/** A run without its checkpoint. */
export interface RunEntry {
  readonly record: RunRecord;
  readonly name: string;
  readonly sizes: PartSizes;
  /** Flat, [evaluations, CURVE_COLUMNS]. */
  readonly curve: Float64Array;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

export interface StoredRun extends RunEntry {
  /** Null when the run cannot be gone on with. */
  readonly checkpoint: Checkpoint | null;
}

export interface HeldoutSchema extends DBSchema {
  datasets: { key: string; value: DatasetHead };
  examples: { key: string; value: readonly Example[] };
  embeddingKeys: { key: number; value: readonly string[] };
  embeddingBlocks: { key: number; value: EmbeddingBlock };
  runs: { key: string; value: RunEntry & { readonly id: string; readonly datasetId: string }; indexes: { savedAt: number; datasetId: string } };
  checkpoints: { key: string; value: Checkpoint };
  looks: { key: [string, string]; value: Looks };
  settings: { key: string; value: unknown };
}

export type StoreName = StoreNames<HeldoutSchema>;

/** MIGRATIONS[v] turns a database of version v into one of v + 1. Shipped steps are never changed: append. */
const MIGRATIONS: readonly ((db: IDBPDatabase<HeldoutSchema>) => void)[] = [
  (db) => {
    db.createObjectStore('datasets', { keyPath: 'id' });
    db.createObjectStore('examples');
    db.createObjectStore('embeddingKeys');
    db.createObjectStore('embeddingBlocks');
    const runs = db.createObjectStore('runs', { keyPath: 'id' });
    runs.createIndex('savedAt', 'savedAt');
    runs.createIndex('datasetId', 'datasetId');
    db.createObjectStore('checkpoints');
    db.createObjectStore('looks');
    db.createObjectStore('settings');
  },
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings a database of `fromVersion` (0 = new) to SCHEMA_VERSION. Runs inside the upgrade transaction: all steps or none. */
export function migrate(db: IDBPDatabase<HeldoutSchema>, fromVersion: number): void {
  for (const step of MIGRATIONS.slice(fromVersion)) step(db);
}
