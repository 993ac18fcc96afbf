import { describe, expect, it } from 'vitest';
import type { FileReading, ImportPlan, ImportPreview } from '../../src/core/import-plan.ts';
import type { ImportedDataset } from '../../src/protocol/encoder.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { ImportApi, ImportSource } from '../../src/protocol/imports.ts';
import { ImportState } from '../../src/state/import.svelte.ts';
import { Job } from '../../src/state/job.svelte.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { previewOf as filePreview } from '../support/import-files.ts';

const DETECTED: FileReading = { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: true };
const FILE = new File(['comment,mood\nfine,good\n'], 'shop.csv');
const IMPORTED = { storageProblem: null } as ImportedDataset;

function previewOf(sources: readonly ImportSource[], readings: readonly (FileReading | null)[]): ImportPreview {
  const files = sources.map(({ name }, i) => ({ ...filePreview(name, ['comment', 'mood']), reading: readings[i] ?? DETECTED }));
  const origins: ImportPlan['origins'] = { text: { kind: 'column', column: 'comment' }, label: { kind: 'column', column: 'mood' }, domain: { kind: 'none' }, group: { kind: 'none' } };
  return { files, plan: { name: 'shop', readings: files.map(({ reading }) => reading), origins, mergeSpellings: true }, problem: '' };
}

interface Call<Result> {
  readonly job: string;
  resolve(result: Result): void;
  reject(error: unknown): void;
}
type Look = Call<ImportPreview> & { readonly sources: readonly ImportSource[]; readonly readings: readonly (FileReading | null)[] };
type Run = Call<ImportedDataset> & { readonly sources: readonly ImportSource[]; readonly plan: ImportPlan };

/** A worker whose answers are in the test's hands. */
function start() {
  const looks: Look[] = [];
  const runs: Run[] = [];
  const taken: ImportedDataset[] = [];
  /** How many data sets had been taken at each call. */
  const followed: number[] = [];
  const cancel = async (job: string): Promise<void> => [...looks, ...runs].find((call) => call.job === job)?.reject(new HeldoutError('cancelled', 'Cancelled.', ''));
  const api: ImportApi = {
    preview: (sources, readings, job) => new Promise((resolve, reject) => looks.push({ sources, readings, job, resolve, reject })),
    run: (sources, plan, job) => new Promise((resolve, reject) => runs.push({ sources, plan, job, resolve, reject })),
    cancel,
  };
  const notices = new Notices();
  const pageJob = new Job(cancel);
  const imports = new ImportState(api, notices, { job: pageJob, takeImported: async (imported) => void taken.push(imported) }, () => void followed.push(taken.length));
  /** Answers the last look as if all went well. */
  const show = (look = looks.at(-1)): void => look?.resolve(previewOf(look.sources, look.readings));
  /** A preview of FILE is open. */
  const opened = async (): Promise<void> => {
    const looking = imports.choose([FILE]);
    show();
    await looking;
  };
  return { imports, notices, pageJob, looks, runs, taken, followed, show, opened };
}

const JSON_READING: FileReading = { ...DETECTED, format: 'json' };
const BAD = new HeldoutError('bad-file', 'shop.csv is no JSON array.', 'Choose another format.', { file: 'shop.csv' });

