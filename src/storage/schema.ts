import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { SeedCurve } from '../core/bands.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { TableEntry } from '../core/domain-table.ts';
import type { DatasetOrigin } from '../core/dataset-origin.ts';
import type { Dataset, Example } from '../core/examples.ts';
import type { PartSizes } from '../core/curve.ts';
import { upgradeRecord, type RunRecord, type RunRecordV1, type RunRecordV2 } from '../core/run-record.ts';
import type { StoredDraft } from '../protocol/drafts.ts';
import type { Looks } from '../protocol/trainer.ts';

/** What the stores hold, and the steps that make them. */

/** A data set without its rows and what follows from them, so that a list of data sets does not read them all. */
export interface DatasetHead extends Omit<Dataset, 'examples' | 'groups'> {
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly importedAt: number;
  /** Of the rows, about; missing where an older page stored them. */
  readonly bytes?: number;
  /** Missing where it is not known, or an older page stored the data set. */
  readonly origin?: DatasetOrigin;
}

/** Up to BLOCK_VECTORS embeddings under one key: see `embeddings.ts`. */
export interface EmbeddingBlock {
  readonly width: number;
  /** Row by row, so that a vector is never taken for another's. */
  readonly keys: readonly string[];
  /** float32 [keys, width]. */
  readonly values: ArrayBuffer;
}

/** A branch of a run without its checkpoints. */
export interface RunEntry {
  readonly record: RunRecord;
  /** Id of the run that the branch belongs to. */
  readonly runId: string;
  /** Its place among the run's branches. */
  readonly order: number;
  readonly name: string;
  /** One a seed. */
  readonly heads: readonly SeedCurve[];
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** Steps at which the held-out domain was looked at beside the evaluations; missing for none. */
  readonly lookedAside?: readonly number[];
}

/** A branch as it lies in the database. */
export interface RunRow extends RunEntry {
  readonly id: string;
  readonly datasetId: string;
  /** Grows whenever its run is saved; missing where an older page saved it. */
  readonly revision?: number;
}

export interface StoredRun extends RunEntry {
  /** One a seed; none when the branch cannot be gone on with. */
  readonly checkpoints: readonly Checkpoint[];
}

/** A run as version 1 stored it. */
interface RunEntryV1 {
  readonly id: string;
  readonly datasetId: string;
  readonly record: RunRecordV1;
  readonly name: string;
  readonly sizes: PartSizes;
  readonly curve: Float64Array;
  readonly savedAt: number;
}

export interface HeldoutSchema extends DBSchema {
  datasets: { key: string; value: DatasetHead };
  examples: { key: string; value: readonly Example[] };
  embeddingKeys: { key: number; value: readonly string[] };
  embeddingBlocks: { key: number; value: EmbeddingBlock };
  runs: { key: string; value: RunRow; indexes: { savedAt: number; datasetId: string; runId: string } };
  checkpoints: { key: string; value: readonly Checkpoint[] };
  looks: { key: [string, string]; value: Looks };
  settings: { key: string; value: unknown };
  /** Times that a held-out domain's sealed half was revealed. */
  seals: { key: [string, string]; value: number };
  /** Cells of leave-one-domain-out tables: see `domain-tables.ts`. */
  domainTables: { key: string; value: TableEntry };
  /** Edits of a data set that are not saved as one yet, by the id of the data set that they are of: see `drafts.ts`. */
  drafts: { key: string; value: StoredDraft };
}

export type StoreName = StoreNames<HeldoutSchema>;

type Upgrade = IDBPTransaction<HeldoutSchema, StoreName[], 'versionchange'>;

/** MIGRATIONS[v] turns a database of version v into one of v + 1. Shipped steps are never changed: append. */
const MIGRATIONS: readonly ((db: IDBPDatabase<HeldoutSchema>, transaction: Upgrade) => void | Promise<void>)[] = [
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
  // Runs get branches and several seeds; reveals are counted; tables are kept.
  async (db, transaction) => {
    db.createObjectStore('seals');
    db.createObjectStore('domainTables');
    const runs = transaction.objectStore('runs');
    runs.createIndex('runId', 'runId');
    for (const old of (await runs.getAll()) as unknown as RunEntryV1[]) {
      const { id, datasetId, record, name, sizes, curve, savedAt } = old;
      await runs.put({ id, datasetId, record: upgradeRecord(record), runId: id, order: 0, name, heads: [{ curve, sizes }], savedAt });
    }
    const checkpoints = transaction.objectStore('checkpoints');
    for (const key of await checkpoints.getAllKeys()) {
      const old = (await checkpoints.get(key)) as unknown as Checkpoint;
      await checkpoints.put([old], key);
    }
  },
  // Records get a shape and augmented texts, and augmentation of embeddings becomes several knobs; edits in progress are kept.
  async (db, transaction) => {
    db.createObjectStore('drafts');
    const runs = transaction.objectStore('runs');
    for (const old of await runs.getAll()) await runs.put({ ...old, record: upgradeRecord(old.record as RunRecord | RunRecordV2) });
  },
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings a database of `fromVersion` (0 = new) to SCHEMA_VERSION. Runs inside the upgrade transaction: all steps or none. */
export async function migrate(db: IDBPDatabase<HeldoutSchema>, fromVersion: number, transaction: Upgrade): Promise<void> {
  for (const step of MIGRATIONS.slice(fromVersion)) await step(db, transaction);
}
