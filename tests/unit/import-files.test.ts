import { describe, expect, test, vi } from 'vitest';
import { EXAMPLE_LIMITS } from '../../src/core/example-limits.ts';
import type { Example } from '../../src/core/examples.ts';
import { fileStem, type FileReading, type ImportPlan, type Origin, type Role } from '../../src/core/import-plan.ts';
import { namedRows, reportSentences } from '../../src/core/import-report.ts';
import { DataError } from '../../src/data/errors.ts';
import { parseFiles, type Imported, type ParseOptions } from '../../src/data/parse-files.ts';
import { MAX_BYTES, type FileSource } from '../../src/data/read-text.ts';

const READINGS = {
  csv: { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: true },
  bare: { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: false },
  jsonl: { format: 'jsonl', encoding: 'utf-8', delimiter: ',', hasHeader: false },
  json: { format: 'json', encoding: 'utf-8', delimiter: ',', hasHeader: false },
  lines: { format: 'lines', encoding: 'utf-8', delimiter: ',', hasHeader: false },
} as const satisfies Record<string, FileReading>;
type Kind = keyof typeof READINGS;
const MAX_ROWS = EXAMPLE_LIMITS.maxRows;

const column = (name: string): Origin => ({ kind: 'column', column: name });
const NONE: Origin = { kind: 'none' };
const FILE_NAME: Origin = { kind: 'file-name' };
const TEXT_AND_LABEL = { text: column('text'), label: column('label'), domain: NONE, group: NONE };

function read(files: readonly (readonly [name: string, kind: Kind, content: string | Blob])[], origins: Partial<Record<Role, Origin>> = {}, options?: ParseOptions): Promise<Imported> {
  const plan: ImportPlan = { name: 'mine', readings: files.map(([, kind]) => READINGS[kind]), origins: { ...TEXT_AND_LABEL, ...origins }, mergeSpellings: false };
  return parseFiles(files.map(([name, , content]): FileSource => ({ name, content })), plan, options);
}

async function errorOf(import_: Promise<unknown>): Promise<DataError> {
  const error: unknown = await import_.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).remedy).not.toBe('');
  return error as DataError;
}

const ROWS = Array.from({ length: 10 }, (_, i) => ({ text: `text ${i}`, label: i % 2 ? 'pos' : 'neg' }));
const csv = (from = 0, to = ROWS.length): string => ['text,label', ...ROWS.slice(from, to).map(({ text, label }) => `${text},${label}`)].join('\n');
const jsonl = (...rows: unknown[]): string => [...ROWS, ...rows].map((row) => JSON.stringify(row)).join('\n');
const json = (...rows: unknown[]): string => JSON.stringify([...ROWS, ...rows]);
const textsOf = ({ dataset }: Imported): string[] => dataset.examples.map(({ text }) => text);

