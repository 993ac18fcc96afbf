import { MAX_RUNS } from '../core/run-record.ts';
import { together, type Database } from './database.ts';
import type { RunEntry, RunRow, StoredRun } from './schema.ts';
import { overtakenByOtherTab } from './storage-errors.ts';

/** Runs, branch by branch, and where they stand. */
export class RunStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores the branches of one run, in one transaction, in place of what was stored of it; drops the oldest branches beyond MAX_RUNS.
   * @param after revision that the caller saved or loaded last, 0 for none: what another tab has saved since is not written over; null to write whatever is there
   * @returns the new revision. @throws HeldoutError 'storage-unavailable' when another tab was quicker; see `Database.transact`, as all here
   */
  async saveRun(branches: readonly StoredRun[], after: number | null = null): Promise<number> {
    const [first] = branches;
    if (!first) return after ?? 0;
    const ids = new Set(branches.map(({ record }) => record.id));
    return this.database.transact(['runs', 'checkpoints'], 'readwrite', async (tx) => {
      const stores = { runs: tx.objectStore('runs'), checkpoints: tx.objectStore('checkpoints') };
      const { runs } = stores;
      const stored = await runs.index('runId').getAllKeys(first.runId);
      const before = stored[0] === undefined ? null : revisionOf(await runs.get(stored[0]));
      if (before !== null && after !== null && before !== after) throw overtakenByOtherTab();
      const revision = (before ?? after ?? 0) + 1;
      const gone = stored.filter((id) => !ids.has(id));
      await together([
        ...gone.flatMap((id) => [() => runs.delete(id), () => tx.objectStore('checkpoints').delete(id)]),
        ...putBranches(stores, branches, revision),
      ]);
      await prune(stores, ids);
      return revision;
    });
  }

  /** The run's branches in their order; none when it is not stored. */
  async loadRun(runId: string): Promise<StoredRun[]> {
    return (await this.loadRevision(runId)).branches;
  }

  /** The run's branches in their order, and the revision that they are of; none and 0 when it is not stored. */
  async loadRevision(runId: string): Promise<{ readonly branches: StoredRun[]; readonly revision: number }> {
    return this.database.transact(['runs', 'checkpoints'], 'readonly', async (tx) => {
      const entries = await tx.objectStore('runs').index('runId').getAll(runId);
      const checkpoints = await Promise.all(entries.map(({ id }) => tx.objectStore('checkpoints').get(id)));
      const branches = entries.map((entry, i) => ({ ...toEntry(entry), checkpoints: checkpoints[i] ?? [] })).sort((a, b) => a.order - b.order);
      return { branches, revision: revisionOf(entries[0]) };
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

function toEntry({ record, runId, order, name, heads, savedAt, lookedAside = [] }: RunEntry): RunEntry {
  return { record, runId, order, name, heads, savedAt, ...(lookedAside.length > 0 && { lookedAside }) };
}

/** 0 for a run that is not stored, or was stored by an older page. */
export function revisionOf(row: RunRow | undefined): number {
  return row?.revision ?? 0;
}

/** Where runs are written, in whatever transaction. */
export interface RunStores {
  readonly runs: {
    put(entry: RunRow): Promise<unknown>;
    delete(id: string): Promise<void>;
    count(): Promise<number>;
    index(name: 'savedAt'): { getAllKeys(): Promise<string[]> };
  };
  readonly checkpoints: { put(checkpoints: StoredRun['checkpoints'], id: string): Promise<unknown>; delete(id: string): Promise<void> };
}

/** Requests that store the branches of a run. */
export function putBranches({ runs, checkpoints }: RunStores, branches: readonly StoredRun[], revision: number): (() => Promise<unknown>)[] {
  return branches.flatMap(({ checkpoints: own, ...entry }) => [
    () => runs.put({ id: entry.record.id, datasetId: entry.record.datasetId, revision, ...toEntry(entry) }),
    () => checkpoints.put(own, entry.record.id),
  ]);
}

/** Drops the oldest branches beyond MAX_RUNS, never one of `justSaved`. */
export async function prune({ runs, checkpoints }: RunStores, justSaved: ReadonlySet<string>): Promise<void> {
  const count = await runs.count();
  if (count <= MAX_RUNS) return;
  const oldestFirst = (await runs.index('savedAt').getAllKeys()).filter((id) => !justSaved.has(id));
  await together(oldestFirst.slice(0, count - MAX_RUNS).flatMap((id) => [() => runs.delete(id), () => checkpoints.delete(id)]));
}
