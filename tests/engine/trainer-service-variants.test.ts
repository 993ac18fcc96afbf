import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { replay } from '../../src/engine/replay.ts';
import { VariantPool } from '../../src/engine/variant-pool.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { madeUpVariants } from '../support/variants.ts';

/** Augmented texts as the worker takes them: real engine, real storage on an imitation of IndexedDB. */

/** So many rows that texts gather over several joins: 560 variants a kind. */
const toy = toyData({ rows: [150, 130, 20] });
const RUN = 'run 1';
let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`trainer-variants-${++databases}`);
});

afterEach(() => storage.close());

function request(changes: Partial<RunRequest> = {}): RunRequest {
  return { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4, textSwap: true }, steps: 60, ...changes };
}

async function withData(): Promise<TestedService> {
  const tested = await startService(storage);
  await tested.api.setData(toy.dataset, toy.features.slice());
  return tested;
}

async function started(changes: Partial<RunRequest> = {}): Promise<TestedService> {
  const tested = await withData();
  await tested.service.newRun(request(changes));
  return tested;
}

function give({ api }: TestedService, from: number, to: number, kind: 'swap' | 'ocr' = 'swap'): Promise<void> {
  return api.addVariants(RUN, madeUpVariants(toy, kind, from, to));
}

async function trainToTheEnd({ api, events }: TestedService) {
  const stopped = events.stopped();
  await api.train();
  return stopped;
}

async function replayed(record: RunRecord): Promise<Float64Array | undefined> {
  const data = trainingData(toy);
  const pool = new VariantPool(data.population);
  pool.add(madeUpVariants(toy, 'swap', 0, Infinity));
  return (await replay(record, { ...data, population: pool.data }, kernelPopulations))[0];
}

const swap = (step: number, count: number) => ({ step, kind: 'swap', strength: 0.1, count });
const storedCurve = async (branch = 0) => (await storage.runs.loadRun(RUN))[branch]?.heads[0]?.curve;

describe('augmented texts', () => {
  test('join a running run without its ending, the record and what is stored tell when, and the curve is the record’s', async () => {
    const tested = await started({ steps: 3000 });
    const reached = tested.events.nextProgress(({ step }) => step >= 20);
    await tested.api.train();
    await reached;
    const before = tested.events.progress.length;
    const stopped = tested.events.stopped();
    await give(tested, 0, 64);
    await give(tested, 64, 128);
    await give(tested, 128, 300);
    await give(tested, 300, 560);
    const last = await stopped;
    expect(last.step).toBe(3000);
    expect(tested.events.progress.slice(before, -1).every(({ running }) => running)).toBe(true);
    const joins = last.record.variantJoins;
    expect(joins.map(({ count }) => count)).toEqual([64, 300, 560]); // 128 were too few for a join in between
    expect(joins.every(({ step }, i) => step >= (joins[i - 1]?.step ?? 20))).toBe(true);
    expect((await storage.runs.loadRun(RUN))[0]?.record).toEqual(last.record);
    expect(await storedCurve()).toEqual(await replayed(last.record));
    expect(tested.events.failures).toEqual([]);
  });

  test('join a paused run at once, and the page is told', async () => {
    const tested = await started();
    for (let i = 0; i < 3; i++) await tested.api.stepOnce();
    const told = tested.events.nextProgress(({ record }) => record.variantJoins.length > 0);
    await give(tested, 0, 64);
    expect(await told).toMatchObject({ running: false, step: 3, record: { variantJoins: [swap(3, 64)] } });
    expect((await storage.runs.loadRun(RUN))[0]?.record.variantJoins).toEqual([swap(3, 64)]);
    const last = await trainToTheEnd(tested);
    expect(await storedCurve()).toEqual(await replayed(last.record));
    expect(tested.alive()).toBe(1);
  });

  test('given before the first step are there from the start', async () => {
    const tested = await started();
    await give(tested, 0, 300);
    await give(tested, 300, 560);
    const last = await trainToTheEnd(tested);
    expect(last.record.variantJoins).toEqual([swap(0, 560)]);
    expect(await storedCurve()).toEqual(await replayed(last.record));
  });

  test('that an opened run’s record names are waited for: its curve is there, it does not train, and given again it goes on as it would have', async () => {
    const first = await started();
    for (let i = 0; i < 4; i++) await first.api.stepOnce();
    await give(first, 0, 100);
    for (let i = 0; i < 8; i++) await first.api.stepOnce();
    await first.api.pause();
    const second = await withData();
    const snapshot = await second.api.openRun(RUN);
    expect(snapshot?.branches[0]).toMatchObject({ step: 12, record: { variantJoins: [swap(4, 100)] } });
    expect(snapshot?.branches[0]?.heads[0]?.curve).toEqual(await storedCurve());
    await expect(second.api.train()).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('not ready') as string });
    await give(second, 0, 60);
    await expect(second.api.stepOnce()).rejects.toMatchObject({ code: 'bad-input' });
    await give(second, 60, 100);
    const last = await trainToTheEnd(second);
    expect(last.record.variantJoins).toEqual([swap(4, 100)]);
    expect(await storedCurve()).toEqual(await replayed(last.record));
  });

  test('survive a lost device: what joined after the last checkpoint joins again where the run goes on', async () => {
    const tested = await started();
    for (let i = 0; i < 5; i++) await tested.api.stepOnce();
    await give(tested, 0, 100);
    for (let i = 0; i < 3; i++) await tested.api.stepOnce();
    const goesOn = tested.events.nextProgress(({ step }) => step > 8);
    await tested.api.train();
    await goesOn;
    await give(tested, 100, 400);
    const recovered = tested.events.nextProgress();
    const stopped = tested.events.stopped();
    tested.loseDevice();
    await recovered;
    const last = await stopped;
    expect(last.step).toBe(60);
    expect(last.record.variantJoins.map(({ count }) => count)).toEqual([100, 400]);
    expect(await storedCurve()).toEqual(await replayed(last.record));
    expect(tested.alive()).toBe(1);
  });

  test('join both branches of a fork, which may differ in whether they use them', async () => {
    const tested = await started();
    for (let i = 0; i < 5; i++) await tested.api.stepOnce();
    await tested.api.fork(RUN);
    await tested.api.change('run 2', 'textSwap', false);
    await give(tested, 0, 560);
    const last = await trainToTheEnd(tested);
    expect(last.branches.map(({ record }) => record.variantJoins)).toEqual([[swap(5, 560)], [swap(5, 560)]]);
    for (const [i, { record }] of last.branches.entries()) expect(await storedCurve(i)).toEqual(await replayed(record));
    expect(await storedCurve(0)).not.toEqual(await storedCurve(1));
  });

  test('for a run that is no longer there are let go, and a gap is an error for the page', async () => {
    const tested = await started();
    await tested.api.addVariants('another run', madeUpVariants(toy, 'swap', 0, 64));
    await expect(give(tested, 64, 128)).rejects.toMatchObject({ code: 'bad-input' });
    const last = await trainToTheEnd(tested);
    expect(last.record.variantJoins).toEqual([]);
  });
});
