import { compiledKernel } from '../engine/browser-assets.ts';
import { ENCODER_VERSION } from '../engine/encoder/version.ts';
import { openTrainingDevice } from '../engine/population/webgpu/training-device.ts';
import { pooledPopulations } from '../engine/population/pooled-population.ts';
import { startTrainerEngine } from '../engine/trainer-engine.ts';
import type { TrainingServices } from '../protocol/training-services.ts';
import type { Storage } from '../storage/storage.ts';
import { DomainTableService } from './domain-table-service.ts';
import { startPopulationWorkers } from './population-workers.ts';
import { RunKeeper } from './run-keeper.ts';
import { runStorage } from './run-storage.ts';
import { SweepService } from './sweep-service.ts';
import { TrainerService } from './trainer-service.ts';

/** The training services on this thread's real device, clock and storage. */
export function createTrainingServices(storage: Storage): TrainingServices {
  const workers = startPopulationWorkers();
  const trainer = new TrainerService({
    encoderVersion: ENCODER_VERSION,
    startEngine: (choice) => startTrainerEngine(choice, { compiledKernel, openTrainingDevice, overWorkers: (local) => pooledPopulations(local, workers) }),
    nowMs: () => performance.now(),
    newRunId: () => `run-${[...crypto.getRandomValues(new Uint32Array(3))].map((word) => word.toString(36)).join('')}`,
    keeper: (report) => new RunKeeper(runStorage(storage, () => Date.now()), report),
  });
  const { study, keeper } = trainer;
  const domainTable = new DomainTableService({
    study,
    storage: storage.domainTables,
    markRevealed: async (datasetId, domains) => {
      for (const domain of domains) await keeper.addReveal(datasetId, domain);
    },
    addLooks: async (datasetId, domain, looks) => void (await keeper.addLooks(datasetId, domain, looks)),
  });
  const sweep = new SweepService({ ...study, countLooks: (datasetId, domain, add) => keeper.addLooks(datasetId, domain, add) });
  return { trainer, domainTable, sweep };
}
