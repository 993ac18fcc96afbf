import { together, type Database, type Transaction } from './database.ts';
import type { RunEntry, StoredRun } from './schema.ts';

/** More runs are not kept: the oldest go. */
export const MAX_RUNS = 50;

/** Runs and where they stand. */
export class RunStore {
  constructor(private readonly database: Database) {}

  /** Stores or replaces the run of `run.record.id`, and drops the oldest beyond MAX_RUNS. @throws HeldoutError see `Database.transact`, as all here. */
  async saveRun({ checkpoint, record, name, sizes, curve, savedAt }: StoredRun): Promise<void> {
    const id = record.id;
    await this.database.transact(['runs', 'checkpoints'], 'readwrite', async (tx) => {
      const checkpoints = tx.objectStore('checkpoints');
      await together([
        () => tx.objectStore('runs').put({ id, datasetId: record.datasetId, record, name, sizes, curve, savedAt }),
        () => (checkpoint ? checkpoints.put(checkpoint, id) : checkpoints.delete(id)),
      ]);
      await prune(tx, id);
    });
  }

  async loadRun(id: string): Promise<StoredRun | undefined> {
    const [entry, checkpoint] = await this.database.transact(['runs', 'checkpoints'], 'readonly', (tx) =>
      Promise.all([tx.objectStore('runs').get(id), tx.objectStore('checkpoints').get(id)]),
    );
    return entry && { ...toEntry(entry), checkpoint: checkpoint ?? null };
  }

  /** Newest first, without checkpoints. @param datasetId only runs on this data set. */
  async listRuns(datasetId?: string): Promise<RunEntry[]> {
    const entries = await this.database.transact(['runs'], 'readonly', (tx) => {
      const runs = tx.objectStore('runs');
      return datasetId === undefined ? runs.getAll() : runs.index('datasetId').getAll(datasetId);
    });
    return entries.sort((a, b) => b.savedAt - a.savedAt).map(toEntry);
  }

  /** Gives a stored run another name; nothing happens when there is none of that id. */
  async renameRun(id: string, name: string): Promise<void> {
    await this.database.transact(['runs'], 'readwrite', async (tx) => {
      const runs = tx.objectStore('runs');
      const entry = await runs.get(id);
      if (entry) await runs.put({ ...entry, name });
    });
  }

  async deleteRun(id: string): Promise<void> {
    await this.database.transact(['runs', 'checkpoints'], 'readwrite', (tx) =>
      together([() => tx.objectStore('runs').delete(id), () => tx.objectStore('checkpoints').delete(id)]),
    );
  }
}

function toEntry({ record, name, sizes, curve, savedAt }: RunEntry): RunEntry {
  return { record, name, sizes, curve, savedAt };
}

async function prune(tx: Transaction<['runs', 'checkpoints'], 'readwrite'>, justSaved: string): Promise<void> {
  const runs = tx.objectStore('runs');
  if ((await runs.count()) <= MAX_RUNS) return;
  const oldestFirst = (await runs.index('savedAt').getAllKeys()).filter((id) => id !== justSaved);
  const surplus = oldestFirst.slice(0, oldestFirst.length + 1 - MAX_RUNS);
  await together(surplus.flatMap((id) => [() => runs.delete(id), () => tx.objectStore('checkpoints').delete(id)]));
}
