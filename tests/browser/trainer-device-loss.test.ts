import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { compiledKernel } from '../../src/engine/browser-assets.ts';
import { openTrainingDevice, type TrainingDevice } from '../../src/engine/population/webgpu/training-device.ts';
import { replay } from '../../src/engine/replay.ts';
import { startTrainerEngine, type EngineParts } from '../../src/engine/trainer-engine.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { RunKeeper } from '../../src/worker/run-keeper.ts';
import { runStorage } from '../../src/worker/run-storage.ts';
import { TrainerService } from '../../src/worker/trainer-service.ts';
import { FirstBranch } from '../support/first-branch.ts';
import { EventLog, joinChunks } from '../support/trainer-events.ts';
import { toyData, trainingData } from '../support/training-data.ts';

/** The training service on a real WebGPU device, which is lost in mid-training: no step may be lost or done twice. */

const toy = toyData();
const request: RunRequest = { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 2, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4, dropout: true, l2: true }, steps: 60 };

let devices: TrainingDevice[];
let databases = 0;

const parts: EngineParts = {
  compiledKernel,
  overWorkers: (local) => local,
  openTrainingDevice: async () => {
    const opened = await openTrainingDevice();
    devices.push(opened);
    return opened;
  },
};

async function start(): Promise<{ service: FirstBranch; events: EventLog }> {
  devices = [];
  let runs = 0;
  const storage = new Storage(`device-loss-${++databases}`);
  const events = new EventLog();
  const api = new TrainerService({
    encoderVersion: 'test-encoder',
    startEngine: (choice) => startTrainerEngine(choice, parts),
    nowMs: () => performance.now(),
    newRunId: () => `run ${++runs}`,
    keeper: (report) => new RunKeeper(runStorage(storage, () => Date.now()), report),
  });
  await api.listen((event) => events.add(event));
  expect((await api.start('webgpu')).name).toBe('webgpu');
  await api.setData(toy.dataset, toy.features.slice());
  return { service: new FirstBranch(api), events };
}

let undisturbed: readonly Float64Array[];

beforeAll(async () => {
  const { service, events } = await start();
  await service.newRun(request);
  const stopped = events.stopped();
  await service.train();
  const { record } = await stopped;
  expect(record.backends).toEqual([{ step: 0, backend: 'webgpu' }]);
  const { makePopulation } = await startTrainerEngine('webgpu', parts);
  undisturbed = await replay(record, trainingData(toy, [1, 2]), makePopulation);
  expect(joinChunks(events.progress)).toEqual(undisturbed[0]);
});

describe('on WebGPU', () => {
  test('a run whose device is destroyed in mid-training goes on from its last checkpoint, and ends with the curve of an undisturbed one', async () => {
    const { service, events } = await start();
    await service.setPace(60); // slow enough to be caught in the middle
    await service.newRun(request);
    const reached = events.nextProgress(({ step }) => step >= 15);
    await service.train();
    await reached;
    await service.pause(); // saves a checkpoint
    const moved = events.nextBackend();
    const stopped = events.nextProgress(({ running, step }) => !running && step === 60);
    await service.train();
    await events.nextProgress(({ running }) => running);
    devices[0]?.device.destroy();
    expect((await moved).info.name).toBe('webgpu');
    const last = await stopped;
    expect(devices).toHaveLength(2);
    expect(last.looks).toEqual({ evaluations: 7, runs: 1 });
    expect(joinChunks(events.progress)).toEqual(undisturbed[0]);
    expect(events.failures).toEqual([]);
  });

  test('Pause at any moment, also in mid-submission, loses no step and does none twice', async () => {
    const { service, events } = await start();
    await service.newRun(request);
    for (let pauses = 0; events.progress.at(-1)?.step !== 60; pauses++) {
      expect(pauses).toBeLessThan(200);
      await service.train();
      await new Promise((resolve) => setTimeout(resolve, 3 * pauses));
      await service.pause();
    }
    expect(joinChunks(events.progress)).toEqual(undisturbed[0]);
  });
});
