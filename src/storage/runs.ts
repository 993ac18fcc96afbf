import { together, type Database, type Transaction } from './database.ts';
import type { RunEntry, StoredRun } from './schema.ts';

/** More branches of runs are not kept: the oldest go. */
export const MAX_RUNS = 50;

/** Runs, branch by branch, and where they stand. */
export class RunStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores the branches of one run, in one transaction, in place of what was stored of it; drops the oldest branches beyond MAX_RUNS.
   * @throws HeldoutError see `Database.transact`, as all here.
   */
  async saveRun(branches: readonly StoredRun[]): Promise<void> {
    const [first] = branches;
    if (!first) return;
    const ids = new Set(branches.map(({ record }) => record.id));
    await this.database.transact(['runs', 'checkpoints'], 'readwrite', async (tx) => {
      const runs = tx.objectStore('runs');
      const gone = (await runs.index('runId').getAllKeys(first.runId)).filter((id) => !ids.has(id));
      await together([
        ...gone.flatMap((id) => [() => runs.delete(id), () => tx.objectStore('checkpoints').delete(id)]),
        ...branches.flatMap(({ checkpoints, ...entry }) => [
          () => runs.put({ id: entry.record.id, datasetId: entry.record.datasetId, ...toEntry(entry) }),
          () => tx.objectStore('checkpoints').put(checkpoints, entry.record.id),
        ]),
      ]);
      await prune(tx, ids);
    });
  }

  /** The run's branches in their order; none when it is not stored. */
  async loadRun(runId: string): Promise<StoredRun[]> {
    return this.database.transact(['runs', 'checkpoints'], 'readonly', async (tx) => {
      const entries = await tx.objectStore('runs').index('runId').getAll(runId);
      const checkpoints = await Promise.all(entries.map(({ id }) => tx.objectStore('checkpoints').get(id)));
      return entries.map((entry, i) => ({ ...toEntry(entry), checkpoints: checkpoints[i] ?? [] })).sort((a, b) => a.order - b.order);
    });
  }

  /** Newest first, without checkpoints. @param datasetId only branches on this data set. */
  async listRuns(datasetId?: string): Promise<RunEntry[]> {
    const entries = await this.database.transact(['runs'], 'readonly', (tx) => {
      const runs = tx.objectStore('runs');
      return datasetId === undefined ? runs.getAll() : runs.index('datasetId').getAll(datasetId);
    });
    return entries.sort((a, b) => b.savedAt - a.savedAt).map(toEntry);
  }

  /** Deletes a run with all its branches. */
  async deleteRun(runId: string): Promise<void> {
    await this.database.transact(['runs', 'checkpoints'], 'readwrite', async (tx) => {
      const ids = await tx.objectStore('runs').index('runId').getAllKeys(runId);
      await together(ids.flatMap((id) => [() => tx.objectStore('runs').delete(id), () => tx.objectStore('checkpoints').delete(id)]));
    });
  }
}

function toEntry({ record, runId, order, name, heads, savedAt }: RunEntry): RunEntry {
  return { record, runId, order, name, heads, savedAt };
}

async function prune(tx: Transaction<['runs', 'checkpoints'], 'readwrite'>, justSaved: ReadonlySet<string>): Promise<void> {
  const runs = tx.objectStore('runs');
  const count = await runs.count();
  if (count <= MAX_RUNS) return;
  const oldestFirst = (await runs.index('savedAt').getAllKeys()).filter((id) => !justSaved.has(id));
  await together(oldestFirst.slice(0, count - MAX_RUNS).flatMap((id) => [() => runs.delete(id), () => tx.objectStore('checkpoints').delete(id)]));
}
