import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deleteDB, openDB } from 'idb';
import * as v from 'valibot';
import type { Dataset } from '../../src/core/examples.ts';
import { remedyOrigin } from '../../src/core/dataset-origin.ts';
import { tableKeyPrefix, type TableEntry } from '../../src/core/domain-table.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import type { Remedy } from '../../src/core/quality/report.ts';
import { seedsOf, type RunRecord } from '../../src/core/run-record.ts';
import { compiledKernel } from '../../src/engine/browser-assets.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { replay } from '../../src/engine/replay.ts';
import { MAX_RUNS } from '../../src/core/run-record.ts';
import { SCHEMA_VERSION, type StoredRun } from '../../src/storage/schema.ts';
import { ModelCache } from '../../src/storage/model-cache.ts';
import { Storage } from '../../src/storage/storage.ts';
import { RunKeeper } from '../../src/worker/run-keeper.ts';
import { runStorage } from '../../src/worker/run-storage.ts';
import { TrainerService } from '../../src/worker/trainer-service.ts';
import { ENDED, LOOKED, OLD_BRANCH, OLD_RUN, OLD_TOY, STOOD, writeDatabaseOfVersion2 } from '../support/database-version-2.ts';
import { trainingData } from '../support/training-data.ts';

/** The real IndexedDB and Cache API of the browser that runs this. */

let databases = 0;
let name = '';
let storage: Storage;

beforeEach(() => {
  name = `heldout-test-${++databases}`;
  storage = new Storage(name);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
  await deleteDB(name);
});

const dataset = (id: string, rows = 10): Dataset => ({
  id,
  name: `data ${id}`,
  examples: Array.from({ length: rows }, (_, i) => ({ text: `text ${i}`, label: i % 2 ? 'pos' : 'neg', domain: i % 3 ? 'web' : 'mail' })),
  labels: ['neg', 'pos'],
  domains: ['mail', 'web'],
  groups: [],
  hasDomains: true,
});

const record = (id: string, datasetId = 'data'): RunRecord => ({
  version: 3,
  id,
  datasetId,
  encoderVersion: 'encoder',
  featuresHash: '0123456789abcdef',
  heldOutDomain: 'web',
  head: { kind: 'hidden', width: 16 },
  seeds: 1,
  seed: 7,
  groupBy: 'domain',
  shape: DEFAULT_SHAPE,
  variantJoins: [],
  initialKnobs: DEFAULT_KNOBS,
  initialSteps: 600,
  evaluateEvery: 10,
  log: [{ step: 10, knob: 'dropout', value: true }],
  backends: [{ step: 0, backend: 'webgpu' }],
  fork: null,
});

const run = (id: string, savedAt = 1, datasetId?: string): StoredRun => ({
  record: record(id, datasetId),
  runId: id,
  order: 0,
  name: `run ${id}`,
  heads: [{ sizes: { train: 70, validation: 20, heldOut: 10 }, curve: Float64Array.from({ length: 20 }, (_, i) => i / 3) }],
  savedAt,
  checkpoints: [{ step: 20, tensors: [{ name: 'weights1', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }], batchPosition: [64, 64] }],
});

const REMEDY: Remedy = { label: 'Drop the repeat', done: 'Dropped 1 repeat.', result: 'without 1 repeat', edit: { kind: 'drop', rows: Uint32Array.of(3) } };

const keysOf = (count: number, prefix = 'key'): string[] => Array.from({ length: count }, (_, i) => `${prefix} ${i}`.padStart(64, '0'));
/** [count, 512]; row i holds i and i + 1/2 in turn. */
const vectorsOf = (count: number): Float32Array => Float32Array.from({ length: count * 512 }, (_, i) => Math.floor(i / 512) + (i % 2) / 2);

/** A second connection that does what another tab would. */
async function deleteBehindItsBack(): Promise<void> {
  await deleteDB(name);
}

