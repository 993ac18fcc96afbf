import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LoadedDataset } from '../../src/protocol/encoder.ts';
import type { App } from '../../src/state/app.svelte.ts';
import { applied } from '../support/editing.ts';
import { newMachine, serveSite, type Machine } from '../support/machine.ts';
import { beginApp, compileKernelFirst } from '../support/page-model.ts';

/** The model of the page on the real services. */

const endings: (() => Promise<void>)[] = [];

compileKernelFirst();
beforeEach(() => void vi.stubGlobal('fetch', serveSite));

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  vi.unstubAllGlobals();
});

/** A page that has opened the first bundled data set. */
async function openPage(machine?: Machine): Promise<App> {
  const { data, trainer, storage } = machine ?? (await newMachine());
  const app = await beginApp(data, trainer.api, storage);
  endings.push(async () => {
    if (app.run.running) await app.training.toggle();
    await storage.close();
  });
  return app;
}

/** Names without some rows, saved under a name of its own: its vectors are at hand. */
async function saveOwn({ data }: Machine, rows: readonly number[]): Promise<LoadedDataset> {
  const { dataset } = await data.encoder.openDataset('names', 'open', () => undefined);
  return data.encoder.saveDataset(applied(dataset, { kind: 'drop', rows: Uint32Array.from(rows) }), 'names', 'save', () => undefined);
}

const problems = ({ notices }: App): string[] => notices.list.filter(({ kind }) => kind === 'error').map(({ text }) => text);

test('a first visit opens the first bundled data set with a fresh run', async () => {
  const app = await openPage();
  expect(app.data).toMatchObject({ entryId: 'reviews', report: null, heldOutOptions: app.data.dataset?.domains });
  expect(app.run).toMatchObject({ step: 0, running: false, split: { heldOutDomain: app.settings.heldOutDomain } });
  expect(app).toMatchObject({ backend: { name: 'wasm' }, training: { ready: true }, sweep: { problem: null } });
  expect(problems(app)).toEqual([]);
});

test('a run that cannot be started leaves the current one and its settings', async () => {
  const app = await openPage();
  const { runId } = app.run;
  const before = app.settings.request;
  await app.training.startWith({ heldOutDomain: 'the moon' });
  expect(problems(app)).toEqual([expect.stringContaining('the moon')]);
  expect([app.run.runId, app.settings.request]).toEqual([runId, before]);
});

test('a knob turned right after a setting was changed is turned in the run that the change starts', async () => {
  const app = await openPage();
  await Promise.all([app.training.startWith({ head: { kind: 'linear' } }), app.training.change('l2', true), app.training.stepOnce()]);
  expect(app.run.record).toMatchObject({ head: { kind: 'linear' }, initialKnobs: { l2: true } });
  expect(app.settings).toMatchObject({ head: { kind: 'linear' }, knobs: { l2: true } });
  await expect.poll(() => app.run.step).toBe(1);
});

test('of shapes asked for faster than runs start, the last counts, and training goes on', async () => {
  const app = await openPage();
  const { runId } = app.run;
  await app.training.toggle();
  await Promise.all([app.training.chooseShape({ labelNoise: 0.1 }), app.training.chooseShape({ labelNoise: 0.2 }), app.training.chooseShape({ classImbalance: 0.5 })]);
  expect(app.settings.shape).toMatchObject({ labelNoise: 0.2, classImbalance: 0.5 });
  expect([app.training.nextShape, app.run.running, app.run.runId === runId]).toEqual([null, true, false]);
  expect(problems(app)).toEqual([]);
});

test('a reset brings a fresh run with the same settings, and the old one back', async () => {
  const app = await openPage();
  await app.training.change('dropout', true);
  await app.training.stepOnce();
  const { runId } = app.run;
  const before = app.settings.request;
  await app.training.reset();
  expect([app.run.step, app.run.runId === runId, app.settings.request]).toEqual([0, false, before]);
  app.notices.list[0]?.action?.run();
  await expect.poll(() => [app.run.runId, app.run.step]).toEqual([runId, 1]);
});

test('other data takes the settings over, with a held-out domain of its own, and what is not there leaves all as it was', async () => {
  const app = await openPage();
  await app.training.startWith({ seed: 5, head: { kind: 'linear' } });
  await app.training.change('l2', true);
  const before = app.settings.request;
  await app.data.choose('no such data');
  expect([app.data.entryId, app.settings.request, problems(app).length]).toEqual(['reviews', before, 1]);
  await app.data.choose('shortcut');
  expect(app.data.dataset?.domains).toContain(app.settings.heldOutDomain);
  expect(app.settings.request).toEqual({ ...before, heldOutDomain: app.settings.heldOutDomain });
  expect(app.run.split?.heldOutDomain).toBe(app.settings.heldOutDomain);
});

test('what another tab imports or deletes is listed when the page is looked at again, and the data set that is open stays', async () => {
  const machine = await newMachine();
  const app = await openPage(machine);
  const [first, second] = [await saveOwn(machine, [0]), await saveOwn(machine, [1])];
  const own = (): string[] => app.data.list.filter(({ bundled }) => !bundled).map(({ id }) => id);
  expect(own()).toEqual([]);
  await app.data.lookAgain();
  expect(own().sort()).toEqual([first.dataset.id, second.dataset.id].sort());
  await app.data.choose(first.dataset.id);
  for (const { dataset } of [first, second]) await machine.storage.datasets.deleteDataset(dataset.id);
  await app.data.lookAgain();
  expect(own()).toEqual([first.dataset.id]);
  const [told, ...others] = problems(app);
  expect([told, others]).toEqual([`“${first.dataset.name}” was deleted in another tab. It is open here until this page is left or reloaded.`, []]);
  for (const { id } of app.notices.list) app.notices.dismiss(id);
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('offline')));
  await app.data.lookAgain();
  expect([own(), problems(app)]).toEqual([[first.dataset.id], []]);
});

test('where the data set of the last visit is gone, that is said, and the first bundled one is opened', async () => {
  const machine = await newMachine();
  const { dataset } = await saveOwn(machine, [0]);
  const app = await openPage(machine);
  await app.data.lookAgain();
  await app.data.choose(dataset.id);
  await machine.storage.datasets.deleteDataset(dataset.id);
  const again = await openPage(machine);
  expect(again.data.entryId).toBe('reviews');
  expect(again.notices.list.map(({ text }) => text)).toEqual(['The data set that was open last is not kept in this browser any more, so Reviews was opened.']);
});

test('where the browser keeps nothing, that is said in one message, and the storage panel says what it means', async () => {
  vi.stubGlobal('indexedDB', undefined);
  const machine = await newMachine();
  const app = await openPage(machine);
  await app.data.take(await saveOwn(machine, [0]));
  await app.training.stepOnce();
  vi.stubGlobal('navigator', {});
  await app.deviceStorage.measure();
  expect(app.deviceStorage).toMatchObject({ usage: null, problem: expect.stringMatching(/^The browser does not let this page save anything\. You can go on/u) as string });
  expect(problems(app)).toEqual([expect.stringMatching(/^The browser does not let this page save anything\./u)]);
});
