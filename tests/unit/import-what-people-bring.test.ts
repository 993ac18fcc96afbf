import { strToU8, zipSync } from 'fflate';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { looksOf } from '../../src/core/import-names.ts';
import type { ImportPreview, Origin, Role } from '../../src/core/import-plan.ts';
import { reportSentences } from '../../src/core/import-report.ts';
import { DataError } from '../../src/data/errors.ts';
import { parseFiles, type Imported } from '../../src/data/parse-files.ts';
import { previewFiles } from '../../src/data/preview-files.ts';
import type { FileSource } from '../../src/data/read-text.ts';
import { encoded } from '../support/import-files.ts';

const TEXTS = ['Great food, and kind staff.', 'We waited an hour; nobody came.', 'A dull film. I left early.', 'The best pizza in town!', 'It broke on the second day', 'Would stay here again', 'Not worth the money', 'My kids loved it', 'I would come back', 'Nothing "worked" at all'];
const LABELS = TEXTS.map((_, i) => (i % 2 ? 'bad' : 'good'));
const PLACES = TEXTS.map((_, i) => ['inn', 'shop', 'cinema'][i % 3] as string);

/** A sheet as a spreadsheet program saves it. */
function sheet(header: readonly string[] | null, columns: readonly (readonly string[])[], { delimiter = ',', newline = '\r\n' } = {}): string {
  return Papa.unparse([...(header ? [header] : []), ...TEXTS.map((_, i) => columns.map((column) => column[i]))], { delimiter, newline });
}

interface Brought {
  readonly preview: ImportPreview;
  /** Column, 'file-name' or 'none' of text, label, domain. */
  readonly roles: readonly string[];
  /** What the dialog says of the rows. */
  readonly looks: readonly string[];
  readonly imported: () => Promise<Imported>;
}

/** What the page makes of files before anything is chosen. */
async function bring(...sources: readonly FileSource[]): Promise<Brought> {
  const preview = await previewFiles(sources, sources.map(() => null));
  const { plan, files } = preview;
  const nameOf = (origin: Origin): string => (origin.kind === 'column' ? origin.column : origin.kind);
  return {
    preview,
    roles: (['text', 'label', 'domain'] satisfies Role[]).map((role) => nameOf(plan.origins[role])),
    looks: looksOf(plan, files).map(({ words }) => words),
    imported: () => parseFiles(sources, plan),
  };
}
const bringOne = (content: string | Blob, name = 'sheet.csv'): Promise<Brought> => bring({ name, content });

