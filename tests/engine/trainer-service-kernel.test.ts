import 'fake-indexeddb/auto';
import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { replay } from '../../src/engine/run.ts';
import type { TrainerFactory } from '../../src/engine/trainer-factory.ts';
import { trainersFor, tfjsTrainers } from '../../src/engine/trainer-factory.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { joinChunks } from '../support/trainer-events.ts';
import { startService } from '../support/trainer-service.ts';
import { startEngine } from '../support/trainers.ts';
import { toyData, trainingData } from '../support/training-data.ts';

/** The training service as the page has it on WebAssembly: with our own kernel. */

const toy = toyData();
const request: RunRequest = { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, knobs: { ...DEFAULT_KNOBS, batchSize: 4, dropout: true, augmentation: true }, steps: 300 };
let makeTrainer: TrainerFactory;

beforeAll(async () => {
  makeTrainer = await startEngine('our kernel');
});

async function start(storage: Storage) {
  const started = await startService(storage, { makeTrainer });
  await started.service.setData(toy.dataset, toy.features.slice());
  return started;
}

test('our kernel trains where WebAssembly computes, tfjs elsewhere', async () => {
  const kernel = async () => expect.fail('the kernel is not needed');
  expect(await trainersFor('webgpu', kernel)).toBe(tfjsTrainers);
  expect(await trainersFor('cpu', kernel)).toBe(tfjsTrainers);
});

test('a run with a knob turned while it trains is replayed from its record to the bit', async () => {
  const { service, events } = await start(new Storage('kernel-replay'));
  await service.newRun(request);
  const stopped = events.stopped();
  await service.train();
  await service.change('l2', true);
  const last = await stopped;
  expect(last.step).toBe(300);
  expect(joinChunks(events.progress)).toEqual(await replay(last.record, trainingData(toy), makeTrainer));
});

test('a run that is paused, reopened and gone on with ends as if nothing had happened', async () => {
  const storage = new Storage('kernel-reopen');
  const first = await start(storage);
  const { record } = await first.service.newRun(request);
  await first.service.train();
  await first.service.pause();
  const second = await start(storage);
  const reopened = await second.service.openRun(record.id);
  expect(reopened?.record).toEqual({ ...record, backends: [{ step: 0, backend: 'wasm' }] });
  const stopped = second.events.stopped();
  await second.service.train();
  const last = await stopped;
  expect((await storage.runs.loadRun(record.id))?.curve).toEqual(await replay(last.record, trainingData(toy), makeTrainer));
});
