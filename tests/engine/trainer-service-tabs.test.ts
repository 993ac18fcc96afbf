import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { RunRequest, TrainerEvent } from '../../src/protocol/trainer.ts';
import type { TrainingServices } from '../../src/protocol/training-services.ts';
import { Storage } from '../../src/storage/storage.ts';
import { trainingOverWire } from '../../src/worker/over-wire.ts';
import { storedFirst } from '../support/first-branch.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';
import { toyData } from '../support/training-data.ts';

/** Two training services on one database, each with a connection of its own, as two tabs have them. */

const toy = toyData();
const REQUEST: RunRequest = { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 300 };
let tabs: { storage: Storage; tab: TestedService }[] = [];
let databases = 0;

beforeEach(() => {
  databases++;
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const { storage } of tabs) await storage.close();
  tabs = [];
});

async function openTab(idPrefix: string): Promise<{ storage: Storage; tab: TestedService }> {
  const storage = new Storage(`tabs ${databases}`);
  const opened = { storage, tab: await startService(storage, { idPrefix }) };
  await opened.tab.api.setData(toy.dataset, toy.features.slice());
  tabs.push(opened);
  return opened;
}

async function steps({ api }: TestedService, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await api.stepOnce();
}

test('a run that another tab has trained further is not written over by one that stands further back, which says so once and trains on', async () => {
  const { tab: first, storage } = await openTab('first ');
  const { runId } = await first.api.newRun(REQUEST);
  await steps(first, 10);
  const { tab: second } = await openTab('second ');
  expect((await second.api.openRun(runId))?.branches[0]?.step).toBe(10);
  await steps(first, 25);
  await steps(second, 3);
  const stored = await storedFirst(storage, runId);
  expect(stored?.checkpoint.step).toBe(35);
  expect(stored?.curve).toHaveLength(4 * 10);
  expect(first.events.failures).toEqual([]);
  expect(second.events.failures).toMatchObject([{ message: expect.stringContaining('in another tab') as string, remedy: expect.stringContaining('reload this page') as string }]);
  expect(second.events.progress.at(-1)?.step).toBe(13);
  expect((await second.api.openRun(runId))?.branches[0]?.step).toBe(35); // as a reload would
  await steps(second, 5);
  expect((await storedFirst(storage, runId))?.checkpoint.step).toBe(40);
});

test('runs of two tabs are both kept', async () => {
  const [{ tab: first, storage }, { tab: second }] = [await openTab('first '), await openTab('second ')];
  const [a, b] = await Promise.all([first.api.newRun(REQUEST), second.api.newRun({ ...REQUEST, seed: 9 })]);
  await Promise.all([steps(first, 20), steps(second, 20)]);
  for (const { runId } of [a, b]) expect((await storedFirst(storage, runId))?.checkpoint.step).toBe(20);
  expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations: 6, runs: 2 });
});

test('looks that could not be stored are counted as soon as they can be', async () => {
  const { tab, storage } = await openTab('only ');
  const { runId } = await tab.api.newRun(REQUEST);
  vi.spyOn(storage.looks, 'addLooks').mockRejectedValue(new HeldoutError('storage-full', 'full', ''));
  await steps(tab, 20);
  expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations: 0, runs: 0 });
  vi.restoreAllMocks();
  await steps(tab, 10);
  expect(await storage.looks.getLooks(toy.dataset.id, 'domain 2')).toEqual({ evaluations: 4, runs: 1 });
  expect((await storedFirst(storage, runId))?.checkpoint.step).toBe(30);
});

test('a run that could not be saved is saved with its next step once there is room, and a second refusal is told again', async () => {
  const { tab, storage } = await openTab('only ');
  const { runId } = await tab.api.newRun(REQUEST);
  const refuse = (): void => void vi.spyOn(storage.runs, 'saveRun').mockRejectedValue(new HeldoutError('storage-full', 'There is no room.', 'Free some.'));
  await steps(tab, 5);
  refuse();
  await steps(tab, 5);
  expect((await storedFirst(storage, runId))?.checkpoint.step).toBe(5);
  expect(tab.events.failures).toHaveLength(1);
  vi.restoreAllMocks();
  await steps(tab, 1);
  expect((await storedFirst(storage, runId))?.checkpoint.step).toBe(11);
  refuse();
  await steps(tab, 2);
  expect(tab.events.failures).toHaveLength(2);
});

test('what cannot be saved is told to a listener that came from another thread', async () => {
  const { tab, storage } = await openTab('only ');
  const told: TrainerEvent[] = [];
  const wire = trainingOverWire({ trainer: tab.api } as unknown as TrainingServices).trainer;
  await wire.listen((event) => void told.push(event));
  await wire.newRun(REQUEST);
  vi.spyOn(storage.runs, 'saveRun').mockRejectedValue(new HeldoutError('storage-full', 'There is no room.', 'Free some.'));
  await wire.stepOnce();
  expect(told.filter(({ type }) => type === 'failed')).toMatchObject([{ message: 'There is no room.' }]);
});
