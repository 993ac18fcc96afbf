import { tableKeyPrefix, type TableEntry } from '../core/domain-table.ts';
import { together, type Database } from './database.ts';

/** Cells of leave-one-domain-out tables, each under a key of its own, so that finishing one does not write all anew. */
export class DomainTableStore {
  constructor(private readonly database: Database) {}

  /** All or none. @throws HeldoutError see `Database.transact`, as all here. */
  async putEntries(entries: ReadonlyMap<string, TableEntry>): Promise<void> {
    await this.database.transact(['domainTables'], 'readwrite', (tx) => {
      const tables = tx.objectStore('domainTables');
      return together([...entries].map(([key, entry]) => () => tables.put(entry, key)));
    });
  }

  /** Everything that is kept of a data set's tables. */
  async getEntries(datasetId: string): Promise<ReadonlyMap<string, TableEntry>> {
    const [keys, entries] = await this.database.transact(['domainTables'], 'readonly', (tx) => {
      const tables = tx.objectStore('domainTables');
      return Promise.all([tables.getAllKeys(tableEntriesOf(datasetId)), tables.getAll(tableEntriesOf(datasetId))]);
    });
    return new Map(keys.map((key, i) => [key, entries[i] as TableEntry]));
  }

  async deleteEntries(datasetId: string): Promise<void> {
    await this.database.transact(['domainTables'], 'readwrite', (tx) => tx.objectStore('domainTables').delete(tableEntriesOf(datasetId)));
  }
}

/** Keys of everything that is kept of a data set's tables. */
export function tableEntriesOf(datasetId: string): IDBKeyRange {
  const prefix = tableKeyPrefix(datasetId);
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