describe('data sets', () => {
  test('come back whole after the connection was closed', async () => {
    await storage.datasets.putDataset(dataset('a'), 5);
    await storage.close();
    expect(await new Storage(name).datasets.getDataset('a')).toEqual(dataset('a'));
    expect(await storage.datasets.getDataset('b')).toBeUndefined();
  });

  test('come back with their groups', async () => {
    const { examples, ...rest } = dataset('a');
    const grouped: Dataset = { ...rest, examples: examples.map((example, i) => ({ ...example, group: i < 4 ? 'sun' : 'rain' })), groups: ['sun', 'rain'] };
    await storage.datasets.putDataset(grouped, 5);
    await storage.close();
    expect(await new Storage(name).datasets.getDataset('a')).toEqual(grouped);
  });

  test('are listed newest first, without their rows', async () => {
    await storage.datasets.putDataset(dataset('old'), 1);
    await storage.datasets.putDataset(dataset('new'), 2);
    const list = await storage.datasets.listDatasets();
    expect(list.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(list[0]).toEqual({ id: 'new', name: 'data new', labels: ['neg', 'pos'], domains: ['mail', 'web'], hasDomains: true, rows: 10, importedAt: 2, bytes: 10 * 27 + 4 });
  });

  test('keep how they came about, an import’s report or a remedy', async () => {
    const origin = remedyOrigin({ name: 'data a', origin: null }, 'a', REMEDY);
    await storage.datasets.putDataset(dataset('a'), 1);
    await storage.datasets.putDataset(dataset('b'), 2, origin);
    await storage.close();
    const reopened = new Storage(name);
    expect([await reopened.datasets.getOrigin('a'), await reopened.datasets.getOrigin('b'), await reopened.datasets.getOrigin('c')]).toEqual([null, origin, null]);
    expect(await reopened.datasets.getDataset('b')).toEqual(dataset('b'));
    await reopened.close();
  });

  test('that a remedy made go when nothing was made of them, and only then', async () => {
    const origin = remedyOrigin({ name: 'data a', origin: null }, 'a', REMEDY);
    await storage.datasets.putDataset(dataset('a'), 1);
    const uses: Record<string, () => Promise<unknown>> = {
      run: () => storage.runs.saveRun([run('1', 1, 'run')]),
      table: () => storage.domainTables.putEntries(new Map([[`${tableKeyPrefix('table')}cell`, { kind: 'made up' } as unknown as TableEntry]])),
      draft: () => storage.drafts.replaceDraft('draft', { edits: [], at: 0 }, 0, 1),
      remedy: () => storage.datasets.putDataset(dataset('remedy 2'), 3, remedyOrigin({ name: 'data remedy', origin }, 'remedy', REMEDY)),
      nothing: async () => undefined,
    };
    for (const [id, use] of Object.entries(uses)) {
      await storage.datasets.putDataset(dataset(id), 2, origin);
      await use();
    }
    const gone = await Promise.all(['a', ...Object.keys(uses), 'unknown'].map(async (id) => [id, await storage.datasets.deleteUnused(id)]));
    expect(gone.filter(([, deleted]) => deleted)).toEqual([['nothing', true]]);
    expect((await storage.datasets.listDatasets()).map(({ id }) => id).sort()).toEqual(['a', 'draft', 'remedy', 'remedy 2', 'run', 'table']);
    expect(await storage.datasets.getDataset('nothing')).toBeUndefined();
  });

  test('take their runs with them when deleted, but not the count of looks', async () => {
    await storage.datasets.putDataset(dataset('a'), 1);
    await storage.datasets.putDataset(dataset('b'), 2);
    await storage.runs.saveRun([run('1', 1, 'a')]);
    await storage.runs.saveRun([run('2', 2, 'b')]);
    await storage.looks.addLooks('a', 'web', { evaluations: 3, runs: 1 });
    for (const id of ['a', 'b']) await storage.domainTables.putEntries(new Map([[`${tableKeyPrefix(id)}cell`, { kind: 'made up' } as unknown as TableEntry]]));
    await storage.datasets.deleteDataset('a');
    expect((await storage.domainTables.getEntries('a')).size).toBe(0);
    expect((await storage.domainTables.getEntries('b')).size).toBe(1);
    expect(await storage.datasets.getDataset('a')).toBeUndefined();
    expect(await storage.runs.loadRun('1')).toEqual([]);
    expect((await storage.runs.loadRun('2'))[0]?.record.id).toBe('2');
    expect(await storage.looks.getLooks('a', 'web')).toEqual({ evaluations: 3, runs: 1 });
  });
});

describe('embeddings', () => {
  test('come back in the order asked for, absent ones as undefined', async () => {
    const keys = keysOf(100);
    await storage.embeddings.putEmbeddings(keys, vectorsOf(100));
    const [a, none, b, again] = await storage.embeddings.getEmbeddings([keys[99] as string, 'unknown', keys[0] as string, keys[99] as string]);
    expect(none).toBeUndefined();
    expect([a?.length, a?.[0], a?.[1]]).toEqual([512, 99, 99.5]);
    expect(b?.[0]).toBe(0);
    expect(again).toEqual(a);
    expect(again).not.toBe(a);
  });

  test('are there for another tab, and after a reload', async () => {
    const other = new Storage(name);
    expect(await other.embeddings.getEmbeddings(['x'])).toEqual([undefined]);
    await storage.embeddings.putEmbeddings(['x', 'y'], vectorsOf(2));
    expect((await other.embeddings.getEmbeddings(['y']))[0]?.[0]).toBe(1);
    await other.embeddings.putEmbeddings(['z'], vectorsOf(1));
    expect((await storage.embeddings.getEmbeddings(['z']))[0]?.[0]).toBe(0);
    await other.close();
  });

  test('are stored once, however often they are put', async () => {
    await Promise.all([storage.embeddings.putEmbeddings(['x', 'y', 'x'], vectorsOf(3)), storage.embeddings.putEmbeddings(['y'], vectorsOf(1))]);
    await storage.embeddings.putEmbeddings(['x'], vectorsOf(1));
    expect(await storage.embeddings.countEmbeddings()).toBe(2);
  });

  test('may be asked for many times at once', async () => {
    const keys = keysOf(500);
    await storage.embeddings.putEmbeddings(keys, vectorsOf(500));
    const fresh = new Storage(name);
    const all = await Promise.all([1, 2, 3, 4].map(() => fresh.embeddings.getEmbeddings(keys)));
    for (const vectors of all) expect(vectors.map((vector) => vector?.[0])).toEqual(keys.map((_, i) => i));
    await fresh.close();
  });

  test('are never taken for one another when the database is deleted and made again', async () => {
    await storage.embeddings.putEmbeddings(['x', 'y'], vectorsOf(2));
    expect(await storage.embeddings.countEmbeddings()).toBe(2); // so that it remembers where they are
    await deleteBehindItsBack();
    const other = new Storage(name);
    await other.embeddings.putEmbeddings(['other 1', 'other 2'], vectorsOf(2));
    await other.close();
    expect(await storage.embeddings.getEmbeddings(['x', 'other 2'])).toEqual([undefined, undefined]);
    expect((await storage.embeddings.getEmbeddings(['other 2']))[0]?.[0]).toBe(1);
  });

  test('are stored again when another tab has cleared them', async () => {
    await storage.embeddings.putEmbeddings(['x'], vectorsOf(1));
    const other = new Storage(name);
    await other.embeddings.clearEmbeddings();
    await other.close();
    expect(await storage.embeddings.getEmbeddings(['x'])).toEqual([undefined]);
    await storage.embeddings.putEmbeddings(['x'], vectorsOf(1));
    expect(await storage.embeddings.countEmbeddings()).toBe(1);
  });

  test('are refused when they are not one row a key', async () => {
    await expect(storage.embeddings.putEmbeddings(['x', 'y'], new Float32Array(513))).rejects.toThrow(RangeError);
  });

  test('of 20,000 texts are stored and read in seconds', async () => {
    // Limits are loose: what is guarded against is a request a vector.
    const keys = keysOf(20_000);
    const vectors = vectorsOf(20_000);
    const start = performance.now();
    await storage.embeddings.putEmbeddings(keys, vectors);
    const stored = performance.now();
    await storage.close();
    const fresh = new Storage(name);
    const found = await fresh.embeddings.getEmbeddings(keys);
    const read = performance.now();
    await fresh.close();
    expect(found.every((vector, i) => vector?.[0] === i)).toBe(true);
    expect(stored - start).toBeLessThan(20_000);
    expect(read - stored).toBeLessThan(20_000);
  });
});

describe('runs', () => {
  test('come back to the bit, with or without checkpoints', async () => {
    await storage.runs.saveRun([run('1')]);
    await storage.runs.saveRun([{ ...run('2'), checkpoints: [] }]);
    await storage.close();
    expect(await storage.runs.loadRun('1')).toEqual([run('1')]);
    expect((await storage.runs.loadRun('2'))[0]?.checkpoints).toEqual([]);
    expect(await storage.runs.loadRun('3')).toEqual([]);
  });

  test('come back with all their branches in order, and a branch that is gone when they are saved again is gone', async () => {
    const branch = (id: string, order: number): StoredRun => ({ ...run(id), runId: 'a', order });
    await storage.runs.saveRun([branch('a', 0), branch('c', 1), branch('b', 2)]);
    expect((await storage.runs.loadRun('a')).map(({ record: { id } }) => id)).toEqual(['a', 'c', 'b']);
    await storage.runs.saveRun([branch('a', 0), branch('b', 1)]);
    expect((await storage.runs.loadRun('a')).map(({ record: { id } }) => id)).toEqual(['a', 'b']);
    await storage.runs.saveRun([run('other')]);
    await storage.runs.deleteRun('a');
    expect((await storage.runs.listRuns()).map(({ record: { id } }) => id)).toEqual(['other']);
  });

  test('replace themselves when saved again', async () => {
    await storage.runs.saveRun([run('1')]);
    await storage.runs.saveRun([{ ...run('1', 2), checkpoints: [] }]);
    expect(await storage.runs.listRuns()).toHaveLength(1);
    expect((await storage.runs.loadRun('1'))[0]?.checkpoints).toEqual([]);
  });

  test('that another tab has saved since they were loaded are not written over', async () => {
    const other = new Storage(name);
    const first = await storage.runs.saveRun([run('1')], 0);
    const { revision } = await other.runs.loadRevision('1');
    expect(revision).toBe(first);
    await other.runs.saveRun([run('1', 2)], revision);
    await expect(storage.runs.saveRun([run('1', 3)], first)).rejects.toMatchObject({ code: 'storage-unavailable', message: expect.stringContaining('another tab') as string });
    expect((await storage.runs.loadRun('1'))[0]?.savedAt).toBe(2);
    await other.close();
  });

  test('that another tab has deleted are saved again by the one that trains them', async () => {
    const revision = await storage.runs.saveRun([run('1')], 0);
    const other = new Storage(name);
    await other.runs.deleteRun('1');
    await other.close();
    await storage.runs.saveRun([run('1', 3)], revision);
    expect((await storage.runs.loadRun('1'))[0]?.savedAt).toBe(3);
  });

  test('are listed newest first, of one data set or of all, without checkpoints', async () => {
    await storage.runs.saveRun([run('1', 1, 'a')]);
    await storage.runs.saveRun([run('3', 3, 'a')]);
    await storage.runs.saveRun([run('2', 2, 'b')]);
    const list = await storage.runs.listRuns();
    expect(list.map((entry) => entry.record.id)).toEqual(['3', '2', '1']);
    expect(Object.keys(list[0] as object).sort()).toEqual(['heads', 'name', 'order', 'record', 'runId', 'savedAt']);
    expect((await storage.runs.listRuns('a')).map((entry) => entry.record.id)).toEqual(['3', '1']);
  });

  test(`are at most ${MAX_RUNS}: the oldest go, and their checkpoints`, async () => {
    for (let i = 0; i < MAX_RUNS + 3; i++) await storage.runs.saveRun([run(`${i}`, i)]);
    expect(await storage.runs.listRuns()).toHaveLength(MAX_RUNS);
    expect(await storage.runs.loadRun('2')).toEqual([]);
    expect(await storage.runs.loadRun('3')).toHaveLength(1);
    const raw = await openDB(name);
    expect(await raw.count('checkpoints')).toBe(MAX_RUNS);
    raw.close();
  });

  test('do not drop the one that is being saved, however old its date', async () => {
    for (let i = 0; i < MAX_RUNS; i++) await storage.runs.saveRun([run(`${i}`, 100 + i)]);
    await storage.runs.saveRun([run('late', 1)]);
    expect(await storage.runs.loadRun('late')).toHaveLength(1);
    expect(await storage.runs.loadRun('0')).toEqual([]);
  });
});

describe('reveals of sealed halves', () => {
  test('are counted for each data set and domain, over all tabs', async () => {
    const other = new Storage(name);
    expect(await storage.seals.getReveals('a', 'web')).toBe(0);
    await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? storage : other).seals.addReveal('a', 'web')));
    expect(await storage.seals.addReveal('a', 'web')).toBe(11);
    expect(await storage.seals.getReveals('a', 'mail')).toBe(0);
    await other.close();
  });
});