describe('several files', () => {
  test('of different kinds are one data set, in their order', async () => {
    const { dataset, report } = await read([
      ['a.csv', 'csv', csv(0, 3)],
      ['b.jsonl', 'jsonl', ROWS.slice(3, 6).map((row) => JSON.stringify(row)).join('\n')],
      ['c.json', 'json', JSON.stringify(ROWS.slice(6))],
    ]);
    expect(dataset.examples.map(({ text, label }) => ({ text, label }))).toEqual(ROWS);
    expect(dataset.id).toBe((await read([['all.csv', 'csv', csv()]])).dataset.id);
    expect(report).toMatchObject({ file: '3 files', rowsRead: 10, examples: 10, files: [{ file: 'a.csv', rowsRead: 3, examples: 3 }, { file: 'b.jsonl', rowsRead: 3, examples: 3 }, { file: 'c.json', rowsRead: 4, examples: 4 }] });
    expect(reportSentences(report)).toContain('Examples by file: 3 from a.csv, 3 from b.jsonl, 4 from c.json.');
  });

  test('can have their names for labels and domains, without the ending', async () => {
    const both = await read([['good.txt', 'lines', 'a\nb\nc\nd'], ['v1.2 bad.txt', 'lines', 'e\nf\ng\nh']], { text: column('line'), label: FILE_NAME, domain: FILE_NAME });
    expect(both.dataset.labels).toEqual(['good', 'v1.2 bad']);
    expect(both.dataset.domains).toEqual(['good', 'v1.2 bad']);
    expect(both.dataset.examples[4]).toEqual({ text: 'e', label: 'v1.2 bad', domain: 'v1.2 bad' } satisfies Example);
  });

  test('tell rows by their file: duplicates across files, and what is empty', async () => {
    const { report } = await read([['a.csv', 'csv', `${csv()}\n,pos\n,neg`], ['b.csv', 'csv', `${csv(0, 2)}\n,pos`]]);
    expect(report.duplicates).toEqual({ count: 2, firstRows: [2, 3], firstFiles: ['b.csv', 'b.csv'] });
    expect(report.emptyText).toEqual({ count: 3, firstRows: [12, 13, 4], firstFiles: ['a.csv', 'a.csv', 'b.csv'] });
    expect(reportSentences(report)).toContain('3 rows were left out for having no text (rows 12 and 13 of a.csv, row 4 of b.csv).');
    expect(report.files[1]).toEqual({ file: 'b.csv', rowsRead: 3, examples: 0 });
  });

  test('name file and row in an error, counted from the file’s own beginning', async () => {
    const error = await errorOf(read([['a.csv', 'csv', csv()], ['b.csv', 'csv', 'text,label\nx,pos\ny']]));
    expect(error.place).toEqual({ file: 'b.csv', row: 3 });
    expect(error.message).toContain('Row 3 of b.csv has 1 cell');
  });

  test.each([
    ['csv', 'words,label\nx,pos', { file: 'b', column: 'text', row: 1 }],
    ['bare', 'x,pos', { file: 'b', column: 'text', row: 1 }],
    ['jsonl', '{"label":"pos"}\n{"label":"neg"}', { file: 'b', column: 'text' }],
    ['json', '[{"label":"pos"}]', { file: 'b', column: 'text' }],
    ['lines', 'x', { file: 'b', column: 'text' }],
  ] as const)('of which one lacks a column are refused, by file and column (%s)', async (kind, content, place) => {
    const error = await errorOf(read([['a.csv', 'csv', csv()], ['b', kind, content]]));
    expect(error.message).toContain('b has no column “text”. Columns found: “');
    expect(error.place).toEqual(place);
  });

  test('may have more rows than one data set takes: the row that is too many is named', async () => {
    const half = `text,label\n${'a,b\n'.repeat(MAX_ROWS / 2)}`;
    const error = await errorOf(read([['a.csv', 'csv', half], ['b.csv', 'csv', `${half}c,d`]]));
    expect(error.code).toBe('too-big');
    expect(error.place).toEqual({ file: 'b.csv', row: MAX_ROWS / 2 + 2 });
    expect(error.message).toContain('The 2 files have more than 100,000 rows');
  });

  test('may have more bytes than can be read: none is read', async () => {
    const large = new Blob([]);
    const half = new Blob([]);
    const slice = vi.spyOn(half, 'slice');
    const stream = vi.spyOn(half, 'stream');
    Object.defineProperty(large, 'size', { value: MAX_BYTES - 10 });
    Object.defineProperty(half, 'size', { value: 20 });
    const error = await errorOf(read([['half.csv', 'csv', half], ['large.csv', 'csv', large]]));
    expect(error).toMatchObject({ code: 'too-big', place: { file: 'large.csv' } });
    expect(slice).not.toHaveBeenCalled();
    expect(stream).not.toHaveBeenCalled();
  });

  test('of which one is empty are refused', async () => {
    expect((await errorOf(read([['a.csv', 'csv', csv()], ['b.csv', 'csv', new Blob([])]]))).message).toBe('b.csv is empty.');
    expect((await errorOf(read([['a.csv', 'csv', csv()], ['b.csv', 'csv', ' \n']]))).message).toBe('b.csv is empty.');
  });

  test('that are too little together are not blamed one by one', async () => {
    const error = await errorOf(read([['a.csv', 'csv', csv(0, 2)], ['b.csv', 'csv', csv(2, 4)]]));
    expect(error.message).toBe('The 2 files have only 4 usable rows; at least 8 are needed.');
    expect(error.place).toEqual({});
  });

  test('tell their progress over all bytes', async () => {
    const progress: [number, number][] = [];
    const contents = [csv(0, 5), csv(5)];
    await read([['a.csv', 'csv', contents[0] as string], ['b.csv', 'csv', contents[1] as string]], {}, { chunkBytes: 32, onProgress: (done, total) => progress.push([done, total]) });
    const total = contents.join('').length;
    expect(progress.at(-1)).toEqual([total, total]);
    expect(progress.every(([, whole]) => whole === total)).toBe(true);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).sort((a, b) => a - b));
    expect(progress.length).toBeGreaterThan(4);
  });
});

