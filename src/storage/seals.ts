import type { Database } from './database.ts';
import { domainsOf } from './looks.ts';

/** How often the sealed half of each held-out domain of each data set has been revealed. It only grows. */
export class SealStore {
  constructor(private readonly database: Database) {}

  /** Counts one more reveal, or several, atomically over all tabs. @returns the new count. @throws HeldoutError see `Database.transact`. */
  addReveal(datasetId: string, domain: string, times = 1): Promise<number> {
    return this.database.transact(['seals'], 'readwrite', async (tx) => {
      const seals = tx.objectStore('seals');
      const after = ((await seals.get([datasetId, domain])) ?? 0) + times;
      await seals.put(after, [datasetId, domain]);
      return after;
    });
  }

  async getReveals(datasetId: string, domain: string): Promise<number> {
    return (await this.database.transact(['seals'], 'readonly', (tx) => tx.objectStore('seals').get([datasetId, domain]))) ?? 0;
  }

  /** Of each domain of a data set whose sealed half was revealed. */
  async listReveals(datasetId: string): Promise<ReadonlyMap<string, number>> {
    const [keys, reveals] = await this.database.transact(['seals'], 'readonly', (tx) =>
      Promise.all([tx.objectStore('seals').getAllKeys(domainsOf(datasetId)), tx.objectStore('seals').getAll(domainsOf(datasetId))]),
    );
    return new Map(keys.map(([, domain], i) => [domain, reveals[i] as number]));
  }
}
