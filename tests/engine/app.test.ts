import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../src/state/app.svelte.ts';
import { newMachine, serveSite } from '../support/machine.ts';
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
async function openPage(): Promise<App> {
  const { data, trainer, storage } = await newMachine();
  const app = await beginApp(data, trainer.api, storage);
  endings.push(async () => {
    if (app.run.running) await app.training.toggle();
    await storage.close();
  });
  return app;
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