describe('a database of version 1', () => {
  test('keeps its runs, checkpoints and data sets, as those of today', async () => {
    const old = await openDB(name, 1, {
      upgrade(db) {
        for (const store of ['examples', 'embeddingKeys', 'embeddingBlocks', 'checkpoints', 'looks', 'settings']) db.createObjectStore(store);
        db.createObjectStore('datasets', { keyPath: 'id' });
        const runs = db.createObjectStore('runs', { keyPath: 'id' });
        runs.createIndex('savedAt', 'savedAt');
        runs.createIndex('datasetId', 'datasetId');
      },
    });
    const { id, name: called, labels, domains, hasDomains, examples } = dataset('a');
    await old.put('datasets', { id, name: called, labels, domains, hasDomains, rows: 10, importedAt: 3 });
    await old.put('examples', examples, 'a');
    const today = run('1', 5, 'a');
    const later = { seeds: undefined, groupBy: undefined, fork: undefined, featuresHash: undefined };
    const { learningRate, learningRateDecay, dropout, dropoutRate, l2, l2Strength, batchSize } = DEFAULT_KNOBS;
    const initialKnobs = { learningRate, learningRateDecay, dropout, dropoutRate, l2, l2Strength, augmentation: false, augmentationStrength: 0.5, batchSize };
    await old.put('runs', { id: '1', datasetId: 'a', record: JSON.parse(JSON.stringify({ ...today.record, ...later, version: 1, initialKnobs })) as unknown, name: 'run 1', savedAt: 5, ...today.heads[0] });
    await old.put('checkpoints', today.checkpoints[0], '1');
    await old.put('looks', { evaluations: 4, runs: 2 }, ['a', 'web']);
    old.close();

    expect(await storage.runs.loadRun('1')).toEqual([{ ...today, record: { ...today.record, featuresHash: '' } }]);
    expect(await storage.datasets.getDataset('a')).toEqual(dataset('a'));
    expect(await storage.looks.getLooks('a', 'web')).toEqual({ evaluations: 4, runs: 2 });
  });
});