describe('JSON', () => {
  const forms = [['jsonl', 'x.jsonl', jsonl], ['json', 'x.json', json]] as const;

  test.each(forms)('numbers and booleans are read as their text, null as nothing (%s)', async (kind, name, written) => {
    const { dataset, report } = await read([[name, kind, written({ text: 7, label: true }, { text: 0.5, label: false }, { text: null, label: 'pos' }, { label: 'pos' })]]);
    expect(dataset.examples.slice(10).map(({ text, label }) => [text, label])).toEqual([['7', 'true'], ['0.5', 'false']]);
    expect(report.emptyText.count).toBe(2);
  });

  test.each(forms)('nested values are ignored in columns that are not chosen, and named by row and column in those that are (%s)', async (kind, name, written) => {
    const content = written({ text: 'fine', label: 'pos', meta: { deep: [1, { er: 2 }] } }, { text: { deep: 1 }, label: 'pos' });
    const error = await errorOf(read([[name, kind, content]]));
    expect(error.message).toBe(`The value of “text” in row 12 of ${name} is an object, not a text.`);
    expect(error.place).toEqual({ file: name, row: 12, column: 'text' });
    expect((await errorOf(read([[name, kind, written({ text: 'x', label: [1] })]]))).message).toContain('is a list');
    expect((await read([[name, kind, written({ text: 'fine', label: 'pos', meta: { deep: [1] } })]])).dataset.examples).toHaveLength(11);
  });

  test.each(forms)('names of other case are the same column; the exact one goes first (%s)', async (kind, name, written) => {
    const { dataset } = await read([[name, kind, written({ TEXT: 'no', text: 'yes', label: 'pos' })]], { text: column('Text') });
    expect(dataset.examples.at(-1)?.text).toBe('yes');
  });

  test.each(forms)('names of Object’s own are names like others (%s)', async (kind, name) => {
    const rows = ROWS.map(({ text, label }) => `{"__proto__":${JSON.stringify(text)},"constructor":"${label}"}`);
    const content = kind === 'json' ? `[${rows.join()}]` : rows.join('\n');
    const { dataset } = await read([[name, kind, content]], { text: column('__proto__'), label: column('constructor') });
    expect(dataset.examples.map(({ text, label }) => ({ text, label }))).toEqual(ROWS);
    expect((await errorOf(read([[name, kind, kind === 'json' ? json() : jsonl()]], { label: column('toString') }))).message).toContain('no column “toString”');
  });

  test.each(forms)('half characters and NULs do not get into a text (%s)', async (kind, name) => {
    const row = String.raw`{"text":"a\ud83d b\u0000\ud83d\udc4d","label":"pos"}`;
    const content = kind === 'json' ? `${json().slice(0, -1)},${row}]` : `${jsonl()}\n${row}`;
    expect(textsOf(await read([[name, kind, content]])).at(-1)).toBe('a\uFFFD b👍');
  });

  test.each([
    ['a line that breaks off', 'jsonl', `${jsonl()}\n\n{"text":"a"`, 12],
    ['a line that is an array', 'jsonl', `${jsonl()}\n["a","pos"]`, 11],
    ['a line that is a text', 'jsonl', `${jsonl()}\n"a"`, 11],
    ['a missing comma', 'json', `${json().slice(0, -1)} {"text":"a","label":"pos"}]`, 11],
    ['a comma at the end', 'json', `${json().slice(0, -1)},]`, 11],
    ['a line break in a text', 'json', `${json().slice(0, -1)},{"text":"a\nb"}]`, 11],
    ['an element that is no object', 'json', json('oh'), 11],
    ['an end that is missing', 'json', json().slice(0, -1), 11],
    ['an element that breaks off', 'json', json().slice(0, -5), 10],
    ['something after the array', 'json', `${json()}\n]`, 11],
    ['an object instead of an array', 'json', '{"rows":[]}', 1],
    ['a text instead of an array', 'json', 'oh', 1],
    ['two lists of objects', 'json', `{"train":${json()},"test":[{"text":"a","label":"pos"}]}`, 11],
    ['a list of objects that breaks off', 'json', `{"data":${json().slice(0, -5)}`, 10],
  ] as const)('with %s names the row', async (_, kind, content, row) => {
    for (const options of [{}, { chunkBytes: 5 }]) {
      const error = await errorOf(read([['x', kind, content]], {}, options));
      expect(error.place).toEqual({ file: 'x', row });
      expect(error.message).toContain('x');
    }
  });

  test('arrays may stand between any white space', async () => {
    expect((await read([['x.json', 'json', ` \n\t${JSON.stringify(ROWS, null, 4)}\r\n \n`]])).dataset.examples).toHaveLength(10);
  });

  test('arrays may be a value of an object, beside others', async () => {
    const wrapped = `{"about":{"texts":[1,{"a":[]}]},"labels":["pos","neg"],"data":${JSON.stringify(ROWS)},"end":null}`;
    for (const options of [{}, { chunkBytes: 5 }]) expect((await read([['x.json', 'json', wrapped]], {}, options)).dataset.examples).toHaveLength(10);
  });

  test('arrays that are empty have too few rows', async () => {
    expect((await errorOf(read([['x.json', 'json', ' [ ] ']]))).message).toContain('only 0 usable rows');
  });

  test('an object that does not end is not read to the end of the file', async () => {
    const content = new Blob([`[{"text":"a","label":"b"},{"text":"${'x'.repeat(20_000_000)}`]);
    let done = 0;
    const error = await errorOf(read([['x.json', 'json', content]], {}, { onProgress: (bytes) => (done = bytes) }));
    expect(error.place.row).toBe(2);
    expect(done).toBeLessThan(6_000_000);
  });
});

