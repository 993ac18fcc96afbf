import type { Storage } from '../storage/storage.ts';
import { InTurn } from './in-turn.ts';
import type { RunStorage } from './run-keeper.ts';

/** Runs, looks and reveals in the page's storage. What another tab has saved of a run since it was loaded is never written over. @param dateMs milliseconds since 1970, to tell newer runs from older ones */
export function runStorage(storage: Storage, dateMs: () => number): RunStorage {
  /** Of each run, the revision that this thread saved or loaded last. */
  const revisions = new Map<string, number>();
  const writes = new InTurn();
  return {
    saveRun: (runId, branches) =>
      writes.run(async () => {
        const stored = branches.map((branch, order) => ({ ...branch, runId, order, savedAt: dateMs() }));
        revisions.set(runId, await storage.runs.saveRun(stored, revisions.get(runId) ?? 0));
      }),
    loadRun: (runId) =>
      writes.run(async () => {
        const { branches, revision } = await storage.runs.loadRevision(runId);
        revisions.set(runId, revision);
        return branches.filter(({ checkpoints }) => checkpoints.length > 0);
      }),
    addLooks: (datasetId, domain, add) => storage.looks.addLooks(datasetId, domain, add),
    getLooks: (datasetId, domain) => storage.looks.getLooks(datasetId, domain),
    addReveals: (datasetId, domain, times) => storage.seals.addReveal(datasetId, domain, times),
    getReveals: (datasetId, domain) => storage.seals.getReveals(datasetId, domain),
  };
}