describe('a spreadsheet saved as CSV', () => {
  test.each([
    ['three columns', sheet(['text', 'label', 'domain'], [TEXTS, LABELS, PLACES]), ['text', 'label', 'domain']],
    ['a byte order mark', `\uFEFF${sheet(['Text', 'Label'], [TEXTS, LABELS])}`, ['Text', 'Label', 'none']],
    ['semicolons, as in most of Europe', sheet(['text', 'label', 'domain'], [TEXTS, LABELS, PLACES], { delimiter: ';' }), ['text', 'label', 'domain']],
    ['empty rows and columns around', `${sheet(['text', 'label', '', ''], [TEXTS, LABELS, TEXTS.map(() => ''), TEXTS.map(() => '')])}\r\n,,,\r\n,,,\r\n`, ['text', 'label', 'none']],
    ['names with spaces', sheet([' Review text ', 'The label', 'Source '], [TEXTS, LABELS, PLACES]), ['Review text', 'The label', 'Source']],
    ['the columns in another order', sheet(['domain', 'text', 'label'], [PLACES, TEXTS, LABELS]), ['text', 'label', 'domain']],
    ['no names, in any order', sheet(null, [PLACES, TEXTS, LABELS]), ['column 2', 'column 3', 'column 1']],
    ['text and label only', sheet(['text', 'label'], [TEXTS, LABELS]), ['text', 'label', 'none']],
    ['a column of numbers in front', sheet(['', 'text', 'label'], [TEXTS.map((_, i) => String(i)), TEXTS, LABELS]), ['text', 'label', 'none']],
    ['a column of long ids, and names that tell nothing', sheet(['ResponseId', 'Q1', 'Q2'], [TEXTS.map((_, i) => `R_${i}${'x9Kq'.repeat(9)}`), TEXTS, LABELS]), ['Q1', 'Q2', 'none']],
    ['a column of addresses', sheet(['url', 'words', 'mark'], [TEXTS.map((_, i) => `https://example.org/a/long/way/down/to/page-${i}.html`), TEXTS, LABELS]), ['words', 'mark', 'none']],
    ['labels that are numbers', sheet(['text', 'stars'], [TEXTS, TEXTS.map((_, i) => String(1 + (i % 5)))]), ['text', 'stars', 'none']],
    ['numbers for labels and ids, without names', sheet(null, [TEXTS.map((_, i) => String(1001 + i)), TEXTS, LABELS.map((label) => (label === 'good' ? '1' : '0'))]), ['column 2', 'column 3', 'none']],
  ])('with %s is understood', async (_, content, roles) => {
    const { preview, roles: found, imported } = await bringOne(content);
    expect(found).toEqual(roles);
    expect(preview.problem).toBe('');
    expect((await imported()).dataset.examples.map(({ text }) => text)).toEqual(TEXTS);
  });

  test('with line breaks in its cells is understood', async () => {
    const texts = TEXTS.map((text) => `${text}\nAnd "more", on another line.`);
    const { preview, imported } = await bringOne(`\uFEFF${sheet(['Text', 'Label'], [texts, LABELS])}`);
    expect(preview.problem).toBe('');
    expect((await imported()).dataset.examples.map(({ text }) => text)).toEqual(texts);
  });

  test('with a stray cell without content beyond the columns is read; with one that has content it is refused', async () => {
    const lines = sheet(['text', 'label'], [TEXTS, LABELS]).split('\r\n');
    const stray = (end: string): string => lines.map((line, i) => (i === 4 ? line + end : line)).join('\r\n');
    const { preview, imported } = await bringOne(stray(', ,'));
    expect(preview.problem).toBe('');
    expect((await imported()).dataset.examples).toHaveLength(10);
    expect((await bringOne(stray(',,x'))).preview.problem).toBe('Row 5 of sheet.csv has 4 cells; the header has 2. Put a cell that contains a comma in double quotes ("…"), as spreadsheets do when they save CSV; or choose another delimiter.');
  });

  test('with a row that is too short is told so, and what that may come from', async () => {
    expect((await bringOne(`${sheet(['text', 'label', 'domain'], [TEXTS, LABELS, PLACES])}\r\nFine,good`)).preview.problem).toMatch(/^Row 12 of sheet\.csv has 2 cells; the header has 3\. Fill the row up\. If its text goes on in the next row,/u);
  });

  test.each([
    ['in a cell of its own', 'Survey of 2024,,\r\n'],
    ['by itself', 'Survey of 2024\r\n'],
    ['of two rows', 'Survey of 2024,,\r\nby the 9th form,,\r\n'],
    ['and an empty row', 'Survey of 2024,,\r\n,,\r\n'],
  ])('with a title %s above the table has it left out, and says so; whoever imports can have it otherwise', async (_, title) => {
    const content = title + sheet(['text', 'label', 'domain'], [TEXTS, LABELS, PLACES]);
    const { preview, roles, imported } = await bringOne(content);
    const above = title.split('\r\n').length - 1;
    expect(preview.files[0]?.reading).toMatchObject({ rowsAbove: above, hasHeader: true });
    expect(preview.files[0]?.advice).toMatch(/^(1 row|2 rows) above the table of sheet\.csv (is|are) left out: “Survey of 2024”(, “by the 9th form”)?\.$/u);
    expect(preview.problem).toBe('');
    expect(roles).toEqual(['text', 'label', 'domain']);
    const { dataset } = await imported();
    expect(dataset.examples.map(({ text }) => text)).toEqual(TEXTS);
    const [otherwise] = (await previewFiles([{ name: 'sheet.csv', content }], [{ ...(preview.files[0]?.reading ?? expect.fail('no reading')), rowsAbove: 0, hasHeader: false }])).files;
    expect([otherwise?.advice, otherwise?.problems[0]?.remedy]).toContain(`sheet.csv seems to begin with a title: set “Rows above the table” to ${above}.`);
  });

  test('with an error below a title has the rows of the file counted', async () => {
    expect((await bringOne(`Survey\r\n${sheet(['text', 'label', 'domain'], [TEXTS, LABELS, PLACES])}\r\nFine,good`)).preview.problem).toMatch(/^Row 13 of sheet\.csv has 2 cells; the header has 3\./u);
  });

  test('without a title is not told so', async () => {
    for (const content of [sheet(null, [PLACES, TEXTS, LABELS]), sheet(['text', 'label'], [TEXTS, LABELS]), TEXTS.join('\n')]) expect((await bringOne(content)).preview.files[0]?.advice).toBe('');
  });

  test('that is a header only is told so, whatever the names', async () => {
    for (const header of ['text,label,domain\n', 'Review text,Sentiment\r\n', '\uFEFFtext;label\n\n']) expect((await bringOne(header)).preview.problem).toMatch(/^sheet\.csv has names of columns, but no rows\. Add examples below them;/u);
  });

  test('that was saved under a name for JSON is read as the table that it is', async () => {
    const { preview, roles } = await bringOne(sheet(['text', 'label'], [TEXTS, LABELS]), 'sheet.json');
    expect(preview.plan.readings[0]?.format).toBe('delimited');
    expect(roles).toEqual(['text', 'label', 'none']);
  });
});

