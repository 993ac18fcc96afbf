import 'fake-indexeddb/auto';
import { strFromU8, strToU8 } from 'fflate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CURVE_COLUMNS } from '../../src/core/curve.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { MAX_RUNS, seedsOf } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { shapedSplits } from '../../src/core/shaped-split.ts';
import { embeddingKey } from '../../src/data/embedding-key.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import { replay } from '../../src/engine/replay.ts';
import type { LoadedDataset } from '../../src/protocol/encoder.ts';
import type { OpenedProject } from '../../src/protocol/project.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import type { StoredRun } from '../../src/storage/schema.ts';
import { VECTOR_TOLERANCE, distance } from '../../src/worker/project-vectors.ts';
import { runDataOf } from '../../src/worker/run-data-of.ts';
import { changed, shiftVectors, withVectors } from '../support/altered-project.ts';
import { importAsProposed } from '../support/import-files.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { newMachine, serveSite, type Machine } from '../support/machine.ts';
import { compileKernelFirst } from '../support/page-model.ts';
import { applied } from '../support/editing.ts';

/** What is saved on one machine and opened on another, with the real engine, encoder and storage on an imitation of IndexedDB. */

const silent = (): void => {};
let machines: Machine[] = [];

compileKernelFirst();
beforeEach(() => {
  vi.stubGlobal('fetch', serveSite);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const { trainer, storage } of machines) {
    await trainer.api.pause().catch(silent);
    await storage.close();
  }
  machines = [];
});

async function machine(): Promise<Machine> {
  const made = await newMachine();
  machines.push(made);
  return made;
}

/** Every ninth bundled review, as a data set of one's own. Its vectors are the bundled ones, so that no encoder is needed. */
async function ownReviews({ data }: Machine): Promise<LoadedDataset> {
  const { dataset } = await data.encoder.openDataset('reviews', 'open', silent);
  const rows = Uint32Array.from(dataset.examples.keys()).filter((row) => row % 9 !== 0);
  return data.encoder.saveDataset(applied(dataset, { kind: 'drop', rows }), 'reviews', 'save', silent);
}

/** Eighteen short texts that are embedded. */
function importThings({ data }: Machine): Promise<LoadedDataset> {
  const words = ['A lovely room.', 'Cold soup again.', 'The lift broke down twice, what a day!', 'We sang all night.', 'My boots leak.', 'What a view from up there.'];
  const rows = words.flatMap((text, i) => ['web', 'mail', 'shop'].map((domain) => `"${text} (${domain})",${i % 2 ? 'bad' : 'good'},${domain}`));
  return importAsProposed(data.imports, [{ name: 'things.csv', content: `text,label,domain\n${rows.join('\n')}\n` }]);
}

function request(changes: Partial<RunRequest> = {}): RunRequest {
  const knobs = { ...DEFAULT_KNOBS, batchSize: 4, dropout: true };
  return { heldOutDomain: 'hotels', head: { kind: 'hidden', width: 16 }, seed: 5, seeds: 2, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs, steps: 50, ...changes };
}

async function steps({ trainer: { api } }: Machine, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await api.stepOnce();
}

/** Trains 25 steps, turns a knob, splits the run, and trains ten steps more. @returns the run's id */
async function trainBranches(on: Machine, { dataset, features }: LoadedDataset): Promise<string> {
  const { api } = on.trainer;
  await api.setData(dataset, features.slice());
  const { runId } = await api.newRun(request());
  await steps(on, 25);
  await api.change(runId, 'l2', true);
  const { branches } = await api.fork(runId);
  const branch = branches[1]?.record.id ?? '';
  await api.renameBranch(branch, 'without dropout, “quoted”');
  await api.change(branch, 'dropout', false);
  await steps(on, 10);
  return runId;
}

async function save({ data }: Machine, entryId: string, withEmbeddings = true): Promise<File> {
  const { name, content, problem } = await data.project.save(entryId, withEmbeddings, 'save', silent);
  expect(problem).toBeNull();
  return new File([content], name);
}