describe('a database of version 2', () => {
  async function startTrainer(): Promise<TrainerService> {
    const makePopulation = wasmPopulations(await compiledKernel());
    const trainer = new TrainerService({
      encoderVersion: 'test-encoder',
      startEngine: async () => ({ info: { name: 'wasm', reason: '', adapter: '' }, makePopulation, lost: new Promise(() => undefined) }),
      nowMs: () => performance.now(),
      newRunId: () => 'another',
      keeper: (report) => new RunKeeper(runStorage(storage, () => Date.now()), report),
    });
    await trainer.start('wasm');
    return trainer;
  }

  beforeEach(() => writeDatabaseOfVersion2(name));

  test('has runs that open where they stood, with their curves, and go on to the very curves that the older page then trained to', async () => {
    const trainer = await startTrainer();
    await trainer.setData((await storage.datasets.getDataset(OLD_TOY.dataset.id)) as Dataset, OLD_TOY.features.slice());
    const snapshot = (await trainer.openRun(OLD_RUN)) ?? expect.fail('the run is lost');
    expect(snapshot).toMatchObject({ isInexact: false, looks: LOOKED });
    expect(snapshot.branches.map(({ record: { id, fork }, name: called, step }) => ({ id, fork, called, step }))).toEqual([
      { id: OLD_RUN, fork: null, called: '', step: 25 },
      { id: OLD_BRANCH.id, fork: { from: OLD_RUN, step: 20 }, called: OLD_BRANCH.name, step: 25 },
    ]);
    for (const { record: { id, version }, heads } of snapshot.branches) expect([version, heads.map(({ curve }) => curve)]).toEqual([3, STOOD[id]]);

    for (let step = 25; step < 60; step++) await trainer.stepOnce();
    const ended = await storage.runs.loadRun(OLD_RUN);
    expect(ended.map(({ record: { id } }) => id)).toEqual([OLD_RUN, OLD_BRANCH.id]);
    for (const { record: { id }, heads, checkpoints } of ended) {
      expect(checkpoints.map(({ step }) => step)).toEqual([60, 60]);
      expect(heads.map(({ curve }) => curve), id).toEqual(ENDED[id]);
    }
  });

  test('has records that replay from the start to those curves', async () => {
    const populations = wasmPopulations(await compiledKernel());
    const stored = await storage.runs.loadRun(OLD_RUN);
    expect(stored).toHaveLength(2);
    for (const { record } of stored) expect(await replay(record, trainingData(OLD_TOY, seedsOf(record), record.heldOutDomain, record.shape), populations), record.id).toEqual(ENDED[record.id]);
  });

  test('keeps its data sets and looks', async () => {
    expect(await storage.datasets.getDataset(OLD_TOY.dataset.id)).toEqual(OLD_TOY.dataset);
    expect(await storage.looks.getLooks(OLD_TOY.dataset.id, 'domain 2')).toEqual(LOOKED);
  });
});

