import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Remedy } from '../../src/core/quality/report.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import type { DatasetEntry } from '../../src/protocol/encoder.ts';
import { useDataSite } from '../support/data-site.ts';
import { fillDisk, freeDisk } from '../support/full-disk.ts';
import { importAsProposed } from '../support/import-files.ts';

const site = useDataSite('unsaved');
const silent = (): void => {};
const UNSAVED = 'Your own examples. They could not be saved: a reload loses them.';
const TEXTS = ['A lovely room.', 'Cold soup.', 'Kind staff.', 'A broken lift.', 'We sang all night.', 'Never again.', 'The best pie.', 'My boots leak.'];
const attic = { name: 'attic.csv', content: csv(TEXTS) };
const shop = { name: 'shop.csv', content: csv([...TEXTS].reverse()) };
let services: DataServices;

function csv(texts: readonly string[]): string {
  return ['text,label,domain', ...texts.map((text, i) => `${text},${i % 2 ? 'bad' : 'good'},${i % 4 > 1 ? 'web' : 'mail'}`)].join('\n');
}

async function own(from: DataServices = services): Promise<Pick<DatasetEntry, 'name' | 'description'>[]> {
  return (await from.encoder.listDatasets()).flatMap(({ name, description, bundled }) => (bundled ? [] : [{ name, description }]));
}

/** Names of what a reload would find. */
async function afterReload(): Promise<string[]> {
  return (await own(site.services())).map(({ name }) => name);
}

async function imported(file: typeof attic): Promise<string> {
  return (await importAsProposed(services.imports, [file])).dataset.id;
}

beforeEach(() => {
  services = site.services();
});

afterEach(freeDisk);

test('a data set that storage refused is stored once another is deleted from the list', async () => {
  const shopId = await imported(shop);
  fillDisk();
  const id = await imported(attic);
  expect(await own()).toEqual([{ name: 'attic', description: UNSAVED }, { name: 'shop', description: expect.not.stringContaining('could not be saved') as string }]);
  expect(await afterReload()).toEqual(['shop']);

  freeDisk();
  await services.encoder.deleteDataset(shopId);
  expect(await own()).toEqual([{ name: 'attic', description: expect.not.stringContaining('could not be saved') as string }]);
  expect(await afterReload()).toEqual(['attic']);
  site.asked = [];
  expect((await site.services().encoder.openDataset(id, 'open', silent)).origin).toMatchObject({ kind: 'import', report: { file: 'attic.csv' } });
  expect(site.models()).toEqual([]);
});

test('a data set that storage refused, imported again when there is room, is listed once, as saved', async () => {
  fillDisk();
  await imported(attic);
  freeDisk();
  const id = await imported(attic);
  expect(await own()).toEqual([{ name: 'attic', description: expect.not.stringContaining('could not be saved') as string }]);
  await services.encoder.deleteDataset(id);
  expect(await own()).toEqual([]);
  expect(await afterReload()).toEqual([]);
});

test('a data set that is kept already and imported again with no room is listed once, as saved, and deleted for good', async () => {
  await imported(attic);
  fillDisk();
  const id = await imported({ ...attic, name: 'loft.csv' });
  expect(await own()).toEqual([{ name: 'attic', description: expect.not.stringContaining('could not be saved') as string }]);
  freeDisk();
  await services.encoder.deleteDataset(id);
  expect(await own()).toEqual([]);
  expect(await afterReload()).toEqual([]);
});

test.each(['deleteDataset', 'free'] as const)('a data set that storage refused, deleted (%s) with no storage at all, is gone', async (by) => {
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  const id = await imported(attic);
  expect(await own()).toEqual([{ name: 'attic', description: UNSAVED }]);
  if (by === 'free') await services.storage.free({ kind: 'dataset', datasetId: id });
  else await services.encoder.deleteDataset(id);
  expect(await own()).toEqual([]);
});

test('a data set that storage refused, deleted while it is stored after all, does not come back', async () => {
  fillDisk();
  const id = await imported(attic);
  freeDisk();
  const { embeddings } = site.storage;
  const put = embeddings.putEmbeddings.bind(embeddings);
  const deleting = new Promise<void>((resolve) => {
    vi.spyOn(embeddings, 'putEmbeddings').mockImplementationOnce((...vectors) => {
      resolve(services.encoder.deleteDataset(id));
      return put(...vectors);
    });
  });
  await Promise.all([services.storage.free({ kind: 'encoder' }), deleting]);
  expect(await own()).toEqual([]);
  expect(await afterReload()).toEqual([]);
});

test('a data set that storage refused is stored once the undo of a remedy has made room', async () => {
  const { dataset } = await services.encoder.openDataset('names', 'open', silent);
  const drop: Remedy = { label: 'Drop', done: 'Dropped 1.', result: 'without 1', edit: { kind: 'drop', rows: Uint32Array.of(0) } };
  const cleaned = await services.encoder.cleanDataset('names', drop, 'clean', silent);
  expect(cleaned.dataset.examples).toHaveLength(dataset.examples.length - 1);
  fillDisk();
  await imported(attic);
  freeDisk();
  expect(await services.encoder.dropUnused(cleaned.dataset.id)).toBe(true);
  expect(await own()).toEqual([{ name: 'attic', description: expect.not.stringContaining('could not be saved') as string }]);
  expect(await afterReload()).toEqual(['attic']);
});

test('a data set that storage refused goes with everything', async () => {
  fillDisk();
  await imported(attic);
  freeDisk();
  await services.storage.free({ kind: 'everything' });
  await services.storage.free({ kind: 'embeddings' });
  expect(await own()).toEqual([]);
  expect(await afterReload()).toEqual([]);
});
