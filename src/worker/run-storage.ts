import type { Storage } from '../storage/storage.ts';
import type { RunStorage } from './run-keeper.ts';

/** Runs, looks and reveals in the page's storage. @param dateMs milliseconds since 1970, to tell newer runs from older ones */
export function runStorage(storage: Storage, dateMs: () => number): RunStorage {
  return {
    saveRun: (runId, branches) => storage.runs.saveRun(branches.map((branch, order) => ({ ...branch, runId, order, savedAt: dateMs() }))),
    loadRun: async (runId) => (await storage.runs.loadRun(runId)).filter(({ checkpoints }) => checkpoints.length > 0),
    addLooks: (datasetId, domain, add) => storage.looks.addLooks(datasetId, domain, add),
    getLooks: (datasetId, domain) => storage.looks.getLooks(datasetId, domain),
    addReveal: (datasetId, domain) => storage.seals.addReveal(datasetId, domain),
    getReveals: (datasetId, domain) => storage.seals.getReveals(datasetId, domain),
  };
}
