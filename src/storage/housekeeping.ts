import { approximateBytes } from '../core/approximate-bytes.ts';
import { distinct } from '../core/examples.ts';
import type { DatasetUsage } from '../protocol/storage.ts';
import { together, type Database } from './database.ts';
import { tableEntriesOf } from './domain-tables.ts';
import type { StoreName } from './schema.ts';

/** Every store: what “everything” is. */
const ALL: readonly StoreName[] = ['datasets', 'examples', 'embeddingKeys', 'embeddingBlocks', 'runs', 'checkpoints', 'looks', 'settings', 'seals', 'domainTables', 'drafts'];

/** What takes how much, and what frees it. */
export class Housekeeping {
  constructor(private readonly database: Database) {}

  /** Of each data set that anything is kept of, newest first, then those whose rows are not kept. One value at a time is in memory. @throws HeldoutError see `Database.transact`, as all here. */
  async measureDatasets(): Promise<DatasetUsage[]> {
    const heads = (await this.database.transact(['datasets'], 'readonly', (tx) => tx.objectStore('datasets').getAll())).sort((a, b) => b.importedAt - a.importedAt);
    const rowBytes = new Map<string, number>();
    for (const { id, bytes } of heads) rowBytes.set(id, bytes ?? approximateBytes(await this.database.transact(['examples'], 'readonly', (tx) => tx.objectStore('examples').get(id))));
    const runs = await this.measureRuns();
    const tables = await this.measureTables();
    const drafts = await this.database.transact(['drafts'], 'readonly', async (tx) => {
      const [keys, values] = await Promise.all([tx.objectStore('drafts').getAllKeys(), tx.objectStore('drafts').getAll()]);
      return new Map(keys.map((key, i) => [key, approximateBytes(values[i])]));
    });
    const others = [...runs.keys(), ...tables.keys(), ...drafts.keys()];
    return distinct([...heads.map(({ id }) => id), ...others]).map((datasetId) => {
      const head = heads.find(({ id }) => id === datasetId);
      const own = runs.get(datasetId);
      return {
        datasetId,
        name: head?.name ?? null,
        rows: head?.rows ?? null,
        rowBytes: rowBytes.get(datasetId) ?? 0,
        runs: own?.runIds.size ?? 0,
        runBytes: own?.bytes ?? 0,
        tableBytes: tables.get(datasetId) ?? 0,
        draftBytes: drafts.get(datasetId) ?? 0,
      };
    });
  }

  /** Deletes a data set's runs and tables. The count of looks stays. */
  async deleteRuns(datasetId: string): Promise<void> {
    await this.database.transact(['runs', 'checkpoints', 'domainTables'], 'readwrite', async (tx) => {
      const ids = await tx.objectStore('runs').index('datasetId').getAllKeys(datasetId);
      await together([
        () => tx.objectStore('domainTables').delete(tableEntriesOf(datasetId)),
        ...ids.flatMap((id) => [() => tx.objectStore('runs').delete(id), () => tx.objectStore('checkpoints').delete(id)]),
      ]);
    });
  }

  /** Deletes edits in progress. */
  async deleteDraft(datasetId: string): Promise<void> {
    await this.database.transact(['drafts'], 'readwrite', (tx) => tx.objectStore('drafts').delete(datasetId));
  }

  /** Deletes all that is in the database, all at once. */
  async deleteEverything(): Promise<void> {
    await this.database.transact([...ALL], 'readwrite', (tx) => together(ALL.map((name) => () => tx.objectStore(name).clear())));
  }

  /** Runs by data set: curves and weights. */
  private async measureRuns(): Promise<Map<string, { readonly runIds: Set<string>; bytes: number }>> {
    return this.database.transact(['runs', 'checkpoints'], 'readonly', async (tx) => {
      const found = new Map<string, { readonly runIds: Set<string>; bytes: number }>();
      for (let cursor = await tx.objectStore('runs').openCursor(); cursor; cursor = await cursor.continue()) {
        const { id, datasetId, runId, record, heads } = cursor.value;
        const own = found.get(datasetId) ?? { runIds: new Set<string>(), bytes: 0 };
        own.runIds.add(runId);
        own.bytes += approximateBytes(record) + approximateBytes(heads) + approximateBytes(await tx.objectStore('checkpoints').get(id));
        found.set(datasetId, own);
      }
      return found;
    });
  }

  private async measureTables(): Promise<Map<string, number>> {
    return this.database.transact(['domainTables'], 'readonly', async (tx) => {
      const found = new Map<string, number>();
      for (let cursor = await tx.objectStore('domainTables').openCursor(); cursor; cursor = await cursor.continue()) {
        const [datasetId] = JSON.parse(cursor.key) as [string];
        found.set(datasetId, (found.get(datasetId) ?? 0) + approximateBytes(cursor.value));
      }
      return found;
    });
  }
}
