import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Progress } from '../../src/core/progress.ts';
import type { Remedy } from '../../src/core/quality/report.ts';
import { resemblance, shingleText, shingles } from '../../src/core/quality/shingles.ts';
import type { DatasetEntry, EncoderApi } from '../../src/protocol/encoder.ts';
import type { ImportApi } from '../../src/protocol/imports.ts';
import { useDataSite } from '../support/data-site.ts';
import { importAsProposed } from '../support/import-files.ts';
import { applied } from '../support/editing.ts';

const site = useDataSite('quality');
/** A bundled data set: its vectors come with the page, not from the cache. */
const BUNDLED = 'reviews';
let service: EncoderApi;
let imports: ImportApi;
const silent = (): void => {};

beforeEach(() => {
  ({ encoder: service, imports } = site.services());
});

const open = (id: string) => service.openDataset(id, 'open', silent);

describe('a check', () => {
  test('needs the encoder’s vocabulary and none of its weights', async () => {
    const report = await service.inspectDataset(BUNDLED, 'check', silent);
    const { dataset } = await open(BUNDLED);
    expect(report).toMatchObject({ datasetId: dataset.id, rows: dataset.examples.length });
    expect(site.models()).toEqual(['models/use-lite/vocab.json']);
  });

  test('reports its progress, and stops when cancelled', async () => {
    const reports: Progress[] = [];
    const check = service.inspectDataset(BUNDLED, 'check', (progress) => {
      reports.push(progress);
      if (progress.kind === 'check') void service.cancel('check');
    });
    await expect(check).rejects.toMatchObject({ code: 'cancelled' });
    expect(reports.filter(({ kind }) => kind === 'check')).toEqual([{ kind: 'check', share: 0, doing: 'comparing texts' }]);
  });

  test('of an imported data set compares by its cached vectors', async () => {
    const original = 'The battery of this phone lasts two whole days and it charges in no time.';
    const copy = 'The battery of this phone lasts for two whole days, and it charges in almost no time!';
    expect(resemblance(shingles(shingleText(original)), shingles(shingleText(copy)))).toBeLessThan(0.8); // too little without vectors
    const others = ['A sad film.', 'Cold soup, warm beer.', 'The lift broke down twice.', 'We sang all night.', 'My boots leak.', 'What a view from up there.', 'The lamp flickers.', 'Best pie in town.'];
    const rows = [original, ...others, copy].map((text, i) => `"${text}",${i % 4 > 1 ? 'bad' : 'good'},${i < 5 ? 'web' : 'mail'}`);
    const { dataset } = await importAsProposed(imports, [{ name: 'things.csv', content: `text,label,domain\n${rows.join('\n')}\n` }]);
    const report = await service.inspectDataset(dataset.id, 'check', silent);
    expect(report.findings.find(({ key }) => key === 'near-copies')?.examples).toMatchObject([{ text: copy }]);
  });
});