describe('looks', () => {
  test('are counted for each data set and domain', async () => {
    expect(await storage.looks.getLooks('a', 'web')).toEqual({ evaluations: 0, runs: 0 });
    expect(await storage.looks.addLooks('a', 'web', { evaluations: 5, runs: 1 })).toEqual({ evaluations: 5, runs: 1 });
    await storage.looks.addLooks('a', 'mail', { evaluations: 1, runs: 1 });
    expect(await storage.looks.addLooks('a', 'web', { evaluations: 2, runs: 0 })).toEqual({ evaluations: 7, runs: 1 });
    expect(await storage.looks.getLooks('a', 'mail')).toEqual({ evaluations: 1, runs: 1 });
  });

  test('are not lost when two tabs add at once', async () => {
    const other = new Storage(name);
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? storage : other).looks.addLooks('a', 'web', { evaluations: 1, runs: 0 })));
    expect(await storage.looks.getLooks('a', 'web')).toEqual({ evaluations: 40, runs: 0 });
    await other.close();
  });
});

describe('settings', () => {
  const schema = v.object({ theme: v.picklist(['light', 'dark']) });

  test('come back when they fit, and count as absent when not', async () => {
    expect(await storage.settings.getSetting('look', schema)).toBeUndefined();
    await storage.settings.setSetting('look', { theme: 'dark' });
    expect(await storage.settings.getSetting('look', schema)).toEqual({ theme: 'dark' });
    await storage.settings.setSetting('look', { theme: 'pink' });
    expect(await storage.settings.getSetting('look', schema)).toBeUndefined();
  });
});