function open({ data }: Machine, file: File): Promise<OpenedProject> {
  return data.project.open(file, 'open project', silent);
}

/** Opens the run that a project brought, on the data that it brought. */
async function openRun({ data, trainer: { api } }: Machine, { entryId, runId }: OpenedProject) {
  const { dataset, features } = await data.encoder.openDataset(entryId, 'open', silent);
  await api.setData(dataset, features.slice());
  return { dataset, features, snapshot: await api.openRun(runId ?? '') };
}

async function curves({ storage }: Machine, runId: string): Promise<readonly Float64Array[]> {
  return (await storage.runs.loadRun(runId)).flatMap(({ heads }) => heads.map(({ curve }) => curve));
}

/** How much storage holds. */
async function kept({ storage }: Machine) {
  return { datasets: (await storage.datasets.listDatasets()).length, runs: (await storage.runs.listRuns()).length, embeddings: await storage.embeddings.countEmbeddings() };
}

const timeless = (runs: readonly StoredRun[]) => runs.map((run) => ({ ...run, savedAt: 0 }));

describe('a project that is saved on one machine and opened on another', () => {
  test('brings data, embeddings, branches, curves and weights, to the bit', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    await first.trainer.api.pause();
    const opened = await open(second, await save(first, own.dataset.id));
    expect(opened).toEqual({ entryId: own.dataset.id, name: own.dataset.name, runId, runs: { added: 1, continued: 0, left: 0, omitted: 0 }, inexact: 0, augmented: 0, embeddings: 'right', unkept: null });
    const there = await second.data.encoder.openDataset(opened.entryId, 'open', silent);
    expect(there.dataset).toEqual(own.dataset);
    expect(there.features).toEqual(own.features);
    const branches = await second.storage.runs.loadRun(runId);
    expect(branches).toHaveLength(2);
    expect(timeless(branches)).toEqual(timeless(await first.storage.runs.loadRun(runId)));
  });

  test('goes on from its checkpoint as it does on the first, and replays to the same curves', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    const opened = await open(second, await save(first, own.dataset.id));
    const { dataset, features, snapshot } = await openRun(second, opened);
    expect(snapshot?.branches.map(({ step, name }) => ({ step, name }))).toEqual([{ step: 35, name: '' }, { step: 35, name: 'without dropout, “quoted”' }]);
    await steps(first, 15);
    await steps(second, 15);
    const ended = await curves(first, runId);
    expect(ended).toHaveLength(4);
    expect(await curves(second, runId)).toEqual(ended);
    for (const [b, { record, heads }] of (await second.storage.runs.loadRun(runId)).entries()) {
      const data = runDataOf(dataset, features, shapedSplits(dataset, record.heldOutDomain, seedsOf(record), record.shape), record.groupBy);
      expect(await replay(record, data, kernelPopulations), `branch ${b}`).toEqual(heads.map(({ curve }) => curve));
    }
  });

  test('without embeddings, embeds its texts there, and goes on exactly where that gives the same vectors', { timeout: 120_000 }, async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await importThings(first);
    await first.trainer.api.setData(own.dataset, own.features.slice());
    const { runId } = await first.trainer.api.newRun(request({ heldOutDomain: 'shop', seeds: 1 }));
    await steps(first, 20);
    const opened = await open(second, await save(first, own.dataset.id, false));
    expect(opened).toMatchObject({ runId, inexact: 0 });
    expect(second.asked.some((path) => path.startsWith('models/'))).toBe(true);
    await openRun(second, opened);
    await steps(first, 30);
    await steps(second, 30);
    expect(await curves(second, runId)).toEqual(await curves(first, runId));
  });

  test('with a run that has trained on augmented texts, says so, and goes on exactly when they have been embedded there', { timeout: 120_000 }, async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await importThings(first);
    await first.trainer.api.setData(own.dataset, own.features.slice());
    const settings = request({ heldOutDomain: 'shop', seeds: 1, knobs: { ...DEFAULT_KNOBS, batchSize: 4, textSwap: true } });
    const { runId } = await first.trainer.api.newRun(settings);
    const giveVariants = async ({ data, trainer: { api } }: Machine): Promise<void> => {
      const part = await data.variants.embed({ datasetId: own.dataset.id, heldOutDomain: 'shop', seed: settings.seed, kind: 'swap', strength: DEFAULT_KNOBS.textStrength, from: 0, to: 64 }, 'variants', silent);
      await api.addVariants(runId, part);
    };
    await steps(first, 3);
    await giveVariants(first);
    await steps(first, 17);
    const opened = await open(second, await save(first, own.dataset.id));
    expect(opened).toMatchObject({ runId, inexact: 0, augmented: 1 });
    const { snapshot } = await openRun(second, opened);
    expect(snapshot?.branches[0]).toMatchObject({ step: 20, record: { variantJoins: [{ step: 3, kind: 'swap', count: 24 }] } });
    await expect(second.trainer.api.stepOnce()).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('not ready yet') as string });
    await giveVariants(second);
    for (const on of [first, second]) await steps(on, 30);
    const ended = await curves(first, runId);
    expect(ended[0]).toHaveLength(6 * CURVE_COLUMNS);
    expect(await curves(second, runId)).toEqual(ended);
  });

  test('that was trained on other embeddings than there are keeps its curves, can be gone on with, and is counted as inexact', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    // The second machine has embedded one of the texts otherwise.
    const file = await save(first, own.dataset.id);
    const text = own.dataset.examples[3]?.text ?? '';
    const turned = Float32Array.from({ length: 512 }, (_, i) => (i === 0 ? 1 : 0));
    await second.storage.embeddings.putEmbeddings([embeddingKey(ENCODER_VERSION, text)], turned);
    const opened = await open(second, file);
    expect(opened).toMatchObject({ runId, inexact: 1 });
    const { snapshot } = await openRun(second, opened);
    expect(snapshot?.branches.map(({ step }) => step)).toEqual([35, 35]);
    expect(await curves(second, runId)).toEqual(await curves(first, runId));
    expect((await second.storage.runs.loadRun(runId)).map(({ record }) => record.featuresHash)).toEqual(['', '']);
  });

  test('of a bundled data set opens as that one, whose rows and vectors are there already', async () => {
    const [first, second] = [await machine(), await machine()];
    const bundled = await first.data.encoder.openDataset('reviews', 'open', silent);
    await first.trainer.api.setData(bundled.dataset, bundled.features.slice());
    const { runId } = await first.trainer.api.newRun(request({ seeds: 1 }));
    await steps(first, 12);
    const opened = await open(second, await save(first, 'reviews', false));
    expect(opened).toMatchObject({ entryId: 'reviews', runId, inexact: 0 });
    expect(await second.storage.datasets.listDatasets()).toEqual([]);
    expect((await openRun(second, opened)).snapshot?.branches[0]?.step).toBe(12);
  });

  test('brings the counts of looks and reveals, which never go down', async () => {
    const [first, second] = [await machine(), await machine()];
    const { dataset: { id } } = await ownReviews(first);
    await first.storage.looks.addLooks(id, 'hotels', { evaluations: 7, runs: 2 });
    await first.storage.seals.addReveal(id, 'films');
    const file = await save(first, id);
    await second.storage.looks.addLooks(id, 'hotels', { evaluations: 3, runs: 4 });
    await open(second, file);
    await open(second, file);
    expect(await second.storage.looks.getLooks(id, 'hotels')).toEqual({ evaluations: 7, runs: 4 });
    expect(await second.storage.seals.getReveals(id, 'films')).toBe(1);
  });
});