describe('labels', () => {
  const untidy = LABELS.map((label, i) => (i === 2 ? 'Good' : i === 3 ? ' BAD ' : i === 4 ? 'good\u00A0' : label));

  test('in other case or with stray spaces are one, which the dialog and the report say', async () => {
    const { preview, looks, imported } = await bringOne(sheet(['text', 'label'], [TEXTS, untidy]));
    expect(looks).toEqual(['Label: “good” 5, “bad” 5.', '“good” and “Good” are taken for one label, “good”.', '“bad” and “BAD” are taken for one label, “bad”.']);
    expect(preview.problem).toBe('');
    const { dataset, report } = await imported();
    expect(dataset.labels).toEqual(['good', 'bad']);
    expect(dataset.examples.map(({ label }) => label)).toEqual(LABELS);
    expect(reportSentences(report)).toContain('“bad” and “BAD” are taken for one label, “bad”.');
  });

  test('in other case are several where that is asked for, which the report says too', async () => {
    const source = { name: 'sheet.csv', content: sheet(['text', 'label', 'domain'], [TEXTS, untidy, PLACES.map((place, i) => (i === 0 ? 'Inn' : place))]) };
    const { plan } = await previewFiles([source], [null]);
    const { dataset, report } = await parseFiles([source], { ...plan, mergeSpellings: false });
    expect(dataset.labels).toEqual(['good', 'bad', 'Good', 'BAD']);
    expect(dataset.domains).toEqual(['Inn', 'shop', 'cinema', 'inn']);
    expect(reportSentences(report)).toContain('“Inn” and “inn” are different domains, though only their case or spaces differ.');
  });

  test('make repeats of rows that differ in their case only', async () => {
    const content = `${sheet(['text', 'label'], [TEXTS, LABELS])}\r\n${Papa.unparse([[TEXTS[0], 'GOOD']])}`;
    const { report } = await (await bringOne(content)).imported();
    expect(report.duplicates).toEqual({ count: 1, firstRows: [12] });
    expect(report.conflicting.count).toBe(0);
  });

  test('of as many names as there may be can still be spelled otherwise', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => [`text ${i}`, i < 200 ? `label ${i}` : `LABEL ${i - 200}`]);
    const { dataset } = await (await bringOne(Papa.unparse([['text', 'label'], ...rows]))).imported();
    expect(dataset.labels).toHaveLength(200);
    expect(dataset.labels[7]).toBe('label 7');
    const other = await bringOne(Papa.unparse([['text', 'label'], ...rows, ['one more', 'label 200']]));
    await expect(other.imported()).rejects.toThrow('more than 200 different labels');
    expect(other.looks).toEqual([expect.stringContaining('too many different values')]);
  });

  test('from a column of ids are doubted before anything is read', async () => {
    const { looks } = await bringOne(Papa.unparse([['text', 'label'], ...TEXTS.map((text, i) => [text, `id ${i}`])]));
    expect(looks).toContain('Most of these labels occur once: is it the right column?');
  });

  test('are the names of text files, one a class', async () => {
    const { preview, roles, looks, imported } = await bring({ name: 'good.txt', content: TEXTS.slice(0, 5).join('\r\n') }, { name: 'bad.txt', content: TEXTS.slice(5).join('\r\n') });
    expect(roles).toEqual(['line', 'file-name', 'none']);
    expect(looks).toEqual(['Label: “good” 5, “bad” 5.']);
    expect(preview.problem).toBe('');
    expect((await imported()).dataset.labels).toEqual(['good', 'bad']);
  });
});