describe('lines', () => {
  test('are counted with the blank ones, and read one example a line', async () => {
    const { dataset, report } = await read([['a.txt', 'lines', 'a\n\n  b,"c\n\nc\nd\nd'], ['b.txt', 'lines', 'e\nf\ng\nh']], { text: column('line'), label: FILE_NAME });
    expect(dataset.examples.map(({ text }) => text)).toEqual(['a', 'b,"c', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(report.duplicates).toEqual({ count: 1, firstRows: [7], firstFiles: ['a.txt'] });
  });
});

describe('a table without a header', () => {
  test('is read by the numbers of its columns, from its first row on', async () => {
    const { dataset } = await read([['x.csv', 'bare', csv().split('\n').slice(1).join('\n')]], { text: column('column 1'), label: column('column 2') });
    expect(dataset.examples.map(({ text, label }) => ({ text, label }))).toEqual(ROWS);
  });
});

describe('pasted text', () => {
  test('is read as it is, whatever encoding is asked for', async () => {
    const plan: ImportPlan = { name: 'pasted', readings: [{ ...READINGS.csv, encoding: 'utf-16le' }], origins: TEXT_AND_LABEL, mergeSpellings: false };
    const { dataset } = await parseFiles([{ name: 'pasted text', content: `${csv()}\nnaïve 👍,pos` }], plan);
    expect(dataset.examples.at(-1)?.text).toBe('naïve 👍');
    expect(dataset.name).toBe('pasted');
  });
});

describe('a plan', () => {
  test.each([
    ['text', { text: NONE }],
    ['label', { label: NONE }],
  ])('without a %s is refused', async (role, origins) => {
    expect((await errorOf(read([['x.csv', 'csv', csv()]], origins))).message).toContain(role);
  });

  test('may use one column twice', async () => {
    const { dataset } = await read([['x.csv', 'csv', csv()]], { group: column('label'), domain: column('label') });
    expect(dataset.examples[0]).toEqual({ text: 'text 0', label: 'neg', domain: 'neg', group: 'neg' });
  });

  test('has one reading a file', async () => {
    await expect(parseFiles([{ name: 'a', content: 'a' }], { name: 'x', readings: [], origins: TEXT_AND_LABEL, mergeSpellings: false })).rejects.toThrow(RangeError);
  });
});

describe('an import that is cancelled', () => {
  test.each(['csv', 'jsonl', 'json'] as const)('ends in mid-file (%s)', async (kind) => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ text: `a longer text with the number ${i}`, label: i % 2 ? 'a' : 'b' }));
    const content = { csv: ['text,label', ...rows.map(({ text, label }) => `${text},${label}`)].join('\n'), jsonl: rows.map((row) => JSON.stringify(row)).join('\n'), json: JSON.stringify(rows) }[kind];
    const controller = new AbortController();
    let done = 0;
    const import_ = read([['x', kind, content]], {}, { signal: controller.signal, chunkBytes: 10_000, onProgress: (bytes) => ((done = bytes), controller.abort()) });
    await expect(import_).rejects.toMatchObject({ name: 'AbortError' });
    expect(done).toBeLessThan(20_000);
  });
});

test('a file’s name loses an ending that tells its format, and no other', () => {
  expect(['a.csv', 'b.JSONL', 'c.d.txt', 'v1.2', '.csv', 'x'].map(fileStem)).toEqual(['a', 'b', 'c.d', 'v1.2', '.csv', 'x']);
});

test('rows of many files are named file by file', () => {
  expect(namedRows({ count: 9, firstRows: [1, 4, 2, 8, 9], firstFiles: ['a', 'a', 'b', 'c', 'c'] })).toBe('rows 1 and 4 of a, row 2 of b, rows 8 and 9 of c, …');
});
