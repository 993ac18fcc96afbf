import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { RunKeeper } from '../../src/worker/run-keeper.ts';
import { runStorage } from '../../src/worker/run-storage.ts';
import { fillDisk } from '../support/full-disk.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';
import { toyData } from '../support/training-data.ts';

/** A disk that takes nothing more, but can be read: every put fails, on an imitation of IndexedDB. */

const toy = toyData();
const REQUEST: RunRequest = { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 20 };
const PLACE = [toy.dataset.id, 'domain 2'] as const;
const FULL = { code: 'storage-full', message: 'The browser has no room left to save this.' };
let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`full disk ${++databases}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
});

function makeRoom(): void {
  vi.restoreAllMocks();
}

/** Lets nothing be read either. */
function refuseReading(): void {
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => {
    throw new DOMException('unreadable', 'UnknownError');
  });
}

async function startOnToy(): Promise<TestedService> {
  const tested = await startService(storage);
  await tested.api.setData(toy.dataset, toy.features.slice());
  return tested;
}

async function steps({ api }: TestedService, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await api.stepOnce();
}

/** Five hundred looks and two reveals, stored by an earlier visit. */
async function storeCounts(): Promise<void> {
  await storage.looks.addLooks(...PLACE, { evaluations: 500, runs: 40 });
  for (let i = 0; i < 2; i++) await storage.seals.addReveal(...PLACE);
}

/** A run on a disk that holds counts of earlier runs, and is full now. */
async function fullAfterCounts(): Promise<TestedService> {
  await storeCounts();
  const tested = await startOnToy();
  await tested.api.newRun(REQUEST);
  fillDisk();
  return tested;
}

const stored = async () => ({ looks: await storage.looks.getLooks(...PLACE), reveals: await storage.seals.getReveals(...PLACE) });

describe('counts on a full disk', () => {
  test('go on from what is stored, in every report and snapshot', async () => {
    const tested = await fullAfterCounts();
    await steps(tested, 10);
    expect(tested.events.progress.at(-1)?.looks).toEqual({ evaluations: 502, runs: 41 });
    expect(await tested.api.counts()).toEqual({ looks: { evaluations: 502, runs: 41 }, reveals: 2 });
    await steps(tested, 10);
    expect(tested.events.progress.at(-1)?.looks).toEqual({ evaluations: 503, runs: 41 });
    expect((await tested.api.reveal('run 1')).reveals).toBe(3);
    expect((await tested.api.reveal('run 1')).reveals).toBe(4);
    expect(await tested.api.newRun(REQUEST)).toMatchObject({ looks: { evaluations: 503, runs: 41 }, reveals: 4 });
    expect((await tested.api.newRun({ ...REQUEST, heldOutDomain: 'domain 1' })).reveals).toBe(0);
    expect(await stored()).toEqual({ looks: { evaluations: 500, runs: 40 }, reveals: 2 });
    expect(tested.events.failures).toMatchObject([FULL]);
  });

  test('are stored with the next run that can be saved, once', async () => {
    const tested = await fullAfterCounts();
    await steps(tested, 20);
    await tested.api.reveal('run 1');
    await tested.api.newRun({ ...REQUEST, heldOutDomain: 'domain 1' });
    makeRoom();
    await steps(tested, 1); // of another held-out domain
    const counted = { looks: { evaluations: 503, runs: 41 }, reveals: 3 };
    expect(await stored()).toEqual(counted);
    await steps(tested, 1);
    expect(await tested.api.newRun(REQUEST)).toMatchObject(counted);
    expect(await stored()).toEqual(counted);
  });

  test('are stored when they are asked for once there is room, though nothing is trained', async () => {
    const tested = await fullAfterCounts();
    await steps(tested, 20);
    await tested.api.reveal('run 1');
    makeRoom();
    const counted = { looks: { evaluations: 503, runs: 41 }, reveals: 3 };
    expect(await tested.api.counts()).toEqual(counted);
    expect(await stored()).toEqual(counted);
    expect((await tested.api.reveal('run 1')).reveals).toBe(4);
    expect(await stored()).toEqual({ ...counted, reveals: 4 });
  });

  test('go on from what was last known where they can no longer be read', async () => {
    const tested = await fullAfterCounts();
    refuseReading();
    await steps(tested, 10);
    expect(tested.events.progress.at(-1)?.looks).toEqual({ evaluations: 502, runs: 41 });
    expect(await tested.api.newRun(REQUEST)).toMatchObject({ looks: { evaluations: 502, runs: 41 }, reveals: 2 });
  });

  test('asked for and added to all at once lose nothing and count nothing twice', async () => {
    await storeCounts();
    const keeper = new RunKeeper(runStorage(storage, () => 1), () => undefined);
    fillDisk();
    await keeper.addLooks(...PLACE, { evaluations: 7, runs: 1 });
    makeRoom();
    const [first, between, second, unsaved, last] = await Promise.all([
      keeper.addLooks(...PLACE, { evaluations: 1, runs: 0 }),
      keeper.looks(...PLACE),
      keeper.addLooks(...PLACE, { evaluations: 1, runs: 0 }),
      keeper.storeUnsaved(),
      keeper.looks(...PLACE),
    ]);
    expect([first, between, second, last].map(({ evaluations }) => evaluations)).toEqual([508, 508, 509, 509]);
    expect(unsaved).toBeNull();
    expect((await stored()).looks).toEqual({ evaluations: 509, runs: 41 });
  });
});
