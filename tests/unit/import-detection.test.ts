import { describe, expect, test } from 'vitest';
import type { FileReading, ImportPreview, Origin } from '../../src/core/import-plan.ts';
import { DataError } from '../../src/data/errors.ts';
import { previewFiles } from '../../src/data/preview-files.ts';
import type { FileSource } from '../../src/data/read-text.ts';
import { encoded } from '../support/import-files.ts';

const REVIEWS = ['Great food, and the staff were kind.', 'We waited an hour; nobody came.', 'A dull film. I left early.', 'The best pizza in town, by far!', 'It broke on the second day', 'Would stay here again | any time', 'Not worth the money, sadly', 'My kids loved every minute of it'];
const LABELS = ['pos', 'neg', 'neg', 'pos', 'neg', 'pos', 'neg', 'pos'];
const SITES = ['inn', 'inn', 'cinema', 'inn', 'shop', 'inn', 'shop', 'cinema'];
const csvCell = (text: string): string => (/[,;|"]/u.test(text) ? `"${text}"` : text);
const table = (columns: readonly (readonly string[])[], header: string, delimiter = ','): string =>
  [header, ...REVIEWS.map((_, i) => columns.map((column) => csvCell(column[i] as string)).join(delimiter))].filter((line) => line !== '').join('\n');

const preview = (sources: readonly FileSource[], readings: readonly (FileReading | null)[] = sources.map(() => null)): Promise<ImportPreview> => previewFiles(sources, readings);
const previewOf = (name: string, content: string | Blob): Promise<ImportPreview> => preview([{ name, content }]);
const readingOf = async (name: string, content: string): Promise<FileReading> => (await previewOf(name, content)).plan.readings[0] as FileReading;
const column = (name: string): Origin => ({ kind: 'column', column: name });
async function errorOf(promise: Promise<unknown>): Promise<DataError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe('the encoding', () => {
  const bytesOf = (text: string, encoding: FileReading['encoding'], mark: boolean): Blob => new Blob([encoded(text, encoding, mark)]);
  const encodingOf = async (content: Blob): Promise<string | undefined> => (await previewOf('x.csv', content)).plan.readings[0]?.encoding;

  test('of text without a letter beyond ASCII is UTF-8', async () => {
    expect(await encodingOf(new Blob([table([REVIEWS, LABELS], 'text,label')]))).toBe('utf-8');
  });

  test('is UTF-16 where Chinese texts stand beside Latin labels, without a byte order mark', async () => {
    const rows = ['text,label', ...Array.from({ length: 9 }, (_, i) => `这部电影非常好看${'很'.repeat(i)},${i % 2 ? 'pos' : 'neg'}`)].join('\n');
    for (const encoding of ['utf-16le', 'utf-16be'] as const) expect(await encodingOf(bytesOf(rows, encoding, false))).toBe(encoding);
  });

  test('of UTF-8 with stray NULs is UTF-8', async () => {
    expect(await encodingOf(new Blob([table([REVIEWS, LABELS], 'text,label').replaceAll('pizza', 'p\u0000izza\u0000\u0000')]))).toBe('utf-8');
  });

  test.each([
    ['in the last row', `${table([REVIEWS.map((text) => `${text} café crème`), LABELS], 'text,label')}\nc`, ',pos', 10],
    ['in the first rows', 'text,label\nça va,pos\nbon caf', `,neg\n${table([REVIEWS.map((text) => `${text} café`), LABELS], '')}`, 3],
    ['in the header', 'text,l', `bel\n${table([REVIEWS.map((text) => `${text} café`), LABELS], '')}`, 1],
    ['before anything else', '', `text,label\n${table([REVIEWS.map((text) => `${text} café`), LABELS], '')}`, 1],
  ])('of UTF-8 with one broken byte %s, among many letters, is UTF-8: the preview says where it breaks, and shows the rows', async (_, before, after, row) => {
    const bytes = Uint8Array.from([...encoded(before, 'utf-8'), 0xe9, ...encoded(after, 'utf-8')]);
    const { files, plan, problem } = await previewOf('x.csv', new Blob([bytes]));
    const at = encoded(before, 'utf-8').length + 1;
    expect(plan.readings[0]).toMatchObject({ encoding: 'utf-8', hasHeader: true });
    expect(problem).toContain(`x.csv is not UTF-8 text: byte ${at} of the file (0xE9, in Windows-1252 “é”), in row ${row}, cannot be read.`);
    expect(files[0]?.problems).toHaveLength(1);
    expect(files[0]?.columns).toHaveLength(2);
    expect(files[0]?.rows.length).toBeGreaterThan(7);
    const otherwise = await preview([{ name: 'x.csv', content: new Blob([bytes]) }], [{ ...(plan.readings[0] as FileReading), encoding: 'windows-1252' }]);
    expect(otherwise.files[0]?.problems).toEqual([]);
  });

  test('is no problem before a row that cannot be read: that one is told first', async () => {
    const rows = table([REVIEWS.map((text) => `${text} café`), LABELS], 'text,label');
    const bytes = Uint8Array.from([...encoded(`${rows}\none,two,three\nc`, 'utf-8'), 0xe9, ...encoded(',pos', 'utf-8')]);
    expect((await previewOf('x.csv', new Blob([bytes]))).problem).toContain('Row 10 of x.csv has 3 cells');
  });

  test('of a file of which one letter is Windows-1252 is that', async () => {
    for (const [text, header] of [['I like the café', 'text,label'], ['plain', 'texté,label']] as const) {
      const rows = table([REVIEWS.map((review, i) => (i === 5 ? text : review)), LABELS], header);
      expect(await encodingOf(bytesOf(rows, 'windows-1252', false))).toBe('windows-1252');
    }
  });

  test('of text whose letters break UTF-8 is Windows-1252', async () => {
    const rows = table([REVIEWS.map((text) => `${text} “café”`), LABELS], 'text,label');
    expect(await encodingOf(bytesOf(rows, 'windows-1252', false))).toBe('windows-1252');
  });

  test('is told although the bytes looked at end within a character', async () => {
    const rows = table([REVIEWS.map((text) => text + '👍é你'.repeat(5000)), LABELS], 'text,label');
    for (const encoding of ['utf-8', 'utf-16le'] as const) expect(await encodingOf(bytesOf(rows, encoding, false))).toBe(encoding);
  });

  test('of pasted text is never asked', async () => {
    const asked: FileReading = { format: 'delimited', encoding: 'utf-16be', delimiter: ',', hasHeader: true };
    const { plan, files } = await preview([{ name: 'pasted', content: table([REVIEWS, LABELS], 'text,label') }], [asked]);
    expect(plan.readings[0]?.encoding).toBe('utf-8');
    expect(files[0]?.rows[0]).toEqual([REVIEWS[0], 'pos']);
  });
});

describe('the format', () => {
  const object = (i: number): string => JSON.stringify({ text: REVIEWS[i], label: LABELS[i] });
  const jsonl = REVIEWS.map((_, i) => object(i)).join('\n');
  const json = `[\n${REVIEWS.map((_, i) => object(i)).join(',\n')}\n]`;

  test.each([
    ['a.jsonl', jsonl, 'jsonl'],
    ['a.ndjson', jsonl, 'jsonl'],
    ['a.json', json, 'json'],
    ['a.json', JSON.stringify(JSON.parse(json)), 'json'],
    ['a.json', jsonl, 'jsonl'],
    ['a.jsonl', json, 'json'],
    ['a.txt', jsonl, 'jsonl'],
    ['pasted text', json, 'json'],
    ['a.txt', REVIEWS.join('\n'), 'lines'],
    ['a.txt', '[sic] a line\n[another] line', 'lines'],
    ['a.txt', '{smiles} a line\n{more}', 'lines'],
    ['a.csv', table([REVIEWS, LABELS], 'text,label'), 'delimited'],
    ['a.csv', `text\n${REVIEWS.map(csvCell).join('\n')}`, 'delimited'],
    ['pasted text', table([REVIEWS, LABELS], 'text,label'), 'delimited'],
    ['a.txt', table([LABELS, REVIEWS], '', '\t'), 'delimited'],
    ['a.txt', 'pos\tvery good\nneg\tvery bad', 'delimited'],
    ['a.txt', table([LABELS, REVIEWS], ''), 'delimited'],
  ] as const)('of %s with %j is %s', async (name, content, format) => {
    expect((await readingOf(name, content)).format).toBe(format);
  });

  test('of prose with a comma in every line is plain lines', async () => {
    expect((await readingOf('a.txt', ['Good food, nice staff', 'Bad food, rude staff', 'Loud, and far too hot', 'Fine, I suppose'].join('\n'))).format).toBe('lines');
  });
});

describe('the delimiter', () => {
  test.each([
    [',', 'x.csv'],
    [';', 'x.csv'],
    ['\t', 'x.tsv'],
    ['|', 'x.csv'],
    ['\t', 'x.csv'],
    [';', 'pasted text'],
  ] as const)('%j is found in %s, with a header and without', async (delimiter, name) => {
    for (const header of [['text', 'label', 'site'].join(delimiter), '']) {
      expect(await readingOf(name, table([REVIEWS, LABELS, SITES], header, delimiter))).toMatchObject({ format: 'delimited', delimiter, hasHeader: header !== '' });
    }
  });

  test('is the semicolon where unquoted texts hold commas', async () => {
    const rows = ['text;label', ...REVIEWS.map((text, i) => `${text.replaceAll(';', ',')};${LABELS[i]}`)].join('\n');
    expect((await readingOf('x.csv', rows)).delimiter).toBe(';');
  });
});

describe('a header', () => {
  const hasHeader = async (content: string): Promise<boolean> => (await readingOf('x.csv', content)).hasHeader;

  test.each([
    ['names that are known', 'Text,Label'],
    ['names that are known, of another kind', 'review,sentiment'],
    ['one known name', 'Comment,v1'],
    ['names that are not known, above categories', 'v2,v1'],
    ['names with signs', 'tweet_body,is_good'],
  ])('is there with %s', async (_, header) => {
    expect(await hasHeader(table([REVIEWS, LABELS], header))).toBe(true);
  });

  test('is there above numbers', async () => {
    expect(await hasHeader(`id,wording\n${REVIEWS.map((text, i) => `${i},${csvCell(text)}`).join('\n')}`)).toBe(true);
  });

  test('is not there when the first row is like the others', async () => {
    expect(await hasHeader(table([REVIEWS, LABELS], ''))).toBe(false);
    expect(await hasHeader(table([LABELS, REVIEWS, SITES], ''))).toBe(false);
  });

  test('is not there when a label is called like a column but turns up below', async () => {
    const kinds = ['comment', 'question', 'question', 'comment', 'question', 'comment', 'comment', 'question'];
    expect(await hasHeader(table([kinds, REVIEWS], ''))).toBe(false);
  });

  test('is not there when the first row has a label of its own, and a text', async () => {
    expect(await hasHeader(table([['mixed', ...LABELS.slice(1)], REVIEWS], ''))).toBe(false);
  });

  test('is what several files have in common in their first rows', async () => {
    const rows = (from: number): string => ['colour,shape', ...REVIEWS.slice(from, from + 2).map((text) => `${csvCell(text)},round`)].join('\n');
    const { files } = await preview([{ name: 'a.csv', content: rows(0) }, { name: 'b.csv', content: rows(2) }]);
    expect(files.map(({ columns }) => columns)).toEqual([['colour', 'shape'], ['colour', 'shape']]);
  });

  test('may leave columns without a name where there is nothing below', async () => {
    expect(await hasHeader(`v1,v2,,\n${REVIEWS.map((text, i) => `${LABELS[i]},${csvCell(text)},,`).join('\n')}`)).toBe(true);
    expect(await hasHeader(`v1,v2,,\n${REVIEWS.map((text, i) => `${LABELS[i]},${csvCell(text)},,${i}`).join('\n')}`)).toBe(false);
  });

  test('may follow a line that names the delimiter for spreadsheets', async () => {
    const { files, plan } = await previewOf('x.csv', `sep=;\n${table([REVIEWS, LABELS], 'wording;verdict', ';')}`);
    expect(files[0]?.columns).toEqual(['wording', 'verdict']);
    expect(plan.readings[0]).toMatchObject({ delimiter: ';', hasHeader: true });
  });

  test('gives columns without a name, or with one that is taken, a name of their own', async () => {
    const { files } = await previewOf('x.csv', `text,,Text,label,\n${REVIEWS.map((text, i) => `${csvCell(text)},a,b,${LABELS[i]},c`).join('\n')}`);
    expect(files[0]?.columns).toEqual(['text', 'column 2', 'Text (2)', 'label', 'column 5']);
  });
});

describe('roles', () => {
  const originsOf = async (content: string, name = 'x.csv'): Promise<ImportPreview['plan']['origins']> => (await previewOf(name, content)).plan.origins;
  const none: Origin = { kind: 'none' };

  test.each([
    ['text,label,domain', ['text', 'label', 'domain']],
    ['Review Text,Sentiment,Source', ['Review Text', 'Sentiment', 'Source']],
    ['messageBody,category,channel', ['messageBody', 'category', 'channel']],
    ['content,class,author_name', ['content', 'class', 'author_name']],
    ['tweet,y,site', ['tweet', 'y', 'site']],
  ])('go by the names of the columns: %s', async (header, [text, label, domain]) => {
    expect(await originsOf(table([REVIEWS, LABELS, SITES], header))).toEqual({ text: column(text as string), label: column(label as string), domain: column(domain as string), group: none });
  });

  test('go by what the columns hold where the names tell nothing', async () => {
    expect(await originsOf(table([SITES, LABELS, REVIEWS], 'v3,v1,v2'))).toEqual({ text: column('v2'), label: column('v1'), domain: none, group: none });
  });

  test('are found in two columns without a header, whichever comes first', async () => {
    for (const [name, delimiter] of [['SMSSpamCollection', '\t'], ['pasted text', ',']] as const) {
      expect(await originsOf(table([LABELS, REVIEWS], '', delimiter), name)).toMatchObject({ label: column('column 1'), text: column('column 2') });
      expect(await originsOf(table([REVIEWS, LABELS], '', delimiter), name)).toMatchObject({ label: column('column 2'), text: column('column 1') });
    }
  });

  test('without names make the one column that is left over the domain, if it sorts the rows', async () => {
    const numbers = REVIEWS.map((_, i) => String(100 + i));
    expect(await originsOf(table([numbers, LABELS, REVIEWS, SITES], ''))).toEqual({ text: column('column 3'), label: column('column 2'), domain: column('column 4'), group: none });
  });

  test('do not go by a name that the cells belie: a text for each row is no label, an author for each row no domain', async () => {
    const authors = REVIEWS.map((_, i) => `author ${i}`);
    expect(await originsOf(table([REVIEWS, authors, LABELS], 'topic,author,mark'))).toEqual({ text: column('topic'), label: column('mark'), domain: none, group: none });
  });

  test('leave out columns that count or point: an id is no label', async () => {
    const ids = LABELS.map((label) => (label === 'pos' ? '1' : '0'));
    expect(await originsOf(table([ids, REVIEWS, LABELS], 'label_id,text,opinion'))).toMatchObject({ label: column('opinion') });
  });

  test('of JSON go by the keys of all objects looked at; lists and objects are no columns', async () => {
    const rows = REVIEWS.map((review, i) => ({ ...(i > 2 && { slice: i % 2 ? 'a' : 'b' }), review, stars: i % 2, meta: { id: i }, tags: ['x'] }));
    const { files, plan } = await previewOf('x.json', JSON.stringify(rows));
    expect(files[0]?.columns).toEqual(['review', 'stars', 'slice']);
    expect(files[0]?.rows[0]).toEqual([REVIEWS[0], '0', '']);
    expect(plan.origins).toEqual({ text: column('review'), label: column('stars'), domain: none, group: column('slice') });
  });

  test('of lines in several files make the files’ names the label', async () => {
    const { plan, problem } = await preview([{ name: 'good.txt', content: REVIEWS.slice(0, 4).join('\n') }, { name: 'bad.txt', content: REVIEWS.slice(4).join('\n') }]);
    expect(plan.origins).toEqual({ text: column('line'), label: { kind: 'file-name' }, domain: none, group: none });
    expect(plan.name).toBe('good and bad');
    expect(problem).toBe('');
  });

  test('of several files with labels and no domain make the files’ names the domain', async () => {
    const content = table([REVIEWS, LABELS], 'text,label');
    const { plan } = await preview([{ name: 'inn.csv', content }, { name: 'shop.tsv', content: content.replaceAll('Great', 'Good') }, { name: 'c.csv', content }]);
    expect(plan.origins).toMatchObject({ label: column('label'), domain: { kind: 'file-name' } });
    expect(plan.name).toBe('inn and 2 more');
  });

  test('take columns that differ in case only for one, in the first file’s spelling', async () => {
    const { files, plan, problem } = await preview([{ name: 'a.csv', content: table([REVIEWS, LABELS], 'Text,Label') }, { name: 'b.csv', content: table([REVIEWS, LABELS], 'label,TEXT').replaceAll('pos', 'good') }]);
    expect(files[1]?.columns).toEqual(['Label', 'Text']);
    expect(plan.origins.text).toEqual(column('Text'));
    expect(problem).toBe('');
  });
});

describe('a problem', () => {
  test('is a label that no column looks like', async () => {
    const { problem, plan } = await previewOf('x.csv', table([REVIEWS], 'text'));
    expect(problem).toBe('x.csv has texts, but no labels. Add a column with the label of each text, or choose several files, one a label.');
    expect(plan.origins.label).toEqual({ kind: 'none' });
  });

  test('is a column that one of the files lacks: file and column are named', async () => {
    const { problem } = await preview([{ name: 'a.csv', content: table([REVIEWS, LABELS], 'text,label') }, { name: 'b.csv', content: table([SITES, SITES], 'some,thing') }]);
    expect(problem).toContain('b.csv');
    expect(problem).toContain('“text”');
  });

  test.each([
    ['a row of another length', 'x.csv', `${table([REVIEWS, LABELS], 'text,label')}\none,two,three`, 'Row 10 of x.csv has 3 cells'],
    ['broken quotation marks', 'x.csv', `${table([REVIEWS, LABELS], 'text,label')}\n"never closed,pos`, 'row 10 of x.csv'],
    ['a line that is not JSON', 'x.jsonl', `${REVIEWS.map((text, i) => JSON.stringify({ text, label: LABELS[i] })).join('\n')}\n{"text": oh}`, 'Row 9 of x.jsonl'],
    ['a list for a text', 'x.jsonl', `${REVIEWS.map((text, i) => JSON.stringify({ text, label: LABELS[i] })).join('\n')}\n{"text": ["oh"], "label": "pos"}`, '“text” in row 9'],
  ])('is %s among the first rows, which are shown', async (_, name, content, words) => {
    const { files, problem } = await previewOf(name, content);
    expect(problem).toContain(words);
    expect(files[0]?.rows[0]).toEqual([REVIEWS[0], 'pos']);
  });
});

describe('a look', () => {
  test('shows the first rows, long cells cut, no half characters', async () => {
    const { files } = await previewOf('x.csv', table([REVIEWS.map((text) => text + 'a' + '👍'.repeat(200)), LABELS], 'text,label'));
    expect(files[0]).toMatchObject({ file: 'x.csv', columns: ['text', 'label'] });
    expect(files[0]?.rows.length).toBe(8);
    for (const [cell = ''] of files[0]?.rows ?? []) {
      expect(cell.length).toBeLessThan(210);
      expect(new TextDecoder().decode(new TextEncoder().encode(cell))).toBe(cell);
    }
  });

  test('shows the beginning of a first row that is longer than what is looked at', async () => {
    const { files } = await previewOf('x.txt', 'x'.repeat(400_000));
    expect(files[0]?.rows[0]?.[0]?.length).toBe(201);
  });

  test('reads a file as it is asked to', async () => {
    const content = table([REVIEWS, LABELS], 'text,label');
    const asked: FileReading = { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: false };
    const { files, plan } = await preview([{ name: 'x.csv', content }], [asked]);
    expect(files[0]?.columns).toEqual(['column 1', 'column 2']);
    expect(files[0]?.rows[0]).toEqual(['text', 'label']);
    expect(plan.readings).toEqual([asked]);
    const lines = await preview([{ name: 'x.csv', content }], [{ ...asked, format: 'lines' }]);
    expect(lines.files[0]).toMatchObject({ columns: ['line'], reading: { format: 'lines' } });
  });

  test.each([
    ['JSON', 'json', 'x.csv is not one JSON array'],
    ['JSON lines', 'jsonl', 'Row 1 of x.csv is not valid JSON'],
  ] as const)('at a table as %s says that it is none, and shows how it begins, so that another way can be chosen', async (_, format, words) => {
    const asked: FileReading = { format, encoding: 'utf-8', delimiter: ',', hasHeader: false };
    const content = table([REVIEWS, LABELS], 'text,label');
    const { files, problem } = await preview([{ name: 'x.csv', content }], [asked]);
    expect(problem).toContain(words);
    expect(files[0]).toMatchObject({ reading: asked, columns: [], rows: [], rowsSeen: 0, isWhole: false, tallies: [], lines: content.split('\n').slice(0, 8) });
  });

  test.each([
    ['an object instead of an array', '{\n"rows": [1]\n}', 'x.json is an object without a list of objects', 'json'],
    ['one object on a line', '{"rows": [1]}', 'x.json has no row with a value that could be a text', 'jsonl'],
    ['an empty array', '[]', 'x.json has no row with a value that could be a text', 'json'],
    ['an array that breaks off in its first row', '[{"text": "a"', 'x.json breaks off in row 1', 'json'],
    ['a misspelled array', '[{"text": a}]', 'x.json is not valid JSON in row 1', 'json'],
  ] as const)('at JSON that cannot be read, as %s, opens with what is wrong', async (_, content, words, format) => {
    const { files, plan, problem } = await previewOf('x.json', content);
    expect(problem).toContain(words);
    expect(files[0]?.problems[0]?.remedy).not.toBe('');
    expect(files[0]).toMatchObject({ reading: { format }, columns: [], lines: content.split('\n') });
    expect(plan.origins).toMatchObject({ text: { kind: 'none' }, label: { kind: 'none' } });
  });

  test.each([
    ['indented', (rows: readonly object[]) => JSON.stringify({ version: 2, source: { name: 'shop', tags: ['a'] }, data: rows }, null, 2)],
    ['on one line', (rows: readonly object[]) => JSON.stringify({ data: rows })],
  ])('at an object that holds the list of examples, %s, finds the list', async (_, write) => {
    const rows = REVIEWS.map((text, i) => ({ text, label: LABELS[i] }));
    const { files, plan, problem } = await previewOf('x.json', write(rows));
    expect(problem).toBe('');
    expect(files[0]).toMatchObject({ reading: { format: 'json' }, columns: ['text', 'label'] });
    expect(plan.origins).toMatchObject({ text: column('text'), label: column('label') });
  });

  test('at JSON lines in which a value is a list of objects takes each line for an example', async () => {
    const lines = REVIEWS.map((text, i) => JSON.stringify({ spans: [{ from: 0 }], text, label: LABELS[i] }));
    const { files, problem } = await previewOf('x.jsonl', lines.join('\n'));
    expect(problem).toBe('');
    expect(files[0]).toMatchObject({ reading: { format: 'jsonl' }, columns: ['text', 'label'] });
  });

  test('at one of several files that cannot be read names it and goes on', async () => {
    const { files, plan, problem } = await preview([{ name: 'a.json', content: '{oh' }, { name: 'b.csv', content: table([REVIEWS, LABELS], 'text,label') }, { name: 'c.xlsx', content: new Blob(['PK\u0003\u0004']) }, { name: 'd.csv', content: '' }]);
    expect(problem).toContain('a.json');
    expect(files.map((file) => file.problems[0]?.message ?? '')).toEqual([expect.stringContaining('a.json is not valid JSON'), '', expect.stringContaining('c.xlsx is a spreadsheet workbook'), 'd.csv is empty.']);
    expect(files.map((file) => file.lines)).toEqual([['{oh'], [], [], []]);
    expect(plan.origins).toMatchObject({ text: column('text'), label: column('label'), domain: { kind: 'none' } });
    expect(plan.name).toBe('b');
  });

  test.each([
    ['no file', [], 'no file'],
    ['an empty file', [{ name: 'b.csv', content: '' }], 'b.csv is empty'],
    ['white space', [{ name: 'a.csv', content: ' \n ' }], 'a.csv is empty'],
    ['a workbook', [{ name: 'a.xlsx', content: new Blob([Uint8Array.of(0x50, 0x4b, 3, 4, 0)]) }], 'a.xlsx is a spreadsheet workbook'],
    ['too many files', Array.from({ length: 201 }, (_, i) => ({ name: `${i}.txt`, content: 'x' })), '201 files'],
  ] as const)('at %s is refused', async (_, sources, words) => {
    const error = await errorOf(preview(sources));
    expect(error.message).toContain(words);
    expect(error.remedy).not.toBe('');
  });

  test('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const look = previewFiles([{ name: 'a', content: 'x' }, { name: 'b', content: 'y' }], [null, null], controller.signal);
    controller.abort();
    await expect(look).rejects.toMatchObject({ name: 'AbortError' });
  });
});
