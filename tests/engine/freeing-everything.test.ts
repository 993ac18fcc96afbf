import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { App } from '../../src/state/app.svelte.ts';
import { fillDisk, freeDisk } from '../support/full-disk.ts';
import { importAsProposed } from '../support/import-files.ts';
import { useVisits } from '../support/page-model.ts';

/** “Delete everything”, pressed on the model of the page on the real services. */

const { site, visit } = useVisits('freeing everything');
const NONE = { looks: { evaluations: 0, runs: 0 }, reveals: 0 };
const ONCE = { looks: { evaluations: 2, runs: 1 }, reveals: 1 };

beforeEach(() => vi.stubGlobal('navigator', {})); // Node 20 has none
afterEach(() => vi.restoreAllMocks());

/** Counts of the current held-out domain: as the page shows them, and as they are stored. */
async function counts({ run }: App) {
  const { datasetId = '', heldOutDomain = '' } = run.record ?? {};
  const stored = { looks: await site.storage.looks.getLooks(datasetId, heldOutDomain), reveals: await site.storage.seals.getReveals(datasetId, heldOutDomain) };
  return { shown: { looks: run.looks, reveals: run.reveals }, stored };
}

/** Trains the run to its end of one step, with an evaluation before and after it, and reveals. */
async function trainAndReveal(page: App): Promise<void> {
  await page.training.change('steps', 1);
  await page.training.stepOnce();
  await page.branches.reveal();
}

test('counts that storage refused are forgotten with everything, and counted from nothing again', async () => {
  const page = await visit();
  fillDisk();
  await trainAndReveal(page);
  expect(await counts(page)).toEqual({ shown: ONCE, stored: NONE });
  freeDisk();
  await page.deviceStorage.free({ kind: 'everything' });
  expect(await counts(page)).toEqual({ shown: NONE, stored: NONE });
  await trainAndReveal(page);
  expect(await counts(page)).toEqual({ shown: ONCE, stored: ONCE });
});

test('counts that were stored are no longer shown when everything is deleted', async () => {
  const page = await visit();
  await trainAndReveal(page);
  await page.deviceStorage.free({ kind: 'everything' });
  expect(await counts(page)).toEqual({ shown: NONE, stored: NONE });
});

test('counts that storage refused stay where everything cannot be deleted', async () => {
  const page = await visit();
  fillDisk();
  await trainAndReveal(page);
  vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(() => {
    throw new DOMException('broken', 'UnknownError');
  });
  await page.deviceStorage.free({ kind: 'everything' });
  freeDisk();
  await page.training.stepOnce();
  expect((await counts(page)).stored).toEqual({ looks: { evaluations: 4, runs: 2 }, reveals: 1 });
});

describe('a table of all domains', () => {
  /** Trains the smallest table of the current data. */
  async function trainTable({ data, domainTable }: App): Promise<void> {
    await domainTable.open(data.dataset ?? expect.fail('no data'));
    await domainTable.ask({ head: { kind: 'linear' }, steps: 10, seeds: 1, methods: ['erm'], leaveOneOut: false });
    domainTable.agreed = true;
    await domainTable.run();
    expect([domainTable.finished, domainTable.trainingsLeft]).toEqual([true, 0]);
  }

  function expectForgotten({ domainTable, notices }: App): void {
    const { table, agreed, plan } = domainTable;
    expect({ table, agreed, trainingsDone: plan?.trainingsDone }).toEqual({ table: null, agreed: false, trainingsDone: 0 });
    expect(notices.list.filter(({ kind }) => kind === 'error')).toEqual([]);
  }

  test.each(['everything', 'runs'] as const)('is no longer shown, nor taken for done, when %s of its data is deleted', async (kind) => {
    const page = await visit();
    await trainTable(page);
    await page.deviceStorage.free({ kind, datasetId: page.data.dataset?.id ?? '' });
    expectForgotten(page);
  });

  test('that was read just before it was deleted is not shown either', async () => {
    const page = await visit();
    await trainTable(page);
    const rows = Array.from({ length: 24 }, (_, i) => `Text number ${i}.,${i % 2 ? 'good' : 'bad'},${i % 4 < 2 ? 'web' : 'mail'}`);
    await page.data.take(await importAsProposed(site.services().imports, [{ name: 'shop.csv', content: ['text,label,domain', ...rows].join('\n') }]));
    const follow = (): Promise<void> => page.domainTable.open(page.data.dataset ?? expect.fail('no data')); // as the page does when the data changes
    await follow();
    const free = site.storage.free.bind(site.storage);
    vi.spyOn(site.storage, 'free').mockImplementationOnce(async (what) => {
      await follow();
      expect(page.domainTable.finished).toBe(true);
      await free(what);
    });
    await page.deviceStorage.free({ kind: 'everything' });
    expect(page.data.dataset?.name).toBe('Reviews');
    expectForgotten(page);
  });
});