describe('importing', () => {
  it('opens a preview of chosen files, read as detected, and imports nothing before it is asked to', async () => {
    const { imports, looks, runs, opened } = start();
    await opened();
    expect(looks[0]).toMatchObject({ sources: [{ name: 'shop.csv', content: FILE }], readings: [null] });
    expect(imports).toMatchObject({ view: 'preview', problem: '', isPasted: false });
    expect(imports.plan?.name).toBe('shop');
    expect(runs).toEqual([]);
  });

  it('carries out what was chosen, and closes', async () => {
    const { imports, pageJob, runs, taken, followed, opened } = start();
    await opened();
    imports.chooseName('mine');
    imports.chooseOrigin('domain', { kind: 'file-name' });
    const importing = imports.import();
    expect(imports.view).toBe('closed');
    expect(pageJob.title).toBe('Importing shop.csv');
    expect(runs[0]?.plan).toMatchObject({ name: 'mine', readings: [DETECTED], origins: { domain: { kind: 'file-name' } } });
    runs[0]?.resolve(IMPORTED);
    await importing;
    expect(taken).toEqual([IMPORTED]);
    expect(followed).toEqual([1]);
  });

  it('does nothing while something is missing', async () => {
    const { imports, runs, opened } = start();
    await opened();
    imports.chooseName(' ');
    await imports.import();
    expect(imports).toMatchObject({ view: 'preview', problem: 'Give the data set a name.' });
    expect(runs).toEqual([]);
  });

  it('tells of files that cannot be looked at, and opens nothing', async () => {
    const { imports, looks, notices } = start();
    const looking = imports.choose([FILE]);
    looks[0]?.reject(BAD);
    await looking;
    expect(imports.view).toBe('closed');
    expect(notices.list).toMatchObject([{ kind: 'error', text: BAD.message, remedy: BAD.remedy }]);
  });

  it('that fails offers the preview again, with the choices made', async () => {
    const { imports, notices, runs, taken, followed, opened } = start();
    await opened();
    imports.chooseName('mine');
    imports.chooseOrigin('group', { kind: 'column', column: 'mood' });
    const plan = imports.plan;
    const importing = imports.import();
    runs[0]?.reject(BAD);
    await importing;
    expect(taken).toEqual([]);
    expect(followed).toEqual([]);
    const [notice] = notices.list;
    expect(notice).toMatchObject({ text: BAD.message, action: { label: 'Change the import' } });
    notice?.action?.run();
    expect(imports).toMatchObject({ view: 'preview', trouble: BAD }); // what went wrong is told there, until something is chosen otherwise
    expect(imports.plan).toEqual(plan);
    imports.chooseOrigin('group', { kind: 'none' });
    expect(imports.trouble).toBeNull();
  });

  it('does nothing while a file has a problem, until another choice mends it', async () => {
    const { imports, looks, runs } = start();
    const looking = imports.choose([FILE]);
    const [look] = looks as [Look];
    const preview = previewOf(look.sources, look.readings);
    const problem = { message: 'The value of “mood” in row 9 is a list.', remedy: 'Choose another column.', column: 'mood' };
    look.resolve({ ...preview, files: preview.files.map((file) => ({ ...file, problems: [problem] })) });
    await looking;
    await imports.import();
    expect(imports).toMatchObject({ view: 'preview', problem: 'The value of “mood” in row 9 is a list. Choose another column.' });
    expect(runs).toEqual([]);
    imports.chooseOrigin('label', { kind: 'column', column: 'comment' });
    imports.chooseOrigin('text', { kind: 'file-name' });
    expect(imports.problem).toBe('Choose the column that holds the texts.');
  });

  it('merges spellings unless it is told not to', async () => {
    const { imports, runs, opened } = start();
    await opened();
    expect(imports.plan?.mergeSpellings).toBe(true);
    imports.chooseMerging(false);
    void imports.import();
    expect(runs[0]?.plan.mergeSpellings).toBe(false);
  });

  it('that fails for want of a download can be tried again as it was', async () => {
    const { imports, notices, runs, taken, opened } = start();
    await opened();
    const importing = imports.import();
    runs[0]?.reject(new HeldoutError('model-download', 'The text encoder could not be downloaded.', 'Check the connection.'));
    await importing;
    const [notice] = notices.list;
    expect(notice?.action?.label).toBe('Try again');
    notice?.action?.run();
    expect(runs[1]?.plan).toEqual(runs[0]?.plan);
    runs[1]?.resolve(IMPORTED);
    await expect.poll(() => taken).toEqual([IMPORTED]);
  });

  it('that is cancelled is no error', async () => {
    const { imports, notices, pageJob, opened } = start();
    await opened();
    const importing = imports.import();
    pageJob.cancel();
    await importing;
    expect(notices.list).toEqual([]);
  });
});

