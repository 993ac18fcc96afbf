import { approximateBytes } from '../core/approximate-bytes.ts';
import { groupsOf, type Dataset } from '../core/examples.ts';
import { together, type Database } from './database.ts';
import { tableEntriesOf } from './domain-tables.ts';
import type { DatasetHead } from './schema.ts';

/** Imported data sets. */
export class DatasetStore {
  constructor(private readonly database: Database) {}

  /** Stores or replaces. @param importedAt milliseconds since 1970. @throws HeldoutError see `Database.transact`, as all here. */
  async putDataset(dataset: Dataset, importedAt: number): Promise<void> {
    await this.database.transact(['datasets', 'examples'], 'readwrite', (tx) =>
      together([
        () => tx.objectStore('datasets').put(headOf(dataset, importedAt)),
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

  /** Newest first, without their rows. */
  async listDatasets(): Promise<DatasetHead[]> {
    const heads = await this.database.transact(['datasets'], 'readonly', (tx) => tx.objectStore('datasets').getAll());
    return heads.sort((a, b) => b.importedAt - a.importedAt);
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
export function headOf({ id, name, examples, labels, domains, hasDomains }: Dataset, importedAt: number): DatasetHead {
  return { id, name, labels, domains, hasDomains, rows: examples.length, importedAt, bytes: approximateBytes(examples) };
}