describe('opening a project where something of it is kept already', () => {
  test('changes neither the name of the data set nor a run that stands further on', async () => {
    const first = await machine();
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    const file = await save(first, own.dataset.id);
    await steps(first, 5);
    const before = await first.storage.runs.loadRun(runId);
    await first.storage.datasets.putDataset({ ...own.dataset, name: 'my name' }, 1);
    expect((await open(first, file)).runs).toEqual({ added: 0, continued: 0, left: 1, omitted: 0 });
    expect(await first.storage.runs.loadRun(runId)).toEqual(before);
    expect((await first.storage.datasets.getDataset(own.dataset.id))?.name).toBe('my name');
  });

  test('puts a run that was gone on with elsewhere in the place of its beginning', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    const opened = await open(second, await save(first, own.dataset.id));
    await openRun(second, opened);
    await steps(second, 10);
    expect((await open(first, await save(second, own.dataset.id))).runs).toEqual({ added: 0, continued: 1, left: 0, omitted: 0 });
    expect(timeless(await first.storage.runs.loadRun(runId))).toEqual(timeless(await second.storage.runs.loadRun(runId)));
  });

  test('leaves a run that was gone on with otherwise on both as it is', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    await openRun(second, await open(second, await save(first, own.dataset.id)));
    await second.trainer.api.change(runId, 'weightDecay', true);
    await steps(second, 10);
    await steps(first, 5);
    const before = await first.storage.runs.loadRun(runId);
    expect((await open(first, await save(second, own.dataset.id))).runs).toMatchObject({ continued: 0, left: 1 });
    expect(await first.storage.runs.loadRun(runId)).toEqual(before);
  });

  test(`takes its newest run always, and others while there are fewer than ${MAX_RUNS} branches`, async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const runId = await trainBranches(first, own);
    const [template] = await first.storage.runs.loadRun(runId);
    const copy = (id: string, savedAt: number, datasetId: string): StoredRun => ({ ...(template as StoredRun), record: { ...(template as StoredRun).record, id, datasetId, fork: null }, runId: id, order: 0, savedAt });
    for (const id of ['older', 'newer']) await first.storage.runs.saveRun([copy(id, id === 'newer' ? 9e12 : 1, own.dataset.id)]);
    for (let i = 0; i < MAX_RUNS; i++) await second.storage.runs.saveRun([copy(`other ${i}`, i, 'another data set')]);
    const opened = await open(second, await save(first, own.dataset.id));
    expect(opened).toMatchObject({ runId: 'newer', runs: { added: 1, omitted: 2 } });
    expect((await second.storage.runs.listRuns()).map((entry) => entry.runId)).toEqual(expect.arrayContaining(['newer', 'other 1', `other ${MAX_RUNS - 1}`]));
    expect(await second.storage.runs.loadRun('other 0')).toEqual([]); // the oldest, as for any new run
  });
});

