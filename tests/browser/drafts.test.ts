import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Draft } from '../../src/core/editing/history.ts';
import { embeddingKey } from '../../src/data/embedding-key.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import type { StoredDraft } from '../../src/protocol/drafts.ts';
import { Storage } from '../../src/storage/storage.ts';
import { DraftService } from '../../src/worker/draft-service.ts';

/** Drafts in the real IndexedDB of the browser that runs this. */

let databases = 0;
let name = '';
let storage: Storage;

beforeEach(() => {
  name = `heldout-drafts-${++databases}`;
  storage = new Storage(name);
});

afterEach(async () => {
  await storage.close();
  await deleteDB(name);
});

const draft: Draft = {
  edits: [
    { kind: 'change', rows: Uint32Array.of(3, 99_999), fields: { label: 'odd' } },
    { kind: 'add', examples: [{ text: 'one', label: 'odd', domain: 'web', group: 'g' }, { text: 'two', label: 'odd', domain: 'web' }] },
    { kind: 'delete', rows: Uint32Array.of(0) },
  ],
  at: 2,
};
const serviceOf = (of: Storage, dateMs = 1000): DraftService => new DraftService({ storage: of, dateMs: () => dateMs });

test('a draft comes back whole after the connection was closed', async () => {
  expect(await serviceOf(storage).write('a', draft, 0)).toBe(1000);
  await storage.close();
  const service = serviceOf(new Storage(name));
  expect(await service.read('a')).toEqual({ ...draft, revision: 1000 });
  expect(await service.read('b')).toBeNull();
});

test('a draft that another tab has changed is not overwritten, nor taken away', async () => {
  const [here, there] = [serviceOf(storage), serviceOf(new Storage(name))];
  const first = await here.write('a', draft, 0);
  const second = await there.write('a', { ...draft, at: 3 }, first ?? NaN);
  expect([first, second]).toEqual([1000, 1001]);
  expect(await here.write('a', { ...draft, at: 1 }, first ?? NaN)).toBeNull();
  expect(await here.write('a', null, first ?? NaN)).toBeNull();
  expect(await here.write('a', draft, 0)).toBeNull();
  expect(await here.read('a')).toEqual({ ...draft, at: 3, revision: 1001 });
});

test('of two tabs that write at once, one is told that it came too late', async () => {
  const results = await Promise.all([serviceOf(storage).write('a', draft, 0), serviceOf(new Storage(name)).write('a', { ...draft, at: 0 }, 0)]);
  expect(results.filter((revision) => revision === null)).toHaveLength(1);
});

test('a draft that was taken away and made anew is not taken for the one before', async () => {
  const first = await serviceOf(storage, 1000).write('a', draft, 0);
  expect(await serviceOf(storage).write('a', null, first ?? NaN)).toBe(0);
  expect(await serviceOf(storage).read('a')).toBeNull();
  expect(await serviceOf(storage, 2000).write('a', draft, 0)).toBe(2000);
  expect(await serviceOf(storage).write('a', null, first ?? NaN)).toBeNull();
});

test('a data set that is deleted takes its draft along, and no other', async () => {
  const service = serviceOf(storage);
  await service.write('a', draft, 0);
  await service.write('b', draft, 0);
  await storage.datasets.deleteDataset('a');
  expect(await service.read('a')).toBeNull();
  expect(await service.read('b')).not.toBeNull();
});

test('what cannot be read as a draft is none, and another can take its place', async () => {
  const broken = [
    { ...draft, at: 9 },
    { ...draft, edits: [{ kind: 'rename', rows: Uint32Array.of(1) }] },
    { ...draft, edits: [{ kind: 'delete', rows: [1, 2] }] },
    { ...draft, edits: [{ kind: 'change', rows: Uint32Array.of(1), fields: { label: 7 } }] },
  ] as unknown as StoredDraft[];
  const service = serviceOf(storage);
  for (const [i, kept] of broken.entries()) {
    await storage.drafts.replaceDraft(`broken ${i}`, kept, 0, 5);
    expect(await service.read(`broken ${i}`)).toEqual({ edits: [], at: 0, revision: 5 });
    expect(await service.write(`broken ${i}`, draft, 5)).toBe(1000);
    expect(await service.read(`broken ${i}`)).toMatchObject(draft);
  }
});

test('texts are to be embedded when no vector of theirs is kept', async () => {
  const service = serviceOf(storage);
  expect(await service.countToEmbed(['one', 'two'])).toBe(2);
  await storage.embeddings.putEmbeddings([embeddingKey(ENCODER_VERSION, 'two')], new Float32Array(512).fill(1));
  expect(await service.countToEmbed(['one', 'two'])).toBe(1);
});