describe('what is in use', () => {
  test('is counted', async () => {
    await storage.datasets.putDataset(dataset('a'), 1);
    await storage.embeddings.putEmbeddings(keysOf(40), vectorsOf(40));
    await storage.runs.saveRun([run('1')]);
    const usage = await storage.usage();
    expect(usage.embeddings).toEqual({ count: 40, bytes: 40 * (4 * 512 + 2 * 64) });
    expect(usage.datasets.map(({ datasetId, name: called, rows, runs }) => ({ datasetId, called, rows, runs }))).toEqual([
      { datasetId: 'a', called: 'data a', rows: 10, runs: 0 },
      { datasetId: 'data', called: null, rows: null, runs: 1 },
    ]);
    expect(usage.quotaBytes).toBeGreaterThan(0);
    expect(usage.usedBytes).toBeGreaterThanOrEqual(0);
  });
});

describe('when storage fails', () => {
  /** Lets every put of IndexedDB fail for want of room. */
  const fillDisk = (): void => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
  };

  test('for want of room, the error says so, nothing is half stored, and room later is used', async () => {
    await storage.runs.saveRun([run('before')]);
    fillDisk();
    for (const attempt of [
      () => storage.datasets.putDataset(dataset('a'), 1),
      () => storage.embeddings.putEmbeddings(keysOf(300), vectorsOf(300)),
      () => storage.runs.saveRun([run('1')]),
      () => storage.looks.addLooks('a', 'web', { evaluations: 1, runs: 1 }),
      () => storage.settings.setSetting('x', 1),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'HeldoutError', code: 'storage-full', remedy: expect.stringContaining('Delete') as string });
    }
    vi.restoreAllMocks();
    expect(await storage.usage()).toMatchObject({ datasets: [{ rows: null, runs: 1 }], embeddings: { count: 0, bytes: 0 } });
    await storage.embeddings.putEmbeddings(keysOf(300), vectorsOf(300));
    expect(await storage.embeddings.countEmbeddings()).toBe(300);
  });

  test('for want of room in the middle of a bulk, what went before is taken back', async () => {
    const put = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
    let puts = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args: Parameters<IDBObjectStore['put']>) {
      if (++puts === 3) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
    await expect(storage.embeddings.putEmbeddings(keysOf(400), vectorsOf(400))).rejects.toMatchObject({ code: 'storage-full' });
    expect(await storage.embeddings.countEmbeddings()).toBe(0);
  });

  test.each([
    ['opening is refused', new DOMException('no', 'SecurityError')],
    ['the backing store is broken', new DOMException('Internal error opening backing store', 'UnknownError')],
  ])('because %s, the error says that nothing can be saved', async (_, error) => {
    const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw error;
    });
    await expect(storage.runs.listRuns()).rejects.toMatchObject({ name: 'HeldoutError', code: 'storage-unavailable' });
    open.mockRestore();
    expect(await storage.runs.listRuns()).toEqual([]); // it is tried anew
  });

  test('because there is no IndexedDB, the error says that nothing can be saved', async () => {
    vi.stubGlobal('indexedDB', undefined);
    await expect(storage.runs.listRuns()).rejects.toMatchObject({ code: 'storage-unavailable' });
    vi.unstubAllGlobals();
  });

  test('because of a fault in the program, the fault is not dressed up', async () => {
    await expect(storage.settings.setSetting('x', () => 1)).rejects.toMatchObject({ name: 'DataCloneError' });
  });
});