describe('the embeddings of a file', () => {
  const vectorsOf = async ({ storage }: Machine, { dataset }: LoadedDataset) => storage.embeddings.getEmbeddings(dataset.examples.map(({ text }) => embeddingKey(ENCODER_VERSION, text)));

  test('that are not those of its texts are left out, and the texts embedded here', { timeout: 60_000 }, async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await importThings(first);
    const opened = await open(second, await withVectors(await save(first, own.dataset.id), shiftVectors));
    expect(opened).toMatchObject({ entryId: own.dataset.id, embeddings: 'wrong', unkept: null });
    const { dataset, features } = await second.data.encoder.openDataset(opened.entryId, 'open', silent);
    expect(dataset).toEqual(own.dataset);
    expect(features).toEqual(own.features); // as the same encoder gives them
    expect(await vectorsOf(second, own)).toEqual(await vectorsOf(first, own));
  });

  test('that are rounded to float16, as those of bundled data are, pass by far', { timeout: 60_000 }, async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const distances: number[] = [];
    for (const [row, { text }] of own.dataset.examples.entries()) distances.push(distance(await second.data.encoder.embedText(text, 'embed', silent), own.features.subarray(row * 512, (row + 1) * 512)));
    expect(Math.min(...distances)).toBeGreaterThan(1e-5);
    expect(Math.max(...distances)).toBeLessThan(VECTOR_TOLERANCE / 20);
    expect(await open(second, await save(first, own.dataset.id))).toMatchObject({ embeddings: 'right' });
    expect((await second.data.encoder.openDataset(own.dataset.id, 'open', silent)).features).toEqual(own.features);
  });

  test('of which storage knows all are neither looked at nor taken', async () => {
    const first = await machine();
    const own = await importThings(first);
    const before = await vectorsOf(first, own);
    const file = await withVectors(await save(first, own.dataset.id), shiftVectors);
    first.asked.length = 0;
    expect(await open(first, file)).toMatchObject({ embeddings: 'none' });
    expect(await vectorsOf(first, own)).toEqual(before);
    expect(first.asked.filter((path) => path.startsWith('models/'))).toEqual([]);
  });

  test('are taken unchecked where the encoder cannot be loaded, and that is told', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await importThings(first);
    const file = await save(first, own.dataset.id);
    vi.stubGlobal('fetch', (address: string) => (address.includes('/models/') ? Promise.reject(new TypeError('no connection')) : serveSite(address)));
    expect(await open(second, file)).toMatchObject({ embeddings: 'unchecked', unkept: null });
    expect((await second.data.encoder.openDataset(own.dataset.id, 'open', silent)).features).toEqual(own.features);
  });

  test('are not checked once the opening is cancelled, and nothing is kept', async () => {
    const [first, second] = [await machine(), await machine()];
    const file = await save(first, (await importThings(first)).dataset.id);
    const opening = second.data.project.open(file, 'open project', ({ kind }) => kind === 'download' && void second.data.project.cancel('open project'));
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect(await kept(second)).toEqual({ datasets: 0, runs: 0, embeddings: 0 });
  });
});

