import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { curveLength } from '../../src/core/curve.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { WasmPopulation } from '../../src/engine/population/wasm-population.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { storedFirst } from '../support/first-branch.ts';
import { fillDisk } from '../support/full-disk.ts';
import { replayed } from '../support/replayed.ts';
import { stepsOf } from '../support/runs.ts';
import { toyData, trainingData, type Toy } from '../support/training-data.ts';
import { joinChunks } from '../support/trainer-events.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';

/** A real engine (our kernel) and the real storage, on an imitation of IndexedDB. */

const toy = toyData();
const otherToy = toyData({ seed: 2, rows: [12, 10, 8, 9], classes: 3, width: 12 });

let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`trainer-service-${++databases}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
});

function request(changes: Partial<RunRequest> = {}): RunRequest {
  return { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 300, ...changes };
}

async function startOn({ dataset, features }: Toy, options: Parameters<typeof startService>[1] = {}): Promise<TestedService> {
  const started = await startService(storage, options);
  await started.service.setData(dataset, features.slice());
  return started;
}

/** Trains until the run stops by itself. */
async function trainToTheEnd({ service, events }: TestedService) {
  const stopped = events.stopped();
  await service.train();
  return stopped;
}

/** Trains until the first report at or after `step`, and leaves it training. */
async function trainTo({ service, events }: TestedService, step: number) {
  const reached = events.nextProgress((event) => event.step >= step);
  await service.train();
  return reached;
}

/** Time for whatever is still going on to show itself. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('a run', () => {
  test('starts paused, with its split and nothing on its curve', async () => {
    const { service, events } = await startOn(toy);
    const snapshot = await service.newRun(request());
    const split = trainingData(toy).splits[0] ?? expect.fail('no split');
    expect(snapshot).toMatchObject({ step: 0, looks: { evaluations: 0, runs: 0 }, record: { datasetId: toy.dataset.id, encoderVersion: 'test-encoder', seed: 1, log: [], backends: [{ step: 0, backend: 'wasm' }] } });
    expect(snapshot.curve).toHaveLength(0);
    expect(snapshot.split).toMatchObject({
      heldOutDomain: 'domain 2',
      trainDomains: split.trainDomains.map((name, i) => ({ name, rows: split.train[i]?.length })),
      validation: split.validation.length,
      watched: split.watched.length,
      sealed: split.sealed.length,
    });
    await settle();
    expect(events.all).toEqual([]);
  });

  test('trains to its end, and what is reported on the way joins to the whole curve', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request());
    const last = await trainToTheEnd(tested);
    const { progress, failures } = tested.events;
    expect(failures).toEqual([]);
    expect(last).toMatchObject({ step: 300, running: false });
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.slice(0, -1).every(({ running, step }) => running && step < 300)).toBe(true);
    const curve = joinChunks(progress);
    progress.forEach(({ chunkFrom }, i) => expect(chunkFrom).toBe(curveLength(joinChunks(progress.slice(0, i)))));
    expect(stepsOf(curve)).toEqual(Array.from({ length: 31 }, (_, i) => 10 * i));
    expect(curve).toEqual(await replayed(last.record, trainingData(toy)));
    expect(await storedFirst(storage, 'run 1')).toMatchObject({ record: last.record, curve, checkpoint: { step: 300 } });
  });

  test('that is paused does no more steps and is saved where it stands', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20_000 }));
    await trainTo(tested, 20);
    await tested.service.pause();
    const reports = tested.events.progress.length;
    const last = tested.events.progress.at(-1);
    expect(last).toMatchObject({ running: false });
    expect(last?.step).toBeGreaterThanOrEqual(20);
    expect(last?.step).toBeLessThan(20_000);
    const saved = await storedFirst(storage, 'run 1');
    expect(saved).toMatchObject({ record: last?.record, checkpoint: { step: last?.step } });
    expect(saved?.curve).toEqual(joinChunks(tested.events.progress));
    await settle();
    expect(tested.events.progress).toHaveLength(reports);
    await tested.service.pause(); // again: harmless
    expect(tested.events.failures).toEqual([]);
  });

  test('takes up a knob changed in mid-training at its next step, and says so in its record', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 400 }));
    const { step: reported } = await trainTo(tested, 20);
    const stopped = tested.events.stopped();
    const record = await tested.service.change('noise', true);
    expect(record.log).toEqual([{ step: reported, knob: 'noise', value: true }]);
    const last = await stopped;
    expect(last.record.log).toEqual(record.log);
    const curve = joinChunks(tested.events.progress);
    expect(curve).toEqual(await replayed(last.record, trainingData(toy)));
    expect(curve).not.toEqual(await replayed({ ...last.record, log: [] }, trainingData(toy)));
    expect((await storedFirst(storage, 'run 1'))?.record.log).toEqual(record.log);
  });

  test('saves a knob changed while it is paused', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request());
    for (let i = 0; i < 3; i++) await tested.service.stepOnce();
    const record = await tested.service.change('l2', true);
    expect(record.log).toEqual([{ step: 3, knob: 'l2', value: true }]);
    await vi.waitFor(async () => expect((await storedFirst(storage, 'run 1'))?.record.log).toEqual(record.log));
  });

  test('refuses a knob out of range with an error for the page, and keeps its record', async () => {
    const { service } = await startOn(toy);
    await service.newRun(request());
    await service.stepOnce();
    const refused = service.change('learningRate', 3);
    await expect(refused).rejects.toBeInstanceOf(HeldoutError);
    await expect(refused).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('Learning rate') as string });
    expect((await service.change('dropout', true)).log).toEqual([{ step: 1, knob: 'dropout', value: true }]);
  });

  test('goes one step at a time when told to, and stops training for it', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 12 }));
    const steps: number[] = [];
    for (let i = 0; i < 14; i++) {
      await tested.service.stepOnce();
      steps.push(tested.events.progress.at(-1)?.step ?? -1);
      expect(tested.events.progress.at(-1)?.running).toBe(false);
    }
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12]);
    const curve = joinChunks(tested.events.progress);
    expect(stepsOf(curve)).toEqual([0, 10, 12]);
    expect(curve).toEqual(await replayed((await storedFirst(storage, 'run 1'))?.record ?? expect.fail('not saved'), trainingData(toy)));

    await tested.service.change('steps', 20_000);
    await trainTo(tested, 30);
    await tested.service.stepOnce();
    const [before, after] = tested.events.progress.slice(-2);
    expect(before).toMatchObject({ running: false });
    expect(after).toMatchObject({ running: false, step: (before?.step ?? 0) + 1 });
    await settle();
    expect(tested.events.progress.at(-1)).toBe(after);
  });

  test('that is over goes on when it is made longer', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 25 }));
    await trainToTheEnd(tested);
    await tested.service.train(); // over: nothing happens
    await settle();
    expect(tested.events.progress.at(-1)).toMatchObject({ step: 25, running: false });
    expect((await tested.service.change('steps', 45)).log).toEqual([{ step: 25, knob: 'steps', value: 45 }]);
    const last = await trainToTheEnd(tested);
    expect(last.step).toBe(45);
    const curve = joinChunks(tested.events.progress);
    expect(stepsOf(curve)).toEqual([0, 10, 20, 25, 30, 40, 45]);
    expect(curve).toEqual(await replayed(last.record, trainingData(toy)));
    await expect(tested.service.change('steps', 44)).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('gives way to a new one, which starts afresh, and is saved first', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20_000 }));
    await trainTo(tested, 20);
    const snapshot = await tested.service.newRun(request({ heldOutDomain: 'domain 0', steps: 30 }));
    const reportedOfFirst = tested.events.progress.length;
    expect(snapshot).toMatchObject({ step: 0, record: { id: 'run 2', heldOutDomain: 'domain 0' } });
    expect((await storedFirst(storage, 'run 1'))?.checkpoint?.step).toBe(tested.events.progress.at(-1)?.step);
    const last = await trainToTheEnd(tested);
    expect(last.record.id).toBe('run 2');
    expect(tested.events.progress.slice(reportedOfFirst).every(({ record }) => record.id === 'run 2')).toBe(true);
    expect(joinChunks(tested.events.progress.slice(reportedOfFirst))).toEqual(await replayed(last.record, trainingData(toy, 1, 'domain 0')));
  });

  test('predicts with the head as it is now', async () => {
    const { service } = await startOn(toy);
    const embedding = toy.features.slice(0, 16);
    expect(await service.predict(embedding)).toBeNull();
    await service.newRun(request());
    const before = (await service.predict(embedding)) ?? [];
    await service.stepOnce();
    const after = (await service.predict(embedding)) ?? [];
    for (const probabilities of [before, after]) {
      expect(probabilities).toHaveLength(2);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
    expect(after).not.toEqual(before);
  });
});

describe('a run that cannot be', () => {
  test.each([
    ['a domain that the data has not', { heldOutDomain: 'the moon' }, 'the moon'],
    ['an impossible head', { head: { kind: 'hidden', width: 0 } }, 'hidden layer'],
    ['no steps', { steps: 0 }, 'Steps'],
  ] as const)('for %s is refused with words for the page, and the current run goes on training', async (_, impossible, named) => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 400 }));
    await trainTo(tested, 20);
    const stopped = tested.events.stopped();
    const refused = tested.service.newRun(request(impossible));
    await expect(refused).rejects.toBeInstanceOf(HeldoutError);
    await expect(refused).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining(named) as string });
    const last = await stopped;
    expect(last).toMatchObject({ step: 400, record: { id: 'run 1' } });
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
  });

  test('for want of data, or of a run, is an error for the page', async () => {
    const { service } = await startService(storage);
    await expect(service.newRun(request())).rejects.toMatchObject({ code: 'bad-input', message: 'There is no data to train on.' });
    for (const command of [() => service.train(), () => service.pause(), () => service.stepOnce(), () => service.change('dropout', true)]) {
      await expect(command()).rejects.toMatchObject({ code: 'bad-input', message: 'There is no run to train.' });
    }
    await service.setData(toy.dataset, toy.features.slice());
    expect(await service.newRun(request())).toMatchObject({ step: 0 }); // the errors before stand in nobody's way
  });
});

describe('other data', () => {
  test('taken in mid-training end the run after saving it', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20_000 }));
    await trainTo(tested, 20);
    await tested.service.setData(otherToy.dataset, otherToy.features.slice());
    const reports = tested.events.progress.length;
    const last = tested.events.progress.at(-1);
    expect(last).toMatchObject({ running: false });
    expect(await storedFirst(storage, 'run 1')).toMatchObject({ checkpoint: { step: last?.step }, curve: joinChunks(tested.events.progress) });
    await settle();
    expect(tested.events.progress).toHaveLength(reports);
    await expect(tested.service.train()).rejects.toMatchObject({ code: 'bad-input' });

    await tested.service.newRun(request({ steps: 20, head: { kind: 'linear' } }));
    const { record } = await trainToTheEnd(tested);
    expect(joinChunks(tested.events.progress.slice(reports))).toEqual(await replayed(record, trainingData(otherToy, 1, 'domain 2')));
  });

  test('leave no population of the old behind', async () => {
    const tested = await startOn(toy);
    for (let i = 0; i < 4; i++) {
      const { dataset, features } = i % 2 ? toy : otherToy;
      await tested.service.setData(dataset, features.slice());
      expect(tested.alive()).toBe(0);
      await tested.service.newRun(request({ steps: 20_000 }));
      await trainTo(tested, 10);
    }
    await tested.service.setData(toy.dataset, toy.features.slice());
    expect(tested.alive()).toBe(0);
  });
});

describe('a run opened again', () => {
  test('stands where it was left, and going on equals never having stopped, to the bit', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request({ steps: 200 }));
    await trainTo(first, 20);
    await first.service.change('dropout', true);
    await first.events.nextProgress();
    await first.service.change('batchSize', 6);
    await first.service.pause();
    const left = first.events.progress.at(-1);
    expect(left?.step).toBeLessThan(200);

    const second = await startOn(toy);
    const snapshot = (await second.service.openRun('run 1')) ?? expect.fail('not found');
    expect(snapshot).toMatchObject({ step: left?.step, record: left?.record, sizes: { heldOut: trainingData(toy).splits[0]?.watched.length } });
    expect(snapshot.record.log.map(({ knob }) => knob)).toEqual(['dropout', 'batchSize']);
    expect(snapshot.curve).toEqual(joinChunks(first.events.progress));
    await settle();
    expect(second.events.all).toEqual([]); // paused

    const last = await trainToTheEnd(second);
    expect(last.step).toBe(200);
    expect(joinChunks(second.events.progress, snapshot.curve)).toEqual(await replayed(last.record, trainingData(toy)));
  });

  test('on embeddings that came out otherwise by rounding keeps its curve and steps, says that it is inexact, and can be gone on with', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request({ steps: 40 }));
    for (let i = 0; i < 15; i++) await first.service.stepOnce();
    await first.service.change('dropout', true);
    const curve = joinChunks(first.events.progress);
    const rounded = { ...toy, features: toy.features.map((value) => Math.fround(value * (1 + 2 ** -23))) };
    expect(rounded.features).not.toEqual(toy.features);

    const exact = (await (await startOn(toy)).service.openRun('run 1')) ?? expect.fail('not found');
    expect(exact.isInexact).toBe(false);
    const second = await startOn(rounded);
    const snapshot = (await second.service.openRun('run 1')) ?? expect.fail('the run is lost');
    expect(snapshot).toMatchObject({ isInexact: true, step: 15, record: { ...exact.record, featuresHash: '' } });
    expect(snapshot.curve).toEqual(curve);

    const last = await trainToTheEnd(second);
    const whole = joinChunks(second.events.progress, snapshot.curve);
    expect(stepsOf(whole)).toEqual([0, 10, 20, 30, 40]);
    expect(whole.slice(0, curve.length)).toEqual(curve);
    expect(whole).not.toEqual(await replayed(last.record, trainingData(toy)));
    expect(await storedFirst(storage, 'run 1')).toMatchObject({ record: { featuresHash: '' }, checkpoint: { step: 40 } });
    expect(await (await startOn(rounded)).service.openRun('run 1')).toMatchObject({ isInexact: false, step: 40 }); // told once
  });

  test('on other embeddings with all its branches is inexact as a whole, and stays as it was in storage until it is gone on with', async () => {
    const first = await startOn(toy);
    const { runId } = await first.api.newRun(request({ steps: 40 }));
    await first.api.stepOnce();
    await first.api.fork(runId);
    const before = await storage.runs.loadRun(runId);
    const second = await startOn({ ...toy, features: toy.features.map((value) => -value) });
    const snapshot = await second.api.openRun(runId);
    expect(snapshot?.isInexact).toBe(true);
    expect(snapshot?.branches.map(({ record }) => record.featuresHash)).toEqual(['', '']);
    expect(await storage.runs.loadRun(runId)).toEqual(before);
    expect(await (await startOn(toy)).api.openRun(runId)).toMatchObject({ isInexact: false });
  });

  test('is none when there is no such run, or it is of other data or another encoder', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request());
    await first.service.stepOnce();
    expect(await first.service.openRun('run 7')).toBeNull();
    await first.service.stepOnce(); // the current run is still there
    expect(first.events.progress.at(-1)).toMatchObject({ step: 2, record: { id: 'run 1' } });
    expect(await (await startOn(otherToy)).service.openRun('run 1')).toBeNull();
    expect(await (await startOn(toy, { encoderVersion: 'another' })).service.openRun('run 1')).toBeNull();
    expect(await (await startService(storage)).service.openRun('run 1')).toBeNull();
    expect(await (await startOn(toy)).service.openRun('run 1')).toMatchObject({ step: 2 });
  });
});

describe('looks at a held-out domain', () => {
  test('are counted over runs, each data set and domain for itself', async () => {
    const tested = await startOn(toy);
    const looksAfter = async (steps: number, heldOutDomain: string) => {
      await tested.service.newRun(request({ steps, heldOutDomain }));
      return (await trainToTheEnd(tested)).looks;
    };
    expect(await looksAfter(25, 'domain 2')).toEqual({ evaluations: 4, runs: 1 });
    expect(await looksAfter(30, 'domain 2')).toEqual({ evaluations: 8, runs: 2 });
    expect(await looksAfter(10, 'domain 1')).toEqual({ evaluations: 2, runs: 1 });
    expect((await tested.service.newRun(request())).looks).toEqual({ evaluations: 8, runs: 2 });
    await tested.service.setData(otherToy.dataset, otherToy.features.slice());
    expect((await tested.service.newRun(request())).looks).toEqual({ evaluations: 0, runs: 0 });
    expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations: 8, runs: 2 });
  });

  test('are counted once, though the run is paused, opened again and gone on with', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request({ steps: 200 }));
    await trainTo(first, 20);
    await first.service.pause();
    const evaluations = stepsOf(joinChunks(first.events.progress)).length;
    expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations, runs: 1 });

    const second = await startOn(toy);
    expect((await second.service.openRun('run 1'))?.looks).toEqual({ evaluations, runs: 1 });
    await second.service.pause();
    expect((await second.service.openRun('run 1'))?.looks).toEqual({ evaluations, runs: 1 });
    expect((await trainToTheEnd(second)).looks).toEqual({ evaluations: 21, runs: 1 });
    expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations: 21, runs: 1 });
  });

  test('count the start of a run that is paused before its first tenth step', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request({ steps: 200 }));
    void first.service.train();
    await first.service.pause();
    expect(stepsOf(joinChunks(first.events.progress))).toEqual([0]);
    const second = await startOn(toy);
    expect((await second.service.openRun('run 1'))?.looks).toEqual({ evaluations: 1, runs: 1 });
    expect((await trainToTheEnd(second)).looks).toEqual({ evaluations: 21, runs: 1 });
  });
});

describe('when storage is full', () => {
  test('that is reported once, and training goes on to the end and from run to run', async () => {
    const tested = await startOn(toy);
    fillDisk();
    await tested.service.newRun(request());
    const last = await trainToTheEnd(tested);
    expect(last).toMatchObject({ step: 300, looks: { evaluations: 31, runs: 1 } });
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    await tested.service.newRun(request({ steps: 20 }));
    expect((await trainToTheEnd(tested)).step).toBe(20);
    await tested.service.setData(otherToy.dataset, otherToy.features.slice());
    expect(tested.events.failures).toEqual([{ type: 'failed', code: 'storage-full', message: 'The browser has no room left to save this.', remedy: expect.stringContaining('Delete') as string }]);
    expect(await storedFirst(storage, 'run 1')).toBeUndefined();
  });

  test('room found later is used', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request());
    fillDisk();
    await tested.service.stepOnce();
    vi.restoreAllMocks();
    await tested.service.stepOnce();
    expect(await storedFirst(storage, 'run 1')).toMatchObject({ checkpoint: { step: 2 } });
    expect(tested.events.failures).toHaveLength(1);
  });
});

describe('when a step fails though the device is there', () => {
  test('training stops and says why', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request());
    const stopped = tested.events.stopped();
    vi.spyOn(WasmPopulation.prototype, 'advance').mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    await tested.service.train();
    expect(await stopped).toMatchObject({ step: 0 });
    expect(tested.events.failures).toEqual([{ type: 'failed', code: 'no-backend', message: 'Training stopped: out of memory', remedy: expect.stringContaining('Press Train') as string }]);
    const last = await trainToTheEnd(tested);
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
  });
});

describe('when the device is lost', () => {
  test('training goes on from the last checkpoint, and the curve is as if nothing had happened', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 10_000 }));
    await trainTo(tested, 100);
    await tested.service.change('dropout', true); // brings a save
    await vi.waitFor(async () => expect((await storedFirst(storage, 'run 1'))?.record.log).toHaveLength(1));
    const stopped = tested.events.stopped();
    const moved = tested.events.nextBackend();
    tested.loseDevice();
    const { notice, info } = await moved;
    expect(info.name).toBe('wasm');
    const from = Number(/^The graphics device was lost\. Training goes on from step ([\d,]+)\.$/.exec(notice)?.[1]?.replace(',', ''));
    expect(from).toBeGreaterThanOrEqual(100);
    const { events } = tested;
    const last = await stopped;
    expect(last.step).toBe(10_000);
    const after = events.progress.filter((event) => events.all.indexOf(event) > events.all.findIndex(({ type }) => type === 'backend'));
    expect(after[0]).toMatchObject({ step: from, chunkFrom: 0, running: true });
    expect(last.looks).toEqual({ evaluations: 1001, runs: 1 });
    expect(joinChunks(events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    expect(events.failures).toEqual([]);
  });

  test('a paused run stays paused where it stands, and its population is not left behind', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20 }));
    for (let i = 0; i < 12; i++) await tested.service.stepOnce();
    const moved = tested.events.nextBackend();
    tested.loseDevice();
    expect((await moved).notice).toBe('The graphics device was lost. Training can go on from step 12.');
    await settle();
    expect(tested.events.progress.at(-1)).toMatchObject({ step: 12, running: false });
    expect(tested.alive()).toBe(1);
    const last = await trainToTheEnd(tested);
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    expect(last.looks).toEqual({ evaluations: 3, runs: 1 });
  });

  test('a run just opened again keeps its steps, and so does one that loses the device twice', async () => {
    const first = await startOn(toy);
    await first.service.newRun(request({ steps: 20 }));
    for (let i = 0; i < 12; i++) await first.service.stepOnce();
    const second = await startOn(toy);
    const { curve } = (await second.service.openRun('run 1')) ?? expect.fail('not found');
    for (let i = 0; i < 2; i++) {
      const moved = second.events.nextBackend();
      second.loseDevice();
      expect((await moved).notice).toBe('The graphics device was lost. Training can go on from step 12.');
      await settle();
      expect(second.events.progress.at(-1)).toMatchObject({ step: 12, running: false });
    }
    const last = await trainToTheEnd(second);
    expect(joinChunks(second.events.progress, curve)).toEqual(await replayed(last.record, trainingData(toy)));
    expect(last.looks).toEqual({ evaluations: 3, runs: 1 });
  });

  test('before the first save, the run starts over, and its looks are not counted as another run’s', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 400 }));
    await trainTo(tested, 10);
    const stopped = tested.events.stopped();
    tested.loseDevice();
    const last = await stopped;
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    expect(last.looks).toEqual({ evaluations: 41, runs: 1 });
  });

  test('a knob changed while a new device is sought does no harm', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20 }));
    for (let i = 0; i < 12; i++) await tested.service.stepOnce();
    const moved = tested.events.nextBackend();
    tested.whileStarting = async () => {
      expect((await tested.service.change('dropout', true)).log).toEqual([{ step: 12, knob: 'dropout', value: true }]);
      await settle();
    };
    tested.loseDevice();
    await moved;
    await settle();
    const last = await trainToTheEnd(tested);
    expect(last.record.log).toHaveLength(1);
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
  });

  test('what fails before the loss is known is no failure of training', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 5000 }));
    await trainTo(tested, 20);
    await tested.service.change('dropout', true); // brings a save
    await vi.waitFor(async () => expect((await storedFirst(storage, 'run 1'))?.record.log).toHaveLength(1));
    const moved = tested.events.nextBackend();
    const stopped = tested.events.stopped();
    vi.spyOn(WasmPopulation.prototype, 'advance').mockImplementationOnce(() => {
      setTimeout(() => tested.loseDevice(), 10);
      return Promise.reject(new Error('Buffer was unmapped'));
    });
    expect((await moved).notice).toContain('Training goes on from step');
    expect(await stopped).toMatchObject({ step: 5000, looks: { evaluations: 501, runs: 1 } });
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(tested.events.progress.at(-1)?.record ?? expect.fail('no report'), trainingData(toy)));
    expect(tested.events.failures).toEqual([]);
  });

  test('a step asked for just before is not done, and the next one is', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request({ steps: 20 }));
    for (let i = 0; i < 9; i++) await tested.service.stepOnce();
    vi.spyOn(WasmPopulation.prototype, 'advance').mockImplementationOnce(() => {
      tested.loseDevice();
      return Promise.reject(new Error('Buffer was unmapped'));
    });
    const moved = tested.events.nextBackend();
    await tested.service.stepOnce();
    expect((await moved).notice).toBe('The graphics device was lost. Training can go on from step 9.');
    await tested.service.stepOnce();
    expect(tested.events.progress.at(-1)).toMatchObject({ step: 10, running: false });
    const last = await trainToTheEnd(tested);
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    expect(tested.events.failures).toEqual([]);
  });

  test('a read that never comes back holds up neither Pause nor recovery', async () => {
    const tested = await startOn(toy);
    await tested.service.newRun(request());
    const hanging = new Promise<void>((resolve) => {
      vi.spyOn(WasmPopulation.prototype, 'advance').mockImplementationOnce(() => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    await tested.service.train();
    await hanging;
    const moved = tested.events.nextBackend();
    const pausing = tested.service.pause();
    await settle();
    tested.loseDevice();
    await pausing;
    expect((await moved).notice).toBe('The graphics device was lost. Training can go on from step 0.');
    await settle();
    const last = await trainToTheEnd(tested);
    expect(last).toMatchObject({ step: 300, looks: { evaluations: 31, runs: 1 } });
    expect(joinChunks(tested.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
  });

  test('with no run yet, the device is replaced all the same', async () => {
    const tested = await startOn(toy);
    const moved = tested.events.nextBackend();
    tested.loseDevice();
    expect((await moved).notice).toBe('The graphics device was lost.');
    expect(await tested.service.newRun(request())).toMatchObject({ step: 0 });
  });
});

describe('the pace', () => {
  test('holds training back, and changes no result', async () => {
    const paced = await startOn(toy);
    await paced.service.setPace(100);
    await paced.service.newRun(request({ steps: 40 }));
    const last = await trainToTheEnd(paced);
    expect(last.step).toBe(40);
    expect(joinChunks(paced.events.progress)).toEqual(await replayed(last.record, trainingData(toy)));
    // The clock of this service moves 5 ms a look: 40 steps at 100 a second take 400 ms of it, and so at least 80 looks.
    const unpaced = await startOn(toy);
    await unpaced.service.newRun(request({ steps: 40 }));
    await trainToTheEnd(unpaced);
    expect(paced.events.progress.length).toBeGreaterThan(unpaced.events.progress.length);
  });

  test('can be lifted while a run is held back', async () => {
    const { service, events } = await startOn(toy);
    await service.setPace(0.001);
    await service.newRun(request({ steps: 40 }));
    await service.train();
    await settle();
    const stopped = events.stopped();
    await service.setPace(Infinity);
    expect((await stopped).step).toBe(40);
  });
});
