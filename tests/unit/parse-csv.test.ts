import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import Papa from 'papaparse';
import { EXAMPLE_LIMITS } from '../../src/core/example-limits.ts';
import { NO_DOMAIN, SINGLE_DOMAIN, textKey, type Example } from '../../src/core/examples.ts';
import { reportSentences } from '../../src/core/import-report.ts';
import { DataError } from '../../src/data/errors.ts';
import { NO_GROUP } from '../../src/data/example-builder.ts';
import { parseCsv, type CsvSource } from '../../src/data/parse-csv.ts';
import type { Imported, ParseOptions } from '../../src/data/parse-files.ts';

const { maxRows: MAX_ROWS, maxTextLength: MAX_TEXT_LENGTH, maxNames: { label: MAX_LABELS, domain: MAX_DOMAINS, group: MAX_GROUPS } } = EXAMPLE_LIMITS;

/** Ten good rows of two labels and two domains. */
const ROWS = Array.from({ length: 10 }, (_, i) => `text ${i},${i % 2 ? 'pos' : 'neg'},${i < 5 ? 'web' : 'mail'}`);
const HEADER = 'text,label,domain';
const csv = (...rows: string[]): string => [HEADER, ...ROWS, ...rows].join('\n');

const read = (content: CsvSource['content'], options?: ParseOptions): Promise<Imported> => parseCsv({ name: 'mine.csv', content }, options);
const examplesOf = async (content: CsvSource['content'], options?: ParseOptions): Promise<readonly Example[]> => (await read(content, options)).dataset.examples;