describe('another tab', () => {
  test('never writes at the same time, be it to another store: all that is written shares a store, for which the browser lets one in at a time', async () => {
    // That Chromium, killed with two writing, loses the whole database, only a profile on disk shows: tests/e2e/killed-in-mid-write.test.ts.
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await storage.datasets.putDataset(dataset('a'), 1);
    await storage.embeddings.putEmbeddings(['x'], vectorsOf(1));
    await storage.runs.saveRun([run('1')]);
    await storage.looks.addLooks('a', 'web', { evaluations: 1, runs: 1 });
    await storage.seals.addReveal('a', 'web');
    await storage.domainTables.putEntries(new Map([['table', { kind: 'made up' } as unknown as TableEntry]]));
    await storage.drafts.replaceDraft('a', { edits: [], at: 0 }, 0, 1);
    await storage.settings.setSetting('x', 1);
    await storage.projects.keepProject({ dataset: dataset('b'), datasetId: 'b', runs: [], counts: new Map() }, 1);
    for (const what of [{ kind: 'runs', datasetId: 'a' }, { kind: 'draft', datasetId: 'a' }, { kind: 'dataset', datasetId: 'a' }, { kind: 'embeddings' }, { kind: 'everything' }] as const) await storage.free(what);
    const scopes = begin.mock.calls.filter(([, mode]) => mode === 'readwrite').map(([stores]) => [stores].flat());
    expect(new Set(scopes.flat())).toEqual(new Set(['checkpoints', 'datasets', 'domainTables', 'drafts', 'embeddingBlocks', 'embeddingKeys', 'examples', 'looks', 'runs', 'seals', 'settings']));
    expect(scopes.reduce((shared, scope) => shared.filter((store) => scope.includes(store)))).toEqual(['settings']);
  });

  test('with a newer page can upgrade; this one then asks for a reload', async () => {
    await storage.settings.setSetting('x', 1);
    let blocked = false;
    const newer = await openDB(name, SCHEMA_VERSION + 1, {
      blocked: () => {
        blocked = true;
      },
    });
    expect(blocked).toBe(false);
    await expect(storage.settings.setSetting('x', 2)).rejects.toMatchObject({ code: 'storage-unavailable', remedy: 'Reload this page.' });
    newer.close();
  });

  test('that holds an older form open is to be closed', async () => {
    const older = await openDB(name, 1);
    const newer = new Storage(name);
    // A page that does not listen for upgrades, in front of one that needs one.
    const open = Reflect.get(IDBFactory.prototype, 'open') as IDBFactory['open'];
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, database: string) {
      return open.call(this, database, SCHEMA_VERSION + 1);
    });
    await expect(newer.runs.listRuns()).rejects.toMatchObject({ code: 'storage-unavailable', remedy: expect.stringContaining('Close the other tabs') as string });
    older.close();
  });

  test('that deletes the database does not break this one: it starts anew', async () => {
    await storage.runs.saveRun([run('1')]);
    await deleteBehindItsBack();
    expect(await storage.runs.listRuns()).toEqual([]);
    await storage.runs.saveRun([run('2')]);
    expect(await storage.runs.listRuns()).toHaveLength(1);
  });
});

