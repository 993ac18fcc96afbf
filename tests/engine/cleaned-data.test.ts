import { expect, test, vi } from 'vitest';
import type { Remedy } from '../../src/core/quality/report.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { App } from '../../src/state/app.svelte.ts';
import { importAsProposed } from '../support/import-files.ts';
import { useVisits } from '../support/page-model.ts';
import { randomTexts } from '../support/quality-data.ts';

/** Remedies, their undo and what is left of both for the next visit: the model of the page on the real services. */

const { site, visit } = useVisits('cleaned data');

const drop = (...rows: readonly number[]): Remedy => ({ label: 'Drop', done: `Dropped ${rows.length}.`, result: `without ${rows.length}`, edit: { kind: 'drop', rows: Uint32Array.from(rows) } });
const names = ({ data }: App): string[] => data.list.filter(({ bundled }) => !bundled).map(({ name }) => name);
const current = ({ data }: App): string | undefined => data.dataset?.name;
const problems = ({ notices }: App): string[] => notices.list.filter(({ kind }) => kind === 'error').map(({ text }) => text);

test('remedies name what they make by what was done, and undo takes it off the list', async () => {
  const page = await visit();
  const original = page.data.dataset;
  await page.quality.apply(drop(0, 1));
  expect([current(page), names(page), page.quality.undoable]).toEqual(['Reviews, without 2', ['Reviews, without 2'], 'Dropped 2.']);
  await page.quality.apply(drop(5));
  expect(names(page)).toEqual(['Reviews, cleaned (2 remedies)', 'Reviews, without 2']);
  const twice = page.data.dataset;
  await page.quality.undo();
  expect([current(page), names(page)]).toEqual(['Reviews, without 2', ['Reviews, without 2']]);
  await page.quality.undo();
  expect([page.data.dataset, names(page), page.quality.undoable]).toEqual([original, [], null]);

  await page.quality.redo();
  await page.quality.redo();
  expect([page.data.dataset, names(page), page.quality.redoable]).toEqual([twice, ['Reviews, cleaned (2 remedies)', 'Reviews, without 2'], null]);
  expect(problems(page)).toEqual([]);
});

test('while a remedy is applied and its result checked, the report before stays to be seen', async () => {
  const page = await visit();
  await page.quality.check();
  const before = page.quality.report;
  const applied = page.quality.apply(drop(0));
  await vi.waitUntil(() => page.quality.report === null, { interval: 1 });
  expect(page.quality.shown).toBe(before);
  await applied;
  expect(page.quality.shown).toBe(page.quality.report);
  expect(page.quality.report).not.toBe(before);
  await page.quality.undo();
  expect(page.quality.shown).toBe(before);
});

test('a remedy like another on the same data has a name of its own', async () => {
  const page = await visit();
  for (const row of [0, 1]) {
    await page.data.choose('reviews');
    await page.quality.apply(drop(row));
  }
  expect(names(page).sort()).toEqual(['Reviews, without 1', 'Reviews, without 1 (2)']);
});

test('undo keeps what was trained on, and redo comes back to it', async () => {
  const page = await visit();
  await page.quality.apply(drop(0));
  await page.training.stepOnce();
  const [{ runId }, { entryId }] = [page.run, page.data];
  await page.quality.undo();
  expect([page.data.entryId, names(page)]).toEqual(['reviews', ['Reviews, without 1']]);
  await page.quality.redo();
  expect(page.data.entryId).toBe(entryId);
  expect((await site.storage.runs.loadRun(runId)).map(({ record }) => record.datasetId)).toEqual([entryId]);
});

test('after a reload the last remedy can be undone, and done again', async () => {
  const before = await visit();
  await before.quality.apply(drop(0));
  await before.quality.apply(drop(7, 8));
  const twice = before.data.dataset;

  const page = await visit();
  expect([page.data.dataset?.id, page.quality.undoable, page.quality.redoable]).toEqual([twice?.id, 'Dropped 2.', null]);
  await page.quality.undo();
  expect([current(page), names(page), page.quality.undoable]).toEqual(['Reviews, without 1', ['Reviews, without 1'], 'Dropped 1.']);
  await page.quality.undo();
  expect([page.data.entryId, names(page), page.quality.redoable]).toEqual(['reviews', [], 'Dropped 1.']);
  await page.quality.redo();
  await page.quality.redo();
  expect(page.data.dataset).toEqual(twice);
});

test('what the user imported is not taken for a remedy’s, with the same rows or not', async () => {
  const page = await visit();
  const rows = Array.from({ length: 24 }, (_, i) => `Text number ${i} is ${i % 2 ? 'good' : 'bad'}.,${i % 2 ? 'good' : 'bad'},${i % 4 < 2 ? 'web' : 'mail'}`);
  const content = (from: number): string => ['text,label,domain', ...rows.slice(from)].join('\n');
  const { imports } = site.services();
  await importAsProposed(imports, [{ name: 'short.csv', content: content(1) }]);
  await page.data.take(await importAsProposed(imports, [{ name: 'long.csv', content: content(0) }]));
  await page.quality.apply(drop(0));
  expect(current(page)).toBe('short');
  await page.quality.undo();
  expect([current(page), names(page).sort()]).toEqual(['long', ['long', 'short']]);
});