describe('an edited data set', () => {
  test('is kept under its own name beside the one it came from, whose vectors it takes over without the encoder', async () => {
    const before = await open(BUNDLED);
    const saved = await service.saveDataset(applied(before.dataset, { kind: 'drop', rows: Uint32Array.of(0, 3) }), BUNDLED, 'save', silent);
    expect(saved.storageProblem).toBeNull();
    expect(saved.dataset.examples).toEqual(before.dataset.examples.filter((_, row) => row !== 0 && row !== 3));
    expect(saved.features.subarray(0, 512)).toEqual(before.features.subarray(512, 1024));
    expect((await service.listDatasets()).map(({ name }) => name)).toContain('Reviews, cleaned');

    const reopened = await open(saved.dataset.id);
    expect(reopened.dataset).toEqual(saved.dataset);
    expect(reopened.features).toEqual(saved.features);
    expect(await open(BUNDLED)).toEqual(before);
    expect(site.models()).toEqual([]);
  });

  test('has only its changed texts embedded', async () => {
    const { dataset } = await open(BUNDLED);
    const draft = applied(dataset, { kind: 'remove-word', word: 'awful' });
    const changed = draft.examples.filter(({ text }, row) => text !== dataset.examples[row]?.text).length;
    const totals = new Set<number>();
    await service.saveDataset(draft, BUNDLED, 'save', (progress) => {
      if (progress.kind === 'embed') totals.add(progress.total);
    });
    expect(changed).toBeGreaterThan(5);
    expect(draft.examples).toHaveLength(dataset.examples.length);
    expect([...totals]).toEqual([changed]);
  });

  test('with the rows of one that is kept already keeps that one’s name', async () => {
    const { dataset } = await open(BUNDLED);
    const draft = applied(dataset, { kind: 'drop', rows: Uint32Array.of(1) });
    const first = await service.saveDataset(draft, BUNDLED, 'save', silent);
    const again = await service.saveDataset({ ...draft, name: 'another name' }, BUNDLED, 'save', silent);
    expect(again.dataset).toEqual(first.dataset);
  });

  test('that no head could be trained on is refused, and nothing is kept of it', async () => {
    const { dataset } = await open(BUNDLED);
    const [label] = dataset.labels;
    const rows = Uint32Array.from(dataset.examples.flatMap((example, row) => (example.label === label ? [row] : [])));
    await expect(service.saveDataset(applied(dataset, { kind: 'drop', rows }), BUNDLED, 'save', silent)).rejects.toMatchObject({ code: 'bad-file' });
    expect((await service.listDatasets()).every(({ bundled }) => bundled)).toBe(true);
  });

  test('that storage refuses is there for the visit', async () => {
    vi.spyOn(site.storage.datasets, 'putDataset').mockRejectedValue(new Error('no room'));
    const { dataset } = await open(BUNDLED);
    const saved = await service.saveDataset(applied(dataset, { kind: 'drop', rows: Uint32Array.of(2) }), BUNDLED, 'save', silent);
    expect(saved.storageProblem).not.toBeNull();
    expect((await open(saved.dataset.id)).dataset).toEqual(saved.dataset);
    expect((await service.inspectDataset(saved.dataset.id, 'check', silent)).datasetId).toBe(saved.dataset.id);
  });
});

describe('a copy of data whose numbers are to be minded', () => {
  const drop = (row: number): Remedy => ({ label: 'Drop it', done: 'Dropped it.', result: `without row ${row}`, edit: { kind: 'drop', rows: Uint32Array.of(row) } });
  const entryOf = async (id: string): Promise<DatasetEntry | undefined> => (await service.listDatasets()).find((entry) => entry.id === id);

  test('that a remedy or the editor made is to be minded too, and what is made of that', async () => {
    const caution = (await entryOf('names'))?.about?.caution ?? expect.fail('no caution');
    expect((await entryOf('names'))?.caution).toBe(caution);
    const once = await service.cleanDataset('names', drop(0), 'clean', silent);
    const twice = await service.cleanDataset(once.dataset.id, drop(3), 'clean', silent);
    const edited = await service.saveDataset(applied(twice.dataset, drop(5).edit), twice.dataset.id, 'save', silent);
    const last = await service.cleanDataset(edited.dataset.id, drop(7), 'clean', silent);
    await service.deleteDataset(once.dataset.id); // what comes between can go
    ({ encoder: service } = site.services()); // after a reload
    for (const { dataset: { id } } of [twice, edited, last]) expect(await entryOf(id)).toMatchObject({ bundled: false, about: null, caution });
    expect(await entryOf(edited.dataset.id)).toMatchObject({ description: 'Your own examples, kept in this browser.' });
  });

  test('that storage refuses is to be minded for the visit', async () => {
    vi.spyOn(site.storage.datasets, 'putDataset').mockRejectedValue(new Error('no room'));
    const cleaned = await service.cleanDataset('names', drop(0), 'clean', silent);
    expect((await entryOf(cleaned.dataset.id))?.caution).toMatch(/^Validation accuracy means nothing here/u);
  });

  test('is not invented for other data', async () => {
    const cleaned = await service.cleanDataset(BUNDLED, drop(0), 'clean', silent);
    const edited = await service.saveDataset(applied(cleaned.dataset, drop(1).edit), cleaned.dataset.id, 'save', silent);
    for (const { dataset: { id } } of [cleaned, edited]) expect((await entryOf(id))?.caution).toBeNull();
    expect(edited.origin).toBeNull();
  });
});
