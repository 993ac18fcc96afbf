import { startBackend } from '../engine/backend.ts';
import { ENCODER_VERSION } from '../engine/encoder/version.ts';
import { onDeviceLost } from '../engine/webgpu-device.ts';
import type { Storage } from '../storage/storage.ts';
import { BACKEND_ASSETS, compiledKernel } from '../engine/browser-assets.ts';
import { trainersFor } from '../engine/trainer-factory.ts';
import { RunKeeper } from './run-keeper.ts';
import { runStorage } from './run-storage.ts';
import { TrainerService } from './trainer-service.ts';

/** The training service on this thread's real device, clock and storage. */
export function createTrainerService(storage: Storage): TrainerService {
  return new TrainerService({
    encoderVersion: ENCODER_VERSION,
    startBackend: (choice) => startBackend(choice, BACKEND_ASSETS),
    onDeviceLost: (callback) => void onDeviceLost(callback),
    trainersFor: (backend) => trainersFor(backend, compiledKernel),
    nowMs: () => performance.now(),
    newRunId: () => `run-${[...crypto.getRandomValues(new Uint32Array(3))].map((word) => word.toString(36)).join('')}`,
    keeper: (report) => new RunKeeper(runStorage(storage, () => Date.now()), report),
  });
}