test('an import’s report is there again after a reload, and whenever its data set is opened', async () => {
  const content = ['text,label,domain', ',good,web', ...Array.from({ length: 24 }, (_, i) => `Text number ${i}.,${i % 2 ? 'good' : 'bad'},${i % 4 < 2 ? 'web' : 'mail'}`)].join('\n');
  const first = await visit();
  await first.data.take(await importAsProposed(site.services().imports, [{ name: 'shop.csv', content }]));
  expect(first.data.report).toMatchObject({ file: 'shop.csv', rowsRead: 25, examples: 24, emptyText: { count: 1, firstRows: [2] } });

  const page = await visit();
  expect([current(page), page.data.report]).toEqual(['shop', first.data.report]);
  const { entryId } = page.data;
  await page.data.choose('reviews');
  expect(page.data.report).toBeNull();
  await page.data.choose(entryId);
  expect(page.data.report).toEqual(first.data.report);
});

test('rows that an import left out can be taken in, one kind after the other, after a reload too, and undo takes them out', async () => {
  const rows = Array.from({ length: 24 }, (_, i) => `Text number ${i}.,${i % 2 ? 'good' : 'bad'},${i % 4 < 2 ? 'web' : 'mail'}`);
  const content = ['text,label,domain', ...rows, 'TEXT number 2.,bad,mail', 'Who knows?,,web', ',good,web', rows[5]].join('\n');
  const first = await visit();
  await first.data.take(await importAsProposed(site.services().imports, [{ name: 'shop.csv', content }]));
  const imported = first.data.dataset?.examples ?? [];
  expect(first.data.origin()).toEqual({ kind: 'import', report: first.data.report }); // the rows stay with the worker

  const page = await visit();
  const finding = () => page.quality.report?.findings.find(({ key }) => key === 'left-out');
  await page.quality.check();
  expect(finding()).toMatchObject({ title: '4 rows of shop.csv left out', count: 4, examples: [{ text: 'TEXT number 2.', note: 'shop.csv, row 26: equal to an earlier row' }, { note: 'shop.csv, row 27: no label' }, { note: 'shop.csv, row 28: no text' }] });
  const [repeats, unlabelled] = finding()?.remedies ?? [];
  site.asked = [];
  await page.quality.apply(unlabelled ?? expect.fail('no remedy'));
  expect([current(page), page.data.dataset?.examples.slice(24)]).toEqual(['shop, with 1 row without a label', [{ text: 'Who knows?', label: 'unlabelled', domain: 'web' }]]);
  expect(finding()).toMatchObject({ title: '3 rows of shop.csv left out', remedies: [repeats] });
  await page.quality.apply(repeats ?? expect.fail('no remedy'));
  expect([current(page), page.data.dataset?.examples.slice(25)]).toEqual(['shop, cleaned (2 remedies)', [{ text: 'TEXT number 2.', label: 'bad', domain: 'mail' }, { text: 'Text number 5.', label: 'good', domain: 'web' }]]);
  expect(page.quality.report?.findings.map(({ key }) => key)).toContain('repeats'); // and can be dropped again
  await page.quality.undo();
  await page.quality.undo();
  expect([current(page), page.data.dataset?.examples, names(page)]).toEqual(['shop', imported, ['shop']]);
  await page.quality.redo();
  expect([current(page), page.data.dataset?.examples.length]).toEqual(['shop, with 1 row without a label', 25]);
  expect(problems(page)).toEqual([]);
});

test('a check counts copies across the split of the run, and tells when the run has another one', async () => {
  const page = await visit();
  const copies = ['The battery of this phone lasts two whole days and it charges in no time.', 'The battery of this phone lasts two whole days, and it charges in no time!'];
  const rows = [...randomTexts(24, 9, 4).map((text, i) => `${text},${i % 2 ? 'good' : 'bad'},${i % 4 < 2 ? 'web' : 'mail'}`), `"${copies[0]}",good,web`, `"${copies[1]}",good,mail`];
  await page.data.take(await importAsProposed(site.services().imports, [{ name: 'shop.csv', content: ['text,label,domain', ...rows].join('\n') }]));
  let seed = 1;
  const isTrained = (): boolean => splitDataset(page.data.dataset ?? expect.fail('no data'), 'mail', seed).train.some((part) => part.includes(24));
  while (!isTrained()) seed++;
  await page.training.startWith({ heldOutDomain: 'mail', seed });
  await page.quality.check();
  const { settings } = page;
  expect(page.quality.report?.split).toEqual({ heldOutDomain: 'mail', seed, shape: settings.shape });
  expect(page.quality.report?.findings.find(({ key }) => key === 'split-copies')).toMatchObject({ count: 1, rows: Uint32Array.of(24, 25) });
  expect(page.quality.isOfOtherSplit).toBe(false);
  await page.training.startWith({ heldOutDomain: 'web' });
  expect(page.quality.isOfOtherSplit).toBe(true);
  expect(problems(page)).toEqual([]);
});
