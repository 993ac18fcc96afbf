import type { Storage } from '../storage/storage.ts';
import type { RunStorage } from './run-keeper.ts';

/** Runs and looks in the page's storage. @param dateMs milliseconds since 1970, to tell newer runs from older ones */
export function runStorage(storage: Storage, dateMs: () => number): RunStorage {
  return {
    saveRun: (run) => storage.runs.saveRun({ ...run, name: '', savedAt: dateMs() }),
    loadRun: async (id) => {
      const stored = await storage.runs.loadRun(id);
      return stored?.checkpoint ? { ...stored, checkpoint: stored.checkpoint } : undefined;
    },
    addLooks: (datasetId, domain, add) => storage.looks.addLooks(datasetId, domain, add),
    getLooks: (datasetId, domain) => storage.looks.getLooks(datasetId, domain),
  };
}