test('a connection that the browser ends is opened again at the next use', async () => {
  const open = Reflect.get(IDBFactory.prototype, 'open') as IDBFactory['open'];
  const connections: IDBDatabase[] = [];
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, ...args: Parameters<IDBFactory['open']>) {
    const request = open.apply(this, args);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  });
  await storage.settings.setSetting('x', 1);
  connections[0]?.close();
  connections[0]?.dispatchEvent(new Event('close'));
  expect(await storage.settings.getSetting('x', v.number())).toBe(1);
  // Even without notice.
  connections[1]?.close();
  expect(await storage.settings.getSetting('x', v.number())).toBe(1);
  expect(connections).toHaveLength(3);
});

describe('model files', () => {
  const models = new ModelCache('heldout-test-models');
  const bytes = Uint8Array.of(1, 2, 3);

  afterEach(() => caches.delete('heldout-test-models'));

  test('come back by name and hash', async () => {
    expect(await models.getModelFile('shard 1', 'abc')).toBeUndefined();
    expect(await models.putModelFile('shard 1', 'abc', bytes)).toBe(true);
    expect([...new Uint8Array((await models.getModelFile('shard 1', 'abc')) ?? new ArrayBuffer())]).toEqual([1, 2, 3]);
    expect(await models.getModelFile('shard 1', 'def')).toBeUndefined();
    await models.putModelFile('shard 2', 'abc', bytes);
    expect(await models.bytes()).toBe(6);
    await models.clear();
    expect(await models.bytes()).toBe(0);
  });

  test('of an old version go when a new one comes; other files stay', async () => {
    await models.putModelFile('shard', 'old', bytes);
    await models.putModelFile('shard 2', 'old', bytes);
    await models.putModelFile('shard', 'new', bytes);
    expect(await models.getModelFile('shard', 'old')).toBeUndefined();
    expect(await models.getModelFile('shard', 'new')).toBeDefined();
    expect(await models.getModelFile('shard 2', 'old')).toBeDefined();
  });

  test('are quietly absent where there is no cache, or no room', async () => {
    vi.stubGlobal('caches', undefined);
    expect(await models.putModelFile('shard', 'abc', bytes)).toBe(false);
    expect(await models.getModelFile('shard', 'abc')).toBeUndefined();
    vi.unstubAllGlobals();
    vi.spyOn(Cache.prototype, 'put').mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    expect(await models.putModelFile('shard', 'abc', bytes)).toBe(false);
  });
});
