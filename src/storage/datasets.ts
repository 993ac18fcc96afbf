import { approximateBytes } from '../core/approximate-bytes.ts';
import type { DatasetOrigin } from '../core/dataset-origin.ts';
import { groupsOf, type Dataset } from '../core/examples.ts';
import { together, type Database } from './database.ts';
import { tableEntriesOf } from './domain-tables.ts';
import type { DatasetHead } from './schema.ts';

/** Imported data sets. */
export class DatasetStore {
  constructor(private readonly database: Database) {}

  /** Stores or replaces. @param importedAt milliseconds since 1970. @throws HeldoutError see `Database.transact`, as all here. */
  async putDataset(dataset: Dataset, importedAt: number, origin: DatasetOrigin | null = null): Promise<void> {
    await this.database.transact(['datasets', 'examples'], 'readwrite', (tx) =>
      together([
        () => tx.objectStore('datasets').put(headOf(dataset, importedAt, origin)),
        () => tx.objectStore('examples').put(dataset.examples, dataset.id),
      ]),
    );
  }

  async getDataset(id: string): Promise<Dataset | undefined> {
    const [head, examples] = await this.database.transact(['datasets', 'examples'], 'readonly', (tx) =>
      Promise.all([tx.objectStore('datasets').get(id), tx.objectStore('examples').get(id)]),
    );
    if (!head || !examples) return undefined;
    return { id: head.id, name: head.name, examples, labels: head.labels, domains: head.domains, groups: groupsOf(examples), hasDomains: head.hasDomains };
  }

  /** How a data set came about; null where that is not known. */
  async getOrigin(id: string): Promise<DatasetOrigin | null> {
    const head = await this.database.transact(['datasets'], 'readonly', (tx) => tx.objectStore('datasets').get(id));
    return head?.origin ?? null;
  }

  /** Newest first, without their rows. */
  async listDatasets(): Promise<DatasetHead[]> {
    const heads = await this.database.transact(['datasets'], 'readonly', (tx) => tx.objectStore('datasets').getAll());
    return heads.sort((a, b) => b.importedAt - a.importedAt);
  }

  /**
   * Deletes a data set that a remedy made and of which nothing was made since: no run, no table, no draft of edits, no other data set.
   * @returns whether it was one
   */
  async deleteUnused(id: string): Promise<boolean> {
    return this.database.transact(['datasets', 'examples', 'runs', 'domainTables', 'drafts'], 'readwrite', async (tx) => {
      const heads = await tx.objectStore('datasets').getAll();
      if (heads.find((head) => head.id === id)?.origin?.kind !== 'remedy') return false;
      if (heads.some(({ origin }) => origin?.kind === 'remedy' && origin.from === id)) return false;
      const uses = await Promise.all([tx.objectStore('runs').index('datasetId').count(id), tx.objectStore('domainTables').count(tableEntriesOf(id)), tx.objectStore('drafts').count(id)]);
      if (uses.some((count) => count > 0)) return false;
      await together([() => tx.objectStore('datasets').delete(id), () => tx.objectStore('examples').delete(id)]);
      return true;
    });
  }

  /**
   * Deletes a data set, its runs, its tables and the draft of edits of it. The count of looks stays: the same data, imported again, has been looked at.
   */
  async deleteDataset(id: string): Promise<void> {
    await this.database.transact(['datasets', 'examples', 'runs', 'checkpoints', 'domainTables', 'drafts'], 'readwrite', async (tx) => {
      const runs = tx.objectStore('runs');
      const runIds = await runs.index('datasetId').getAllKeys(id);
      await together([
        () => tx.objectStore('datasets').delete(id),
        () => tx.objectStore('examples').delete(id),
        () => tx.objectStore('domainTables').delete(tableEntriesOf(id)),
        () => tx.objectStore('drafts').delete(id),
        ...runIds.flatMap((run) => [() => runs.delete(run), () => tx.objectStore('checkpoints').delete(run)]),
      ]);
    });
  }
}

/** What is stored of a data set beside its rows. @param importedAt milliseconds since 1970 */
export function headOf({ id, name, examples, labels, domains, hasDomains }: Dataset, importedAt: number, origin: DatasetOrigin | null = null): DatasetHead {
  return { id, name, labels, domains, hasDomains, rows: examples.length, importedAt, bytes: approximateBytes(examples), ...(origin && { origin }) };
}
