import { wasmFolder } from '../../models/files.ts';
import type { TrainerEvent } from '../../src/protocol/trainer.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { tfjsTrainers } from '../../src/engine/trainer-factory.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { RunKeeper } from '../../src/worker/run-keeper.ts';
import { runStorage } from '../../src/worker/run-storage.ts';
import { TrainerService } from '../../src/worker/trainer-service.ts';
import { EventLog } from './trainer-events.ts';

export interface TestedService {
  readonly service: TrainerService;
  readonly events: EventLog;
  /** Tells the service that the device was lost. */
  loseDevice(): void;
  /** What happens while a backend is being started. */
  whileStarting: () => Promise<void>;
}

/**
 * The training service in Node as the worker wires it: real engine and storage. Only the clock is not real: each look at it finds
 * `msPerLook` gone, so that slices, reports and saves come at the same steps however busy the machine is.
 */
export async function startService(storage: Storage, { encoderVersion = 'test-encoder', msPerLook = 5, makeTrainer = tfjsTrainers } = {}): Promise<TestedService> {
  let nowMs = 0;
  let runs = 0;
  let lose = (): void => {};
  const events = new EventLog();
  const service = new TrainerService({
    encoderVersion,
    startBackend: async (choice) => {
      const info = await startBackend(choice, { wasmPaths: wasmFolder() });
      await tested.whileStarting();
      return info;
    },
    onDeviceLost: (callback) => {
      lose = callback;
    },
    trainersFor: async () => makeTrainer,
    nowMs: () => (nowMs += msPerLook),
    newRunId: () => `run ${++runs}`,
    keeper: (report) => new RunKeeper(runStorage(storage, () => nowMs), report),
  });
  const tested: TestedService = { service, events, loseDevice: () => lose(), whileStarting: async () => undefined };
  await service.listen((event: TrainerEvent) => events.add(event));
  await service.start('wasm');
  return tested;
}
