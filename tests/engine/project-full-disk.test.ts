import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LoadedDataset } from '../../src/protocol/encoder.ts';
import type { App } from '../../src/state/app.svelte.ts';
import { applied } from '../support/editing.ts';
import { fillDisk } from '../support/full-disk.ts';
import { newMachine, serveSite, type Machine } from '../support/machine.ts';
import { beginApp, compileKernelFirst } from '../support/page-model.ts';
import { shiftVectors, withVectors } from '../support/altered-project.ts';

/** Project files where the disk takes nothing more, but can be read, and where nothing is kept at all: the page's model on real services and an imitation of IndexedDB. */

const silent = (): void => {};
let opened: { readonly machine: Machine; readonly app: App }[] = [];

compileKernelFirst();
beforeEach(() => {
  vi.stubGlobal('fetch', serveSite);
  vi.stubGlobal('navigator', {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const { machine, app } of opened) {
    if (app.run.running) await app.training.toggle();
    await machine.storage.close();
  }
  opened = [];
});

async function openPage(): Promise<{ readonly machine: Machine; readonly app: App }> {
  const machine = await newMachine();
  const page = { machine, app: await beginApp(machine.data, machine.trainer.api, machine.storage) };
  opened.push(page);
  return page;
}

async function steps(app: App, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await app.training.stepOnce();
}

async function save(app: App): Promise<File> {
  const { name, content } = (await app.project.save()) ?? expect.fail('no file');
  return new File([content], name);
}

/** What the page has said of project files. */
function said({ notices }: App, about: RegExp): { readonly text: string; readonly remedy: string }[] {
  return notices.list.filter(({ text }) => about.test(text)).map(({ text, remedy }) => ({ text, remedy }));
}

/** Where the branches of the file's only run stand, as a machine with room takes them in. */
async function stepsInFile(file: File): Promise<number[]> {
  const { data, trainer } = await newMachine();
  const { entryId, runId } = await data.project.open(file, 'open project', silent);
  if (runId === null) return [];
  const { dataset, features } = await data.encoder.openDataset(entryId, 'open', silent);
  await trainer.api.setData(dataset, features.slice());
  return (await trainer.api.openRun(runId))?.branches.map(({ step }) => step) ?? [];
}

/** Every ninth bundled review, as a data set of one's own, with a run of ten steps, in a file. */
async function ownProject(): Promise<{ readonly own: LoadedDataset; readonly file: File }> {
  const { machine, app } = await openPage();
  const { dataset } = await machine.data.encoder.openDataset('reviews', 'open', silent);
  const rows = Uint32Array.from(dataset.examples.keys()).filter((row) => row % 9 !== 0);
  const own = await machine.data.encoder.saveDataset(applied(dataset, { kind: 'drop', rows }), 'reviews', 'save', silent);
  await app.data.open(own.dataset.id);
  await steps(app, 10);
  return { own, file: await save(app) };
}

describe('a project file that is saved on a full disk', () => {
  test('says that it does not have the run that could never be saved, and what to do', async () => {
    const { app } = await openPage();
    fillDisk();
    await steps(app, 3);
    const file = await save(app);
    expect(said(app, /The file/u)).toEqual([
      {
        text: 'The file does not have the run that is open. The browser has no room left to save this.',
        remedy: 'Free space under “Storage on this device”, then save the project again. The rest of the file is whole.',
      },
    ]);
    vi.restoreAllMocks();
    expect(await stepsInFile(file)).toEqual([]);
  });

  test('says that it has the run only as it could last be saved', async () => {
    const { app } = await openPage();
    await steps(app, 4);
    fillDisk();
    await steps(app, 3);
    const file = await save(app);
    expect(said(app, /The file/u)).toMatchObject([{ text: 'The file has the run that is open as it could last be saved, without its newest steps and changes. The browser has no room left to save this.' }]);
    vi.restoreAllMocks();
    expect(await stepsInFile(file)).toEqual([4]);
  });

  test('says that it does not have a reveal that could not be saved', async () => {
    const { machine, app } = await openPage();
    await app.training.change('steps', 4);
    await steps(app, 4);
    vi.spyOn(machine.storage.seals, 'addReveal').mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    await app.branches.reveal();
    expect(app.run.reveals).toBe(1);
    await save(app);
    expect(said(app, /The file/u)).toMatchObject([{ text: expect.stringMatching(/^The file does not have the newest counts of looks and reveals\./u) as string }]);
  });

  test('has the whole run once there is room, though nothing was trained meanwhile, and says nothing', async () => {
    const { app } = await openPage();
    fillDisk();
    await steps(app, 3);
    vi.restoreAllMocks();
    const file = await save(app);
    expect(said(app, /The file/u)).toEqual([]);
    expect(await stepsInFile(file)).toEqual([3]);
  });

  test('in mid-training has the run at a step that was just reached, and training goes on', async () => {
    const { app } = await openPage();
    await app.training.change('steps', 20_000);
    await app.training.toggle();
    const before = app.run.selected?.step ?? 0;
    const file = await save(app);
    expect(said(app, /The file/u)).toEqual([]);
    expect((await stepsInFile(file))[0]).toBeGreaterThanOrEqual(before);
    const reached = app.run.selected?.step ?? 0;
    expect(app.run.running).toBe(true);
    await vi.waitFor(() => expect(app.run.selected?.step).toBeGreaterThan(reached), 20_000);
  });
});

test('a run and counts that were refused are saved when room is made under “Storage on this device”', async () => {
  const { machine, app } = await openPage();
  await app.training.change('steps', 4);
  fillDisk();
  await steps(app, 4);
  await app.branches.reveal();
  vi.restoreAllMocks();
  await app.deviceStorage.free({ kind: 'embeddings' });
  const { dataset } = app.data.current() ?? expect.fail('no data');
  const [branch] = await machine.storage.runs.loadRun(app.run.runId);
  expect(branch?.checkpoints[0]?.step).toBe(4);
  expect(await machine.storage.seals.getReveals(dataset.id, app.run.record?.heldOutDomain ?? '')).toBe(1);
});

describe('a project file that is opened where it cannot be kept', () => {
  test('on a full disk brings its data for this visit, with the embeddings of the file, and says that its runs were not taken in', async () => {
    const { own, file } = await ownProject();
    const { machine, app } = await openPage();
    fillDisk();
    await app.project.open([file]);
    expect(app.data.current()?.dataset).toEqual(own.dataset);
    expect(app.run.selected?.step).toBe(0);
    expect(app.data.list.filter(({ bundled }) => !bundled)).toMatchObject([{ id: own.dataset.id, description: expect.stringContaining('could not be saved') as string }]);
    expect(said(app, /is open/u)).toEqual([
      {
        text: `“${own.dataset.name}” is open for this visit only: a reload loses it. 1 run of the file was not taken in, nor were its counts of looks and reveals. The browser has no room left to save this.`,
        remedy: 'Free space under “Storage on this device”, then open the file again.',
      },
    ]);
    expect((await machine.data.encoder.openDataset(own.dataset.id, 'open', silent)).features).toEqual(own.features);
    await steps(app, 2);
    expect(app.run.selected?.step).toBe(2);
    vi.restoreAllMocks();
    await app.project.open([file]);
    expect(app.run.selected?.step).toBe(10);
    expect(await machine.storage.datasets.listDatasets()).toHaveLength(1);
    expect(app.data.list.filter(({ bundled }) => !bundled)).toMatchObject([{ id: own.dataset.id, description: expect.not.stringContaining('could not be saved') as string }]);
  });

  test('whose embeddings cannot be checked, or are not those of its texts, is told so beside the rest', async () => {
    const { file } = await ownProject();
    const wrong = await withVectors(file, shiftVectors);
    const { app } = await openPage();
    vi.stubGlobal('fetch', (address: string) => (address.includes('/models/') ? Promise.reject(new TypeError('no connection')) : serveSite(address)));
    fillDisk();
    await app.project.open([file]);
    expect(said(app, /is open|embeddings/u).map(({ text }) => text)).toEqual([expect.stringMatching(/for this visit only/u), expect.stringMatching(/^The embeddings in the file were taken as they are/u)]);
    vi.restoreAllMocks();
    vi.stubGlobal('fetch', serveSite);
    const other = await openPage();
    await other.app.project.open([wrong]);
    expect(said(other.app, /is open|embeddings/u).map(({ text }) => text)).toEqual([expect.stringMatching(/is open\. 1 run was added/u), expect.stringMatching(/^The embeddings in the file are not those of its texts/u)]);
  });

  test('where the browser keeps nothing does the same', async () => {
    const { own, file } = await ownProject();
    vi.stubGlobal('indexedDB', undefined);
    const { app } = await openPage();
    await app.project.open([file]);
    expect(app.data.current()?.dataset).toEqual(own.dataset);
    expect(said(app, /is open/u)).toMatchObject([{ text: expect.stringMatching(/for this visit only.* The browser does not let this page save anything\.$/u) as string, remedy: expect.stringContaining('ordinary window') as string }]);
  });

  test('of a bundled data set opens that one', async () => {
    const first = await openPage();
    await steps(first.app, 3);
    const file = await save(first.app);
    const { app } = await openPage();
    await app.data.choose('names');
    fillDisk();
    await app.project.open([file]);
    expect(app.data.current()?.entryId).toBe('reviews');
    expect(said(app, /is open/u)).toMatchObject([{ text: expect.stringMatching(/ is open\. 1 run of the file was not taken in/u) as string }]);
  });

  test('of a data set that is kept already opens the kept one, under its name', async () => {
    const { own, file } = await ownProject();
    const { machine, app } = await openPage();
    await machine.storage.datasets.putDataset({ ...own.dataset, name: 'my name' }, 1);
    fillDisk();
    await app.project.open([file]);
    expect(app.data.list.filter(({ bundled }) => !bundled)).toMatchObject([{ id: own.dataset.id, name: 'my name' }]);
    expect(app.data.current()?.dataset.name).toBe('my name');
  });
});