describe('a project that cannot be used', () => {
  /** Replaces text, once, in each file whose name matches. */
  function replacing(name: RegExp, from: string, to: string) {
    return (files: Record<string, Uint8Array>): void => {
      const matching = Object.keys(files).filter((own) => name.test(own));
      expect(matching).not.toEqual([]);
      for (const own of matching) {
        const text = strFromU8(files[own] as Uint8Array);
        expect(text).toContain(from);
        files[own] = strToU8(text.replace(from, to));
      }
    };
  }

  test('is refused, the file in the archive named, and nothing of it is kept', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    await trainBranches(first, own);
    const file = await save(first, own.dataset.id);
    const cases: readonly [string, File, RegExp][] = [
      ['a file differs from its hash', await changed(file, replacing(/csv$/u, 'the', 'teh'), false), /dataset\.csv in .* is not the file that heldout\.json names/u],
      ['a file is missing', await changed(file, (files) => delete files['dataset.csv'], false), /lacks dataset\.csv/u],
      ['the manifest is missing', await changed(file, (files) => delete files['heldout.json'], false), /without heldout\.json/u],
      ['rows are not those of the id', await changed(file, replacing(/csv$/u, 'the', 'teh')), /dataset\.csv is not the data set.*another hash/u],
      ['the format is newer', await changed(file, replacing(/heldout\.json/u, '"formatVersion": 1', '"formatVersion": 2'), false), /newer version of this page: it has format 2/u],
      ['a record is newer', await changed(file, replacing(/^runs\//u, '"version":3', '"version":4')), /runs\/.*json was saved by a newer version/u],
      ['the encoder is another', await changed(file, replacing(/heldout\.json/u, '"encoderVersion": "use-lite-1"', '"encoderVersion": "other"'), false), /made with the text encoder other/u],
      ['a knob is out of range', await changed(file, replacing(/^runs\//u, '"dropoutRate":0.5', '"dropoutRate":1.5')), /runs\/.*json cannot be read\. Dropout rate must be between/u],
      ['a knob is unknown', await changed(file, replacing(/^runs\//u, '"dropoutRate":0.5', '"unheardOf":1')), /runs\/.*json.*“unheardOf”/u],
      ['a head is impossible', await changed(file, replacing(/^runs\//u, '"width":16', '"width":5000')), /runs\/.*json.*1 to 1,024 units/u],
      ['weights are of another head', await changed(file, replacing(/^runs\//u, '"width":16', '"width":8')), /The run .* does not fit .*weights1 differs/u],
      ['the held-out domain is unknown', await changed(file, replacing(/^runs\//u, '"heldOutDomain":"hotels"', '"heldOutDomain":"moons"')), /The run .* does not fit .*no domain named “moons”/u],
      ['a curve goes backwards', await changed(file, replacing(/^runs\//u, '"evaluations":[[0,', '"evaluations":[[11,')), /runs\/.*json.*from step 11 to 10/u],
      ['weights are cut short', await changed(file, (files) => {
        const name = Object.keys(files).find((own) => own.startsWith('weights/')) ?? '';
        files[name] = (files[name] as Uint8Array).subarray(0, -4);
      }), /weights\/.*safetensors/u],
      ['it is no archive', new File(['text,label\n'], 'things.heldout.zip'), /is not a zip archive/u],
      ['its download was cut short', new File([await file.slice(0, file.size - 100).arrayBuffer()], file.name), /cut short/u],
    ];
    for (const [why, broken, says] of cases) {
      await expect(open(second, broken), why).rejects.toMatchObject({ name: 'HeldoutError', code: 'bad-file', message: expect.stringMatching(says) as string, remedy: expect.stringMatching(/./u) as string });
    }
    expect(await kept(second)).toEqual({ datasets: 0, runs: 0, embeddings: 0 });
  });

  test('with its runs, for want of room, brings its data and none of its runs or counts', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    await trainBranches(first, own);
    const file = await save(first, own.dataset.id);
    const put = IDBObjectStore.prototype.put;
    let runs = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args: Parameters<IDBObjectStore['put']>) {
      if (this.name === 'checkpoints' && ++runs === 2) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
    expect(await open(second, file)).toMatchObject({ entryId: own.dataset.id, runId: null, runs: { added: 0 }, unkept: { code: 'storage-full', runs: 1, isData: false } });
    expect(runs).toBe(2);
    expect(await kept(second)).toMatchObject({ datasets: 1, runs: 0 });
    expect(await second.storage.looks.listLooks(own.dataset.id)).toEqual(new Map());
    vi.restoreAllMocks();
    expect(await open(second, file)).toMatchObject({ runs: { added: 1 }, unkept: null });
  });

  test('because it was cancelled leaves everything as it was', async () => {
    const [first, second] = [await machine(), await machine()];
    const own = await ownReviews(first);
    const file = await save(first, own.dataset.id);
    const opening = second.data.project.open(file, 'open project', () => void second.data.project.cancel('open project'));
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect(await kept(second)).toEqual({ datasets: 0, runs: 0, embeddings: 0 });
  });
});

describe('a saved file', () => {
  test('has about the size that was foretold', async () => {
    const first = await machine();
    const own = await ownReviews(first);
    await trainBranches(first, own);
    const { bytes, embeddingBytes, runs } = await first.data.project.size(own.dataset.id);
    expect(runs).toBe(1);
    for (const withEmbeddings of [true, false]) {
      const ratio = (await save(first, own.dataset.id, withEmbeddings)).size / (bytes + (withEmbeddings ? embeddingBytes : 0));
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    }
  });

  test('of a data set that storage refused has its rows and says that runs are missing', async () => {
    const first = await machine();
    vi.spyOn(first.storage.datasets, 'putDataset').mockRejectedValue(new Error('no room'));
    const own = await ownReviews(first);
    vi.spyOn(first.storage.runs, 'listRuns').mockRejectedValue(new Error('refused'));
    const { content, problem } = await first.data.project.save(own.dataset.id, true, 'save', silent);
    expect(problem).toMatch(/^The file has no runs\./u);
    const second = await machine();
    const opened = await open(second, new File([content], 'rescued.heldout.zip'));
    expect((await second.data.encoder.openDataset(opened.entryId, 'open', silent)).dataset).toEqual(own.dataset);
  });

  test('as CSV imports again as the same data set', async () => {
    const first = await machine();
    const own = await ownReviews(first);
    const { name, content } = await first.data.project.saveCsv(own.dataset.id, 'csv');
    expect(name).toBe('Reviews, cleaned.csv');
    const again = await importAsProposed(first.data.imports, [{ name, content: new Blob([content]) }]);
    expect(again.dataset.id).toBe(own.dataset.id);
  });
});
