import * as tf from '@tensorflow/tfjs';
import { deleteDB } from 'idb';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_KNOBS, type EffectiveKnobs } from '../../src/core/knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { BACKEND_ASSETS } from '../../src/engine/browser-assets.ts';
import { HeadTrainer } from '../../src/engine/trainer.ts';
import { gpuDevice } from '../../src/engine/webgpu-device.ts';
import type { BackendChoice } from '../../src/protocol/progress.ts';
import { Storage } from '../../src/storage/storage.ts';
import { createTrainerService } from '../../src/worker/create-trainer-service.ts';
import { difference, norm, relativeDistance } from '../support/norms.ts';
import { stepsOf } from '../support/runs.ts';
import { parametersOf } from '../support/tensors.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { EventLog, joinChunks } from '../support/trainer-events.ts';

/** Real WebGPU, by a software imitation of a graphics processor: tiny data. */

const toy = toyData({ rows: [10, 8, 6] });
const ALL_ON: EffectiveKnobs = { learningRate: 0.01, dropoutRate: 0.4, l2Strength: 0.02, noiseNorm: 0.3, mixupAlpha: 0.3, batchSize: 4 };

describe('ten steps on WebGPU', () => {
  test.each([{ kind: 'linear' }, { kind: 'hidden', width: 8 }] as const)('with all knobs on agree with those on WebAssembly: a $kind head', async (head: HeadSpec) => {
    const data = trainingData(toy);
    const tenSteps = async (choice: BackendChoice) => {
      expect(await startBackend(choice, BACKEND_ASSETS)).toMatchObject({ name: choice });
      const tensors = tf.memory().numTensors;
      const trainer = new HeadTrainer(data, head, 1);
      const start = parametersOf(await trainer.checkpoint());
      for (let i = 0; i < 10; i++) trainer.trainStep(ALL_ON);
      const end = parametersOf(await trainer.checkpoint());
      const { scores } = await trainer.evaluate();
      const prediction = await trainer.predict(toy.features.slice(0, data.width));
      trainer.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
      return { start, end, scores, prediction };
    };
    const wasm = await tenSteps('wasm');
    const gpu = await tenSteps('webgpu');
    expect(gpu.start).toEqual(wasm.start);
    const update = difference(wasm.end, wasm.start);
    expect(norm(update)).toBeGreaterThan(0.1);
    expect(relativeDistance(gpu.end, wasm.end, update)).toBeLessThanOrEqual(1e-3);
    for (const part of ['train', 'validation', 'heldOut'] as const) expect(gpu.scores[part].lossMean, part).toBeCloseTo(wasm.scores[part].lossMean, 4);
    gpu.prediction.forEach((p, c) => expect(p).toBeCloseTo(wasm.prediction[c] as number, 4));
  });
});

