import type { Looks } from '../protocol/trainer.ts';
import type { Database } from './database.ts';

/** The count of looks at each held-out domain of each data set. It only grows. */
export class LookStore {
  constructor(private readonly database: Database) {}

  /** Adds to the count, atomically over all tabs. @returns the new count. @throws HeldoutError see `Database.transact`. */
  addLooks(datasetId: string, domain: string, more: Looks): Promise<Looks> {
    return this.database.transact(['looks'], 'readwrite', async (tx) => {
      const looks = tx.objectStore('looks');
      const before = await looks.get([datasetId, domain]);
      const after = { evaluations: (before?.evaluations ?? 0) + more.evaluations, runs: (before?.runs ?? 0) + more.runs };
      await looks.put(after, [datasetId, domain]);
      return after;
    });
  }

  async getLooks(datasetId: string, domain: string): Promise<Looks> {
    const looks = await this.database.transact(['looks'], 'readonly', (tx) => tx.objectStore('looks').get([datasetId, domain]));
    return looks ?? { evaluations: 0, runs: 0 };
  }

  /** Of each domain of a data set that was looked at. */
  async listLooks(datasetId: string): Promise<ReadonlyMap<string, Looks>> {
    const [keys, looks] = await this.database.transact(['looks'], 'readonly', (tx) =>
      Promise.all([tx.objectStore('looks').getAllKeys(domainsOf(datasetId)), tx.objectStore('looks').getAll(domainsOf(datasetId))]),
    );
    return new Map(keys.map(([, domain], i) => [domain, looks[i] as Looks]));
  }
}

/** Keys of all domains of a data set: arrays of keys come after every text, so that an empty one ends the range. */
export function domainsOf(datasetId: string): IDBKeyRange {
  return IDBKeyRange.bound([datasetId], [datasetId, []]);
}
