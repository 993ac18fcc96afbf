import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tableKeyPrefix, type TableEntry } from '../../src/core/domain-table.ts';
import type { DatasetUsage } from '../../src/protocol/storage.ts';
import type { StoredRun } from '../../src/storage/schema.ts';
import { newMachine, serveSite, type Machine } from '../support/machine.ts';
import { newRecord } from '../support/runs.ts';
import { applied } from '../support/editing.ts';

const silent = (): void => {};
let machine: Machine;
let own: string;
let bundled: string;

/** A run with one weight of 1,000 values. */
function run(id: string, datasetId: string): StoredRun {
  return {
    record: newRecord({ id, datasetId }),
    runId: id,
    order: 0,
    name: '',
    heads: [{ curve: new Float64Array(100), sizes: { train: 1, validation: 1, heldOut: 1 } }],
    savedAt: 1,
    checkpoints: [{ step: 10, tensors: [{ name: 'weights1', shape: [1000], values: new Float32Array(1000) }], batchPosition: [] }],
  };
}

beforeEach(async () => {
  vi.stubGlobal('fetch', serveSite);
  machine = await newMachine();
  const { data, storage } = machine;
  const { dataset } = await data.encoder.openDataset('names', 'open', silent);
  bundled = dataset.id;
  own = (await data.encoder.saveDataset(applied(dataset, { kind: 'drop', rows: Uint32Array.of(0) }), 'names', 'save', silent)).dataset.id;
  await storage.runs.saveRun([run('of own', own)]);
  await storage.runs.saveRun([run('of bundled', bundled), { ...run('a branch', bundled), runId: 'of bundled', order: 1 }]);
  await storage.runs.saveRun([run('of nobody', 'gone')]);
  await storage.domainTables.putEntries(new Map([[`${tableKeyPrefix(own)}"cell"]`, { kind: 'made up' } as unknown as TableEntry]]));
  await storage.drafts.replaceDraft(bundled, { edits: [], at: 0 }, 0, 5);
  await storage.looks.addLooks(own, 'web', { evaluations: 3, runs: 1 });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await machine.storage.close();
});

async function usageOf(datasetId: string): Promise<DatasetUsage | undefined> {
  return (await machine.data.storage.usage()).datasets.find((usage) => usage.datasetId === datasetId);
}

describe('what is kept', () => {
  test('is told by data set, bundled ones by their names, and by kind', async () => {
    const { datasets, embeddings } = await machine.data.storage.usage();
    expect(datasets.map(({ name, rows, runs }) => ({ name, rows, runs }))).toEqual([
      { name: 'Names, cleaned', rows: 1151, runs: 1 },
      { name: 'Names', rows: null, runs: 1 },
      { name: null, rows: null, runs: 1 },
    ]);
    const { rowBytes, runBytes, tableBytes, draftBytes } = datasets[0] as DatasetUsage;
    const { examples } = (await machine.storage.datasets.getDataset(own)) ?? { examples: [] };
    const characters = examples.reduce((sum, { text, label, domain, group = '' }) => sum + text.length + label.length + domain.length + group.length, 0);
    expect(rowBytes).toBeGreaterThan(characters);
    expect(runBytes).toBeGreaterThan(4 * 1000 + 8 * 100);
    expect(runBytes).toBeLessThan(4 * 1000 + 8 * 100 + 3000);
    expect(tableBytes).toBeGreaterThan(0);
    expect(draftBytes).toBe(0);
    expect((await usageOf(bundled))?.draftBytes).toBeGreaterThan(0);
    expect(embeddings.count).toBe(await machine.storage.embeddings.countEmbeddings());
    expect(embeddings.bytes).toBe(embeddings.count * (4 * 512 + 2 * 64));
  });

  test('of a data set that an older page stored is measured anew', async () => {
    const measured = (await usageOf(own))?.rowBytes;
    const raw = await openDB(machine.database);
    const { bytes, ...older } = (await raw.get('datasets', own)) as { bytes: number };
    await raw.put('datasets', older);
    raw.close();
    expect(bytes).toBe(measured);
    expect((await usageOf(own))?.rowBytes).toBe(measured);
  });
});

describe('freeing', () => {
  test('runs leaves the data set, the runs of others, and the count of looks', async () => {
    await machine.data.storage.free({ kind: 'runs', datasetId: own });
    expect(await usageOf(own)).toMatchObject({ rows: 1151, runs: 0, runBytes: 0, tableBytes: 0 });
    expect(await machine.storage.runs.loadRun('of own')).toEqual([]);
    expect(await machine.storage.runs.loadRun('of bundled')).toHaveLength(2);
    expect(await machine.storage.looks.getLooks(own, 'web')).toEqual({ evaluations: 3, runs: 1 });
  });

  test('a data set takes its runs along, and nothing else', async () => {
    await machine.data.storage.free({ kind: 'dataset', datasetId: own });
    expect(await usageOf(own)).toBeUndefined();
    expect((await machine.storage.runs.listRuns()).map(({ record }) => record.id).sort()).toEqual(['a branch', 'of bundled', 'of nobody']);
  });

  test('runs of a data set that is no longer here lets it disappear', async () => {
    await machine.data.storage.free({ kind: 'runs', datasetId: 'gone' });
    expect(await usageOf('gone')).toBeUndefined();
  });

  test('edits in progress leaves the data set and its runs', async () => {
    await machine.data.storage.free({ kind: 'draft', datasetId: bundled });
    expect(await usageOf(bundled)).toMatchObject({ draftBytes: 0, runs: 1 });
  });

  test('embeddings leaves data sets and runs', async () => {
    await machine.data.storage.free({ kind: 'embeddings' });
    const { datasets, embeddings } = await machine.data.storage.usage();
    expect(embeddings).toEqual({ count: 0, bytes: 0 });
    expect(datasets).toHaveLength(3);
  });

  test('everything leaves nothing, in any store', async () => {
    await machine.data.storage.free({ kind: 'everything' });
    const raw = await openDB(machine.database);
    for (const store of raw.objectStoreNames) expect(await raw.count(store), store).toBe(0);
    expect(raw.objectStoreNames.length).toBeGreaterThan(10);
    raw.close();
  });
});