describe('when the graphics device is lost', () => {
  const name = 'test-trainer-webgpu';
  const storage = new Storage(name);
  // One for all tests, as in the worker: each service looks after the device, and none can be told to stop.
  const service = createTrainerService(storage);
  let tensorsBefore = 0;

  beforeAll(async () => {
    expect(await service.start('webgpu')).toMatchObject({ name: 'webgpu' });
    tensorsBefore = tf.memory().numTensors;
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  afterAll(async () => {
    await storage.close();
    await deleteDB(name);
  });

  /** A paused run of 30 steps, with a looks count of its own. */
  async function startRun(seed: number) {
    const toy = toyData({ seed, rows: [10, 8, 6] });
    const events = new EventLog();
    await service.listen((event) => events.add(event));
    await service.setData(toy.dataset, toy.features.slice());
    const { record } = await service.newRun({ heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 30 });
    const savedStep = async (): Promise<number> => (await storage.runs.loadRun(record.id))?.checkpoint?.step ?? 0;
    const endRun = async (): Promise<void> => {
      await service.setData(toy.dataset, toy.features.slice());
      expect(tf.memory().numTensors).toBe(tensorsBefore);
    };
    return { events, savedStep, endRun };
  }

  function loseDevice(): void {
    const device = gpuDevice()?.device;
    expect(device).toBeDefined();
    device?.destroy();
  }

  /** Loses it while something is being read from it: the read fails before the loss is known. */
  function loseDeviceInMidRead(): void {
    const mapAsync = Reflect.get(GPUBuffer.prototype, 'mapAsync') as GPUBuffer['mapAsync'];
    vi.spyOn(GPUBuffer.prototype, 'mapAsync').mockImplementationOnce(function (this: GPUBuffer, ...args: Parameters<GPUBuffer['mapAsync']>) {
      const reading = mapAsync.apply(this, args);
      loseDevice();
      return reading;
    });
  }

  /** Evaluations at 0, 10, 20, 30, each once, with sensible numbers. */
  function expectWholeCurve(curve: Float64Array): void {
    expect(stepsOf(curve)).toEqual([0, 10, 20, 30]);
    expect(curve.every((value) => Number.isFinite(value))).toBe(true);
    const firstLoss = curve[2] as number;
    const lastLoss = curve[curve.length - 8] as number;
    expect(lastLoss).toBeGreaterThan(0);
    expect(lastLoss).toBeLessThan(firstLoss);
  }

  test.each([
    ['in mid-training', 1, loseDevice],
    ['in the middle of a read', 2, loseDeviceInMidRead],
  ])('%s, training goes on from the last checkpoint and finishes, and no tensor is left behind', async (_, seed, lose) => {
    const { events, savedStep, endRun } = await startRun(seed);
    const tensors = tf.memory().numTensors;
    const reached = events.nextProgress(({ step }) => step >= 12);
    await service.train();
    await reached;
    await service.change('dropout', true); // brings a save
    await expect.poll(savedStep, { timeout: 60_000 }).toBeGreaterThanOrEqual(12);
    expect(events.progress.at(-1)).toMatchObject({ running: true });

    const ended = events.nextProgress(({ step, running }) => step === 30 && !running);
    const moved = events.nextBackend();
    lose();
    const { info, notice } = await moved;
    expect(info.name).toBe('webgpu');
    const from = Number(/^The graphics device was lost\. Training goes on from step (\d+)\.$/.exec(notice)?.[1]);
    expect(from).toBeGreaterThanOrEqual(12);
    expect(from).toBeLessThan(30);
    const last = await ended;
    const afterLoss = events.all.slice(events.all.findIndex(({ type }) => type === 'backend') + 1);
    expect(afterLoss[0]).toMatchObject({ type: 'progress', step: from, running: true, chunkFrom: 0 });
    expectWholeCurve(joinChunks(events.progress));
    expect(last.record.log).toHaveLength(1);
    expect(last.looks).toEqual({ evaluations: 4, runs: 1 });
    expect(events.failures).toEqual([]);
    expect(await savedStep()).toBe(30);
    expect(tf.memory().numTensors).toBe(tensors);

    await endRun();
  });

  test('while paused, the run waits at its step, and can go on', async () => {
    const { events, savedStep, endRun } = await startRun(3);
    const tensors = tf.memory().numTensors;
    const reached = events.nextProgress(({ step }) => step >= 12);
    await service.train();
    await reached;
    await service.pause();
    const paused = events.progress.at(-1);
    expect(paused).toMatchObject({ running: false });
    expect(await savedStep()).toBe(paused?.step);

    for (let times = 0; times < 2; times++) {
      const moved = events.nextBackend();
      const restored = events.nextProgress();
      loseDevice();
      expect(await moved).toMatchObject({ info: { name: 'webgpu' }, notice: `The graphics device was lost. Training can go on from step ${paused?.step}.` });
      expect(await restored).toMatchObject({ step: paused?.step, running: false, chunkFrom: 0 });
      expect(joinChunks(events.progress)).toEqual(joinChunks(events.progress.slice(0, -1)));
      expect(tf.memory().numTensors).toBe(tensors);
    }

    const ended = events.stopped();
    await service.train();
    expect(await ended).toMatchObject({ step: 30, looks: { evaluations: 4, runs: 1 } });
    expectWholeCurve(joinChunks(events.progress));
    expect(events.failures).toEqual([]);
    await endRun();
  });

  test('as Pause is pressed, the run is paused and can go on', async () => {
    const { events, endRun } = await startRun(4);
    const reached = events.nextProgress(({ step }) => step >= 5);
    await service.train();
    await reached;
    const moved = events.nextBackend();
    loseDevice();
    const pausing = service.pause();
    await moved;
    await pausing;
    const ended = events.nextProgress(({ step, running }) => step === 30 && !running);
    await service.train();
    await ended;
    expectWholeCurve(joinChunks(events.progress));
    await endRun();
  });
});
