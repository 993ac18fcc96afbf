import { beforeEach, describe, expect, test } from 'vitest';
import { HELD_OUT_SAMPLE } from '../../src/core/examples.ts';
import type { Progress } from '../../src/core/progress.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import type { ImportSource } from '../../src/protocol/imports.ts';
import { useDataSite } from '../support/data-site.ts';
import { encoded, importAsProposed } from '../support/import-files.ts';

const site = useDataSite('imports');
let services: DataServices;
const silent = (): void => {};

beforeEach(() => {
  services = site.services();
});

const GOOD = ['What a lovely room.', 'The staff were so kind.', 'Best soup in town.', 'We would come back any day.', 'It works like a charm.'];
const BAD = ['The lift was broken.', 'Nobody answered the phone.', 'Cold food, warm beer.', 'It fell apart in a week.', 'Never again, “sorry”.'];
const CSV = ['text,label,domain', ...[...GOOD, ...BAD].map((text, i) => `"${text}",${i < 5 ? 'good' : 'bad'},${i % 2 ? 'inn' : 'shop'}`)].join('\n');
const sourceOf = (name: string, content: string | Blob): ImportSource => ({ name, content });

const listed = async (): Promise<string[]> => (await services.encoder.listDatasets()).flatMap(({ name, bundled }) => (bundled ? [] : [name]));

describe('an import', () => {
  test('embeds and keeps what a file holds, and tells what it did', async () => {
    const kinds = new Set<Progress['kind']>();
    const { dataset, features, report, defaultHeldOut, storageProblem } = await importAsProposed(services.imports, [sourceOf('visits.csv', new File([CSV], 'visits.csv'))], ({ kind }) => kinds.add(kind));
    expect(dataset).toMatchObject({ name: 'visits', labels: ['good', 'bad'], domains: ['shop', 'inn'], hasDomains: true });
    expect(report).toMatchObject({ file: 'visits.csv', rowsRead: 10, examples: 10 });
    expect(features).toHaveLength(10 * 512);
    for (let row = 0; row < 10; row++) expect(Math.hypot(...features.subarray(row * 512, (row + 1) * 512))).toBeCloseTo(1, 5);
    expect(dataset.domains).toContain(defaultHeldOut);
    expect(storageProblem).toBeNull();
    expect([...kinds]).toEqual(expect.arrayContaining(['read', 'download', 'embed']));
    expect(await listed()).toEqual(['visits']);
    expect((await services.encoder.openDataset(dataset.id, 'open', silent)).features).toEqual(features);
  });

  test('of the same rows in another form and encoding is the same data set, and needs no encoder', async () => {
    const first = await importAsProposed(services.imports, [sourceOf('visits.csv', CSV)]);
    const rows = first.dataset.examples.map((example) => ({ ...example, length: example.text.length }));
    site.asked = [];
    const forms = [sourceOf('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')), sourceOf('b.json', JSON.stringify(rows)), sourceOf('c.csv', new Blob([encoded(CSV.replaceAll('\n', '\r\n'), 'windows-1252')])), sourceOf('d.tsv', new Blob([encoded(CSV.replaceAll('",', '"\t').replace(/,(?=inn|shop|label|domain)/gu, '\t'), 'utf-16be')]))];
    for (const form of forms) {
      const { dataset, features } = await importAsProposed(services.imports, [form]);
      expect(dataset.examples).toEqual(first.dataset.examples);
      expect(dataset.id).toBe(first.dataset.id);
      expect(features).toEqual(first.features);
    }
    expect(site.models()).toEqual([]);
  });

  test('of one file of lines a label holds out a sample', async () => {
    const { dataset, defaultHeldOut, report } = await importAsProposed(services.imports, [sourceOf('good.txt', GOOD.join('\n')), sourceOf('bad.txt', BAD.join('\r\n'))]);
    expect(dataset).toMatchObject({ name: 'good and bad', labels: ['good', 'bad'], hasDomains: false });
    expect(defaultHeldOut).toBe(HELD_OUT_SAMPLE);
    expect(report.files).toEqual([{ file: 'good.txt', rowsRead: 5, examples: 5 }, { file: 'bad.txt', rowsRead: 5, examples: 5 }]);
  });

  test.each([
    ['a bad row', `${CSV}\nno cells`, { code: 'bad-file', place: { file: 'x.csv', row: 12 } }],
    ['one label', CSV.replaceAll(',bad,', ',good,'), { code: 'bad-file', place: { file: 'x.csv', column: 'label' } }],
    ['no label in two domains', ['text,label,domain', ...[...GOOD, ...BAD].map((text, i) => `"${text}",${i < 5 ? 'good,inn' : 'bad,shop'}`)].join('\n'), { code: 'bad-file' }],
  ])('with %s is refused as the page knows errors; nothing is embedded or kept', async (_, content, error) => {
    const sources = [sourceOf('x.csv', content)];
    const { plan } = await services.imports.preview(sources, [null], 'look');
    await expect(services.imports.run(sources, plan, 'import', silent)).rejects.toMatchObject({ name: 'HeldoutError', ...error });
    expect(site.models()).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  test('of labels that go with the domains is mended as the refusal says: without domains a sample is held out', async () => {
    const apart = ['text,label,domain', ...[...GOOD, ...BAD].map((text, i) => `"${text}",${i < 5 ? 'good,inn' : 'bad,shop'}`)].join('\n');
    const sources = [sourceOf('x.csv', apart)];
    const { plan } = await services.imports.preview(sources, [null], 'look');
    await expect(services.imports.run(sources, plan, 'import', silent)).rejects.toMatchObject({ message: expect.stringMatching(/^x\.csv cannot be split\. Whichever domain is held out/u), remedy: expect.stringContaining('import the data with “None” for the domain') });
    const { defaultHeldOut } = await services.imports.run(sources, { ...plan, origins: { ...plan.origins, domain: { kind: 'none' } } }, 'import', silent);
    expect(defaultHeldOut).toBe(HELD_OUT_SAMPLE);
  });

  test.each(['read', 'embed'] as const)('that is cancelled while it is to %s leaves nothing', async (kind) => {
    const sources = [sourceOf('x.csv', CSV)];
    const { plan } = await services.imports.preview(sources, [null], 'look');
    const import_ = services.imports.run(sources, plan, 'import', (progress) => {
      if (progress.kind === kind) void services.imports.cancel('import');
    });
    await expect(import_).rejects.toMatchObject({ code: 'cancelled' });
    expect(await listed()).toEqual([]);
  });
});

describe('a look', () => {
  test('needs no encoder and keeps nothing', async () => {
    const { files, plan } = await services.imports.preview([sourceOf('x.csv', CSV)], [null], 'look');
    expect(files[0]).toMatchObject({ file: 'x.csv', columns: ['text', 'label', 'domain'] });
    expect(plan.name).toBe('x');
    expect(site.asked).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  test('at a file that cannot be read is refused as the page knows errors', async () => {
    await expect(services.imports.preview([sourceOf('x.csv', new Blob([]))], [null], 'look')).rejects.toMatchObject({ name: 'HeldoutError', code: 'bad-file', place: { file: 'x.csv' } });
  });

  test('can be cancelled', async () => {
    const look = services.imports.preview([sourceOf('x.csv', CSV)], [null], 'look');
    await services.imports.cancel('look');
    await expect(look).rejects.toMatchObject({ code: 'cancelled' });
  });
});