describe('a file that is no text', () => {
  const zipped = (...parts: string[]): Uint8Array<ArrayBuffer> => zipSync(Object.fromEntries(['[Content_Types].xml', ...parts].map((part) => [part, strToU8('<xml/>'.repeat(50))]))) as Uint8Array<ArrayBuffer>;
  const open = (mimetype: string): Uint8Array<ArrayBuffer> => zipSync({ mimetype: [strToU8(mimetype), { level: 0 }], 'content.xml': strToU8('<xml/>') }) as Uint8Array<ArrayBuffer>;
  const bytes = (start: string, length = 600): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => (i < start.length ? start.charCodeAt(i) : (i * 7919 + 13) % 256));

  test.each<[string, string, BlobPart, RegExp, RegExp]>([
    ['an Excel workbook', 'sheet.xlsx', zipped('_rels/.rels', 'xl/workbook.xml'), /^sheet\.xlsx is a spreadsheet workbook/u, /Excel: File, Save As, “CSV UTF-8”.*Google Sheets.*LibreOffice.*“Paste examples”/u],
    ['an Excel workbook under another name', 'sheet.csv', zipped('_rels/.rels', 'xl/workbook.xml'), /^sheet\.csv is a spreadsheet workbook/u, /CSV UTF-8/u],
    ['an old Excel workbook', 'sheet.xls', bytes('\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1'), /^sheet\.xls is a spreadsheet workbook/u, /CSV UTF-8/u],
    ['a LibreOffice sheet', 'sheet.ods', open('application/vnd.oasis.opendocument.spreadsheet'), /^sheet\.ods is a spreadsheet workbook/u, /CSV UTF-8/u],
    ['a Word document', 'notes.docx', zipped('word/document.xml'), /^notes\.docx is a document of a word processor/u, /as plain text/u],
    ['a LibreOffice document', 'notes.odt', open('application/vnd.oasis.opendocument.text'), /^notes\.odt is a document of a word processor/u, /as plain text/u],
    ['rich text', 'notes.txt', '{\\rtf1\\ansi good\\tab bad}', /^notes\.txt is a document of a word processor/u, /as plain text/u],
    ['slides', 'talk.pptx', zipped('ppt/presentation.xml'), /^talk\.pptx is a presentation/u, /spreadsheet/u],
    ['another archive', 'all.zip', zipped('good.txt', 'bad.txt'), /^all\.zip is an archive/u, /Unpack it/u],
    ['a PDF', 'paper.pdf', '%PDF-1.7\n%âãÏÓ', /^paper\.pdf is a PDF/u, /spreadsheet/u],
    ['a PNG', 'photo.png', bytes('\u0089PNG\r\n\u001A\n'), /^photo\.png is an image/u, /spreadsheet/u],
    ['a JPEG', 'photo.jpg', bytes('\u00FF\u00D8\u00FF\u00E0'), /^photo\.jpg is an image/u, /spreadsheet/u],
    ['a web page', 'data.csv', '\n<!DOCTYPE html>\n<html lang="en"><body>text, label</body></html>', /^data\.csv is a web page/u, /Download raw file/u],
    ['other bytes', 'model.bin', bytes(''), /^model\.bin is not a text file/u, /CSV or JSON/u],
  ])('such as %s is told for what it is, with what to do instead', async (_, name, content, what, remedy) => {
    const error: unknown = await bringOne(new Blob([content]), name).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(what);
    expect((error as DataError).remedy).toMatch(remedy);
    expect((error as DataError).place).toEqual({ file: name });
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['begin like one', `PK,label\r\n${sheet(null, [TEXTS, LABELS])}`],
    ['are about PDF', `%PDF,label\r\n${sheet(null, [TEXTS, LABELS])}`],
    ['quote a web page', sheet(['text', 'label'], [TEXTS.map((text) => `<html>${text}`), LABELS])],
    ['have stray control characters', sheet(['text', 'label'], [TEXTS.map((text, i) => (i % 4 ? text : `${text}\u000B\u0002`)), LABELS])],
    ['are Chinese in UTF-16', encoded(sheet(['text', 'label'], [TEXTS.map((_, i) => `这部电影非常好看${'很'.repeat(i)}`), LABELS]), 'utf-16le')],
    ['are Chinese in UTF-16 with a mark', encoded(sheet(['text', 'label'], [TEXTS.map((_, i) => `这部电影非常好看${'很'.repeat(i)}`), LABELS]), 'utf-16be', true)],
  ])('is not what texts are taken for that %s', async (_, content) => {
    const { preview, imported } = await bringOne(new Blob([content]));
    expect(preview.files[0]?.rows).toHaveLength(8);
    expect((await imported()).dataset.examples).toHaveLength(10);
  });
});

describe('an empty file', () => {
  test.each(['', ' \r\n\r\n', '\uFEFF'])('of %j is told for what it is', async (content) => {
    await expect(bringOne(new Blob([content]))).rejects.toMatchObject({ message: 'sheet.csv is empty.', remedy: 'Choose a file with examples: a text and its label in each row.' });
  });
});