describe('another reading', () => {
  it('is looked at without losing the choices, also those made meanwhile', async () => {
    const { imports, looks, show, opened } = start();
    await opened();
    imports.chooseName('mine');
    const reading = imports.read(0, { ...DETECTED, delimiter: ';' });
    imports.chooseOrigin('group', { kind: 'file-name' });
    show();
    await reading;
    expect(looks[1]?.readings).toEqual([{ ...DETECTED, delimiter: ';' }]);
    expect(imports.files[0]?.reading.delimiter).toBe(';');
    expect(imports.plan).toMatchObject({ name: 'mine', origins: { group: { kind: 'file-name' } } });
  });

  it('adds to one that is still being looked at', async () => {
    const { imports, looks, show, opened } = start();
    await opened();
    const first = imports.read(0, { ...DETECTED, delimiter: ';' });
    const second = imports.read(0, { ...DETECTED, delimiter: ';', hasHeader: false });
    show();
    await Promise.all([first, second]);
    expect(looks).toHaveLength(3);
    expect(imports.files[0]?.reading).toEqual({ ...DETECTED, delimiter: ';', hasHeader: false });
    expect(imports.trouble).toBeNull();
  });

  it('of a file that is gone leaves it as it was, and says why', async () => {
    const { imports, looks, show, opened } = start();
    await opened();
    const wrong = imports.read(0, JSON_READING);
    looks[1]?.reject(BAD);
    await wrong;
    expect(imports).toMatchObject({ view: 'preview', trouble: BAD });
    expect(imports.files[0]?.reading).toEqual(DETECTED);
    const mended = imports.read(0, { ...DETECTED, encoding: 'windows-1252' });
    expect(imports.trouble).toBeNull();
    show();
    await mended;
    expect(imports.files[0]?.reading.encoding).toBe('windows-1252');
  });

  it('can be every file’s', async () => {
    const { imports, looks, show } = start();
    const choosing = imports.choose([FILE, new File(['x'], 'b.csv'), new File(['y'], 'c.csv')]);
    show();
    await choosing;
    const all = imports.read(1, { ...DETECTED, encoding: 'windows-1252' }, true);
    show();
    await all;
    expect(looks[1]?.readings.map((reading) => reading?.encoding)).toEqual(['windows-1252', 'windows-1252', 'windows-1252']);
    expect(imports.job.title).toBeNull();
  });
});

describe('leaving a file out', () => {
  const [A, B] = [new File(['x'], 'a.csv'), new File(['y'], 'b.csv')];
  const two = async () => {
    const started = start();
    const choosing = started.imports.choose([A, B]);
    started.show();
    await choosing;
    return started;
  };

  it('goes on with the others, read as they were, and keeps the choices', async () => {
    const { imports, looks, show } = await two();
    imports.chooseName('mine');
    const reading = imports.read(1, { ...DETECTED, delimiter: ';' });
    show();
    await reading;
    const leaving = imports.leaveOut(0);
    show();
    await leaving;
    expect(looks.at(-1)?.sources).toEqual([{ name: 'b.csv', content: B }]);
    expect(looks.at(-1)?.readings).toEqual([{ ...DETECTED, delimiter: ';' }]);
    expect(imports.files.map(({ file }) => file)).toEqual(['b.csv']);
    expect(imports.plan?.name).toBe('mine');
  });

  it('is undone where the others cannot be looked at, and does nothing with the last one', async () => {
    const { imports, looks } = await two();
    const leaving = imports.leaveOut(1);
    looks[1]?.reject(BAD);
    await leaving;
    expect(imports).toMatchObject({ view: 'preview', trouble: BAD });
    expect(imports.files).toHaveLength(2);
    const { imports: one, looks: looksOfOne, opened } = start();
    await opened();
    await one.leaveOut(0);
    expect(looksOfOne).toHaveLength(1);
  });
});

describe('closing', () => {
  it('breaks a look off, and what it still brings is not shown', async () => {
    const { imports, looks, notices, show } = start();
    const looking = imports.choose([FILE]);
    show(); // the answer is on its way
    imports.close();
    await looking;
    expect(looks).toHaveLength(1);
    expect(imports.view).toBe('closed');
    expect(notices.list).toEqual([]);
  });
});

describe('pasted text', () => {
  it('is looked at as a file, stays through trouble and closing, and goes when it is imported', async () => {
    const { imports, looks, runs, show } = start();
    imports.paste();
    imports.pasted = 'good\tA fine lamp.';
    const failing = imports.lookAtPasted();
    looks[0]?.reject(BAD);
    await failing;
    expect(imports).toMatchObject({ view: 'paste', trouble: BAD, pasted: 'good\tA fine lamp.' });
    imports.close();
    imports.paste();
    expect(imports).toMatchObject({ view: 'paste', trouble: null, pasted: 'good\tA fine lamp.' });
    const looking = imports.lookAtPasted();
    show();
    await looking;
    expect(imports).toMatchObject({ view: 'preview', isPasted: true });
    const importing = imports.import();
    runs[0]?.resolve(IMPORTED);
    await importing;
    expect(imports.pasted).toBe('');
  });
});