/** The error that the import ends with; fails when it does not. */
async function errorOf(content: CsvSource['content'], options?: ParseOptions): Promise<DataError> {
  const error: unknown = await read(content, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  const dataError = error as DataError;
  expect(dataError.message).toContain('mine.csv');
  expect(dataError.place.file).toBe('mine.csv');
  expect(dataError.remedy).not.toBe('');
  return dataError;
}

/** No half of a surrogate pair stands alone. */
const isWellFormed = (text: string): boolean => new TextDecoder().decode(new TextEncoder().encode(text)) === text;
const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('a good file', () => {
  test('gives its rows, its labels and its domains in order of appearance', async () => {
    const { dataset, report } = await read(csv());
    expect(dataset.name).toBe('mine');
    expect(dataset.examples).toHaveLength(10);
    expect(dataset.examples[0]).toEqual({ text: 'text 0', label: 'neg', domain: 'web' });
    expect(dataset.labels).toEqual(['neg', 'pos']);
    expect(dataset.domains).toEqual(['web', 'mail']);
    expect(dataset.hasDomains).toBe(true);
    expect(report.rowsRead).toBe(10);
    expect(reportSentences(report)).toEqual(['Imported 10 examples with 2 labels from 2 domains.']);
  });

  test.each([
    ['a byte order mark', `\uFEFF${csv()}`],
    ['CRLF line ends', csv().replaceAll('\n', '\r\n')],
    ['CR line ends', csv().replaceAll('\n', '\r')],
    ['mixed line ends', csv().replace('\n', '\r\n')],
    ['a line end after the last row', `${csv()}\n`],
    ['blank lines', `${csv().replaceAll('\n', '\n\n')}\n\n`],
    ['rows of empty cells', csv(',,', ',,')],
    ['semicolons', csv().replaceAll(',', ';')],
    ['tabs', csv().replaceAll(',', '\t')],
    ['capitals and spaces in the header', csv().replace(HEADER, ' Text ,LABEL, Domain')],
    ['quoted cells', Papa.unparse(Papa.parse<string[]>(csv()).data, { quotes: true })],
    ['columns in another order, and others beside them', ['id,Domain,label,x,text', ...ROWS.map((row) => row.split(',')).map(([text, label, domain]) => `7,${domain},${label},"a,b",${text}`)].join('\n')],
    ['NUL characters', csv().replace('text 3', 'te\u0000xt 3')],
  ])('may have %s', async (_, content) => {
    const { dataset } = await read(content);
    const { dataset: plain } = await read(csv());
    expect(dataset).toEqual(plain);
    expect(dataset.id).toMatch(/^[0-9a-f]{32}$/u);
  });

  test('may name a column twice: the first one is read', async () => {
    const twice = [`${HEADER},Text`, ...ROWS.map((row) => `${row},other`)].join('\n');
    expect((await read(twice)).dataset).toEqual((await read(csv())).dataset);
  });

  test('may be in Latin-1', async () => {
    expect((await examplesOf(latin1(csv().replace('text 3', 'caf\u00e9 3'))))[3]?.text).toBe('café 3');
  });

  test('may be a File, bytes or text', async () => {
    const ids = await Promise.all([csv(), new TextEncoder().encode(csv()), new File([csv()], 'x.csv')].map(async (content) => (await read(content)).dataset.id));
    expect(new Set(ids).size).toBe(1);
  });

  test('has another id when a text, a label, a domain or the order differs', async () => {
    const swapped = [HEADER, ...[...ROWS].reverse()].join('\n');
    const variants = [csv(), csv().replace('text 3', 'text x'), csv().replace('text 3,pos', 'text 3,neg'), csv().replace('text 3,pos,web', 'text 3,pos,mail'), swapped];
    const ids = await Promise.all(variants.map(async (content) => (await read(content)).dataset.id));
    expect(new Set(ids).size).toBe(variants.length);
  });

  test('keeps markup, quotes, emoji and line breaks as they are', async () => {
    const texts = ['<img src=x onerror=alert(1)>', 'he said "no"', '=1+1', '👩‍👩‍👧 ok', 'two\nlines', 'two\r\nlines', '&amp;', 'שלום 你好'];
    const content = Papa.unparse({ fields: ['text', 'label'], data: texts.map((text, i) => [text, `l${i % 2}`]) });
    expect((await examplesOf(content)).map(({ text }) => text)).toEqual(texts);
  });

  test('reads the same whatever the size of the chunks', async () => {
    const content = csv('"quoted, ""twice""",pos,web', '"é\n你好 👍",neg,mail').replaceAll('text', 'tëxt').replace('tëxt,', 'text,');
    const whole = await examplesOf(content);
    for (const chunkBytes of [4, 5, 7, 16, 61]) expect(await examplesOf(content, { chunkBytes })).toEqual(whole);
  });

  test('comes back equal to the rows that were written, whatever they hold', async () => {
    const cell = fc.string({ unit: fc.oneof(fc.constantFrom('"', ',', ';', '\t', '\n', '\r\n', ' ', 'a', 'é', '👍'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })), maxLength: 12 });
    const filled = cell.map((text) => text.replaceAll('\u0000', '').trim()).filter((text) => text !== '' && isWellFormed(text));
    const row = fc.record({ text: filled, label: fc.constantFrom('pos', 'neg', 'a "third", one'), domain: filled });
    const table = fc.uniqueArray(row, { minLength: 8, maxLength: 30, selector: ({ text }) => textKey(text) }).filter((rows) => new Set(rows.map(({ label }) => label)).size > 1 && new Set(rows.map(({ domain }) => domain)).size > 1);
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.integer({ min: 4, max: 400 }), async (rows, delimiter, newline, quotes, chunkBytes) => {
        const content = Papa.unparse([...rows], { columns: ['text', 'label', 'domain'], delimiter, newline, quotes });
        expect(await examplesOf(content, { chunkBytes })).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});

describe('domains', () => {
  test.each([
    ['no domain column', ['text,label', ...ROWS.map((row) => row.split(',').slice(0, 2).join(','))].join('\n')],
    ['one domain only', csv().replaceAll(/web|mail/gu, 'web')],
    ['empty domains only', csv().replaceAll(/web|mail/gu, '')],
  ])('are one when there is %s, which is no error', async (_, content) => {
    const { dataset, report } = await read(content);
    expect(dataset.hasDomains).toBe(false);
    expect(dataset.domains).toEqual([SINGLE_DOMAIN]);
    expect(dataset.examples.every(({ domain }) => domain === SINGLE_DOMAIN)).toBe(true);
    expect(report.noDomain.count).toBe(0);
    expect(reportSentences(report)[1]).toContain('only one domain');
  });

  test('left empty in some rows become one of their own', async () => {
    const { dataset, report } = await read(csv('more,pos,'));
    expect(dataset.domains).toEqual(['web', 'mail', NO_DOMAIN]);
    expect(report.noDomain).toEqual({ count: 1, firstRows: [12] });
  });

  test('may not be as many as rows', async () => {
    const error = await errorOf(csv(...Array.from({ length: MAX_DOMAINS }, (_, i) => `more ${i},pos,domain ${i}`)));
    expect(error.place).toMatchObject({ row: 12 + MAX_DOMAINS - 2, column: 'domain' });
  });
});

describe('groups', () => {
  const grouped = (...rows: string[]): string => [`${HEADER},group`, ...ROWS.map((row, i) => `${row},${i % 3 ? 'rain' : 'sun'}`), ...rows].join('\n');

  test('are read, kept with the examples and listed in order of appearance', async () => {
    const { dataset, report } = await read(grouped());
    expect(dataset.groups).toEqual(['sun', 'rain']);
    expect(dataset.examples[1]).toEqual({ text: 'text 1', label: 'pos', domain: 'web', group: 'rain' });
    expect(reportSentences(report)).toEqual(['Imported 10 examples with 2 labels from 2 domains.']);
  });

  test.each([
    ['a header in capitals', grouped().replace('group', ' GROUP')],
    ['semicolons', grouped().replaceAll(',', ';')],
    ['the column first', ['group,text,label,domain', ...ROWS.map((row, i) => `${i % 3 ? 'rain' : 'sun'},${row}`)].join('\n')],
  ])('may stand under %s', async (_, content) => {
    expect((await read(content)).dataset).toEqual((await read(grouped())).dataset);
  });

  test('stay with rows of a file of one domain', async () => {
    const { dataset } = await read(grouped().replaceAll(/web|mail/gu, ''));
    expect(dataset.hasDomains).toBe(false);
    expect(dataset.groups).toEqual(['sun', 'rain']);
  });

  test('are none when the column is not there, or holds nothing', async () => {
    const plain = (await read(csv())).dataset;
    expect(plain.groups).toEqual([]);
    expect(plain.examples.some((example) => 'group' in example)).toBe(false);
    const { dataset, report } = await read(grouped().replaceAll(/,(sun|rain)/gu, ','));
    expect(dataset).toEqual(plain);
    expect(report.noGroup.count).toBe(0);
  });

  test('left empty in some rows become one of their own, which is said', async () => {
    const { dataset, report } = await read(grouped('more,pos,web,', 'and more,pos,web, '));
    expect(dataset.groups).toEqual(['sun', 'rain', NO_GROUP]);
    expect(report.noGroup).toEqual({ count: 2, firstRows: [12, 13] });
    expect(reportSentences(report)).toContain('2 rows have no group, and were put in one of their own (rows 12 and 13).');
  });

  test('make another data set of the same rows, and leave the id of rows without groups as it was', async () => {
    const ids = await Promise.all([csv(), grouped(), grouped().replace('3,pos,web,sun', '3,pos,web,rain')].map(async (content) => (await read(content)).dataset.id));
    expect(new Set(ids).size).toBe(3);
    const hashed = createHash('sha256').update(ROWS.map((row) => `${JSON.stringify(row.split(','))}\n`).join(''));
    expect(ids[0]).toBe(hashed.digest('hex').slice(0, 32));
  });

  test('tell rows apart that are otherwise equal', async () => {
    const { dataset, report } = await read(grouped('text 1,pos,web,sun', 'text 1,pos,web,rain'));
    expect(dataset.examples).toHaveLength(11);
    expect(report.duplicates).toEqual({ count: 1, firstRows: [13] });
  });

  test('may not be as many as rows', async () => {
    const error = await errorOf(grouped(...Array.from({ length: MAX_GROUPS }, (_, i) => `more ${i},pos,web,group ${i}`)));
    expect(error.place).toMatchObject({ row: 12 + MAX_GROUPS - 2, column: 'group' });
    expect(error.remedy).toContain('without groups');
  });
});

describe('rows that are left out or remarked on', () => {
  test('are those without a text or a label', async () => {
    const { dataset, report } = await read(csv(' ,pos,web', 'text,,web', '\u0000,pos,web'));
    expect(dataset.examples).toHaveLength(10);
    expect(report).toMatchObject({ rowsRead: 13, examples: 10, emptyText: { count: 2, firstRows: [12, 14] }, emptyLabel: { count: 1, firstRows: [13] } });
    expect(reportSentences(report)).toContain('2 rows were left out for having no text (rows 12 and 14).');
    expect(reportSentences(report)).toContain('1 row was left out for having no label (row 13).');
  });

  test('are repeats of text, label and domain, but for case and white space', async () => {
    const { dataset, report } = await read(csv('TEXT  1,pos,web', 'text 1,pos,web'));
    expect(dataset.examples).toHaveLength(10);
    expect(report.duplicates).toEqual({ count: 2, firstRows: [12, 13] });
  });

  test('are not repeats in another domain or under another label; the latter are counted', async () => {
    const { dataset, report } = await read(csv('text 1,pos,mail', 'Text 1,neg,mail', 'text 1,third,mail', 'text 2,pos,web'));
    expect(dataset.examples).toHaveLength(14);
    expect(report.duplicates.count).toBe(0);
    expect(report.conflicting).toEqual({ count: 2, firstRows: [13, 15] });
    expect(reportSentences(report)).toContain('2 texts stand under more than one label, and were kept (rows 13 and 15).');
  });

  test('are texts too long to be read whole: their beginning is kept', async () => {
    const { dataset, report } = await read(csv(`${'x'.repeat(2 ** 20)},pos,web`, `"${'👍'.repeat(60_000)}",pos,web`, `y${'👍'.repeat(60_000)},pos,web`));
    expect(dataset.examples.slice(10).map(({ text }) => text.length)).toEqual([MAX_TEXT_LENGTH, MAX_TEXT_LENGTH, MAX_TEXT_LENGTH - 1]);
    expect(dataset.examples.every(({ text }) => isWellFormed(text))).toBe(true);
    expect(report.truncated).toEqual({ count: 3, firstRows: [12, 13, 14] });
    expect(reportSentences(report)).toContain('3 texts were cut to the first 4,096 characters (rows 12, 13 and 14).');
  });

  test('are named up to five', async () => {
    const { report } = await read(csv(...Array.from({ length: 7 }, () => ',pos,web')));
    expect(reportSentences(report)[1]).toBe('7 rows were left out for having no text (rows 12, 13, 14, 15, 16, …).');
  });
});

describe('a file that cannot be used', () => {
  test.each([
    ['has no byte', ''],
    ['has white space only', ' \n\n \n'],
    ['has a byte order mark only', '\uFEFF'],
  ])('%s: it is empty', async (_, content) => {
    expect((await errorOf(content)).message).toContain('is empty');
  });

  test('has a header and no rows', async () => {
    expect((await errorOf(HEADER)).message).toContain('only 0 usable rows');
  });

  test.each([
    ['text', 'body,label,domain'],
    ['label', 'text,sentiment,domain'],
  ])('has no column %s: the columns found are named', async (column, header) => {
    const error = await errorOf(csv().replace(HEADER, header));
    expect(error.place).toMatchObject({ row: 1, column });
    for (const name of header.split(',')) expect(error.message).toContain(`“${name}”`);
  });

  test('has no header', async () => {
    expect((await errorOf(ROWS.join('\n'))).place).toMatchObject({ row: 1, column: 'text' });
  });

  test.each([
    ['a few', {}],
    ['many', { chunkBytes: 1000 }],
  ])('is UTF-8 but for one byte far down: the row and the byte are named, however many chunks it is read in (%s)', async (_, options) => {
    const rows = csv(...Array.from({ length: 20_000 }, (_unused, i) => `text with the number ${i},pos,web`), 'café,pos,web', 'more,pos,web');
    const error = await errorOf(latin1(rows), options);
    expect(error.message).toContain('not UTF-8');
    expect(error.message).toContain('0xE9');
    expect(error.message).toContain(`byte ${(rows.indexOf('é') + 1).toLocaleString('en')} `);
    expect(error.remedy).toContain('Windows-1252');
    expect(error.remedy).toContain('as UTF-8');
    expect(error.place.row).toBe(20_012);
  });

  test('is cut off within a character', async () => {
    const bytes = new TextEncoder().encode(csv('so é,pos,web', 'more é'));
    expect((await errorOf(bytes.slice(0, -1))).place.row).toBe(13);
  });

  test.each([
    ['an archive', [0x50, 0x4b, 3, 4, 20, 0, 6, 0]],
    ['a file of an office program', [0xd0, 0xcf, 0x11, 0xe0, 0xa1]],
    ['a compressed file', [0x1f, 0x8b, 8, 0]],
    ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ])('is %s', async (kind, bytes) => {
    const error = await errorOf(Uint8Array.from(bytes));
    expect(error.message).toContain(kind);
  });

  test.each([
    ['opens a quotation mark that is never closed', ['more,pos,web', '"never,pos,web', 'again,pos,web'], 13],
    ['has a stray quotation mark in a quoted cell', ['"he said "hello" to me",pos,web'], 12],
    ['has text after a quoted cell', ['more,pos,web', 'again,pos,web', '"one" two,pos,web'], 14],
  ])('%s', async (_, rows, row) => {
    for (const options of [{}, { chunkBytes: 8 }]) {
      const error = await errorOf(csv(...rows), options);
      expect(error.place.row).toBe(row);
      expect(error.message).toContain('quotation mark');
    }
  });

  test('opens a quotation mark before millions of characters', async () => {
    const error = await errorOf(csv(`"never,pos,web\n${'more and more,pos,web\n'.repeat(400_000)}`));
    expect(error.place.row).toBe(12);
  });

  test.each([
    ['too few cells', 'more,pos', 2],
    ['too many cells, as when a text with a comma is not quoted', 'more, and more,pos,web', 4],
  ])('has a row with %s', async (_, row, cells) => {
    const error = await errorOf(csv('fine,pos,web', '', row));
    expect(error.message).toContain(`has ${cells} cells; the header has 3`);
    expect(error.remedy).toContain('double quotes');
    expect(error.place.row).toBe(14); // the blank line counts, as it does in a spreadsheet
  });

  test('has texts in no row', async () => {
    const error = await errorOf([HEADER, ...Array.from({ length: 10 }, () => ',pos,web')].join('\n'));
    expect(error.message).toContain('All 10 rows');
    expect(error.place.column).toBe('text');
  });

  test('has labels in no row', async () => {
    expect((await errorOf(csv().replaceAll(/pos|neg/gu, ''))).place.column).toBe('label');
  });

  test('has one label only: it is named', async () => {
    const error = await errorOf(csv().replaceAll(/pos|neg/gu, 'spam'));
    expect(error.message).toContain('“spam”');
    expect(error.place.column).toBe('label');
  });

  test('has fewer than eight rows, once empty and repeated ones are gone', async () => {
    const error = await errorOf([HEADER, ...ROWS.slice(0, 7), ROWS[0], ',pos,web'].join('\n'));
    expect(error.message).toContain('only 7 usable rows, 2 rows being empty or repeated');
  });

  test('has more labels than categories are likely to be', async () => {
    const error = await errorOf(csv(...Array.from({ length: MAX_LABELS }, (_, i) => `more ${i},label ${i},web`)));
    expect(error.place).toMatchObject({ column: 'label' });
    expect(error.remedy).toContain('right column');
  });

  test('has a label as long as a text', async () => {
    expect((await errorOf(csv(`pos,${'long '.repeat(100)},web`))).place).toMatchObject({ row: 12, column: 'label' });
  });

  test('has too many rows', async () => {
    const error = await errorOf(`${HEADER}\n${'a,b,c\n'.repeat(MAX_ROWS + 1)}`);
    expect(error.code).toBe('too-big');
    expect(error.place.row).toBe(MAX_ROWS + 2);
  });

  test('has too many bytes: none is read', async () => {
    const blob = new Blob([]);
    Object.defineProperty(blob, 'size', { value: 2 ** 40 });
    expect((await errorOf(blob)).code).toBe('too-big');
  });

  test.each(['slice', 'stream'] as const)('went away after it was chosen (%s)', async (way) => {
    const blob = new Blob([csv()]);
    const gone = (): Promise<never> => Promise.reject(new DOMException('gone', 'NotReadableError'));
    Object.defineProperty(blob, way, { value: () => ({ arrayBuffer: gone, getReader: () => ({ read: gone, cancel: gone }) }) });
    expect((await errorOf(blob)).remedy).toContain('again');
  });

  test('is reported by its first bad row', async () => {
    expect((await errorOf(csv('one cell', '"never'))).place.row).toBe(12);
  });
});

describe('a long import', () => {
  const long = csv(...Array.from({ length: 50_000 }, (_, i) => `Some longer text with number ${i} in it, and a comma,${i % 3 ? 'pos' : 'neg'},web`).map((row) => `"${row.replace(/,(?=\w+,web$)/u, '",')}`));

  test('tells how far it is, and lets others have a turn', async () => {
    const progress: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const { dataset } = await read(long, { onProgress: (done, total) => progress.push(done / total) });
    clearInterval(timer);
    expect(dataset.examples).toHaveLength(50_010);
    expect(progress.length).toBeGreaterThan(5);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    expect(turns).toBeGreaterThan(10);
  });

  test('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const import_ = read(long, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(import_).rejects.toMatchObject({ name: 'AbortError' });
  });
});
