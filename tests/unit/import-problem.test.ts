import { describe, expect, it } from 'vitest';
import { looksOf, namesFound, rowsSeenInWords } from '../../src/core/import-names.ts';
import type { FilePreview, FileProblem, ImportPlan, Origin } from '../../src/core/import-plan.ts';
import { countingProblems, firstFileProblem, problemBeside, problemOf } from '../../src/core/import-problem.ts';
import { previewOf } from '../support/import-files.ts';

const column = (name: string): Origin => ({ kind: 'column', column: name });
const NONE: Origin = { kind: 'none' };
const FILE_NAME: Origin = { kind: 'file-name' };
type Origins = ImportPlan['origins'];
type Values = NonNullable<Parameters<typeof previewOf>[2]>;
const ORIGINS: Origins = { text: column('comment'), label: column('mood'), domain: NONE, group: NONE };
const planWith = (origins: Partial<Origins> = {}, name = 'mine', mergeSpellings = true) => ({ name, origins: { ...ORIGINS, ...origins }, mergeSpellings });

describe('what keeps a plan from being carried out', () => {
  const FILES = [previewOf('a.csv', ['comment', 'mood', 'shop']), previewOf('b.csv', ['comment', 'mood', 'note'])];
  const problem = (origins: Partial<Origins>, files: readonly FilePreview[] = FILES, name?: string): string => problemOf(planWith(origins, name), files);
  const one = (...values: Values): FilePreview[] => [previewOf('a.csv', ['comment', 'mood'], values)];

  it('is nothing where every file has the columns', () => {
    expect(problem({})).toBe('');
    expect(problem({ label: FILE_NAME })).toBe('');
  });

  it('is a choice that is missing or impossible, told with what to choose', () => {
    expect(problem({ text: NONE })).toBe('Choose the column that holds the texts.');
    expect(problem({ label: NONE })).toBe('No column looks like a label. Choose the one that holds the labels.');
    expect(problem({ label: column('comment') })).toMatch(/^Text and label come from the same column\./u);
    expect(problem({ domain: column('shop') })).toBe('b.csv has no column “shop”. Choose another one for the domain, or leave the file out.');
    expect(problem({ label: FILE_NAME }, FILES.slice(0, 1))).toMatch(/^With one file every example would have the same label\./u);
    expect(problem({}, FILES, '  ')).toBe('Give the data set a name.');
  });

  it('is a single file of texts: taking the label from its name would not help', () => {
    const table = [previewOf('good.csv', ['line'])];
    const lines = table.map((file) => ({ ...file, file: 'good.txt', reading: { ...file.reading, format: 'lines' as const } }));
    const origins = { text: column('line'), label: NONE };
    expect(problem(origins, lines)).toBe('good.txt has texts, but no labels. Put the label and a tab before each text, or choose several files, one a label.');
    expect(problem(origins, table)).toBe('good.csv has texts, but no labels. Add a column with the label of each text, or choose several files, one a label.');
  });

  it('is what cannot be read of a file, before anything else; of a column only while something is read from there', () => {
    const row: FileProblem = { message: 'Row 4 of b.csv has 4 cells; the header has 3.', remedy: 'Put it in quotes.', column: null };
    const list: FileProblem = { message: 'The value of “shop” in row 9 of a.csv is a list, not a text.', remedy: 'Choose another column.', column: 'shop' };
    const [a, b] = FILES as [FilePreview, FilePreview];
    const listed = { ...a, problems: [list] };
    expect(problem({ label: NONE }, [a, { ...b, problems: [row] }])).toBe(`${row.message} ${row.remedy}`);
    expect(problem({}, [listed, a])).toBe('');
    expect(problem({ domain: column('shop') }, [listed, a])).toBe(`${list.message} ${list.remedy}`);
    expect(countingProblems(listed, planWith({ group: column('shop') }))).toEqual([list]);
    expect(firstFileProblem(planWith(), [a, { ...b, problems: [row] }])).toEqual(row);
    expect(firstFileProblem(planWith(), [listed, a])).toBeNull();
  });

  it('is told in short where a file’s own is told with the file', () => {
    const row: FileProblem = { message: 'Row 4 of b.csv has 4 cells; the header has 3.', remedy: 'Put it in quotes.', column: null };
    expect(problemBeside(planWith(), FILES.map((file) => ({ ...file, problems: [row] })))).toBe('Row 4 of b.csv has 4 cells; the header has 3. What to do is told with the file.');
    expect(problemBeside(planWith({}, ''), FILES)).toBe('Give the data set a name.');
    expect(problemBeside(planWith(), FILES)).toBe('');
  });

  it('is too little in files that are all looked at, and nothing is said of others', () => {
    const few = [previewOf('a.csv', ['comment', 'mood'], [], 4)];
    expect(problem({}, few)).toBe('a.csv has only 4 rows; at least 8 are needed. Add more labelled examples.');
    expect(problem({}, [...few, previewOf('b.csv', ['comment', 'mood'], [], 2)])).toBe('The 2 files have only 6 rows; at least 8 are needed. Add more labelled examples.');
    expect(problem({}, [...few, ...few])).toBe('');
    expect(problem({}, [previewOf('a.csv', ['comment', 'mood'], [[], []], 0)])).toMatch(/^a\.csv has names of columns, but no rows\./u);
    expect(problem({}, few.map((file) => ({ ...file, isWhole: false })))).toBe('');
  });

  it('is a label that is always the same, or never there', () => {
    expect(problem({}, one(undefined, [['good', 10]]))).toMatch(/^a\.csv has one label only, “good”\./u);
    expect(problem({}, one(undefined, [['good', 9], ['Good', 1]]))).toMatch(/one label only, “good”/u);
    expect(problemOf(planWith({}, 'mine', false), one(undefined, [['good', 9], ['Good', 1]]))).toBe('');
    expect(problem({}, one(undefined, []))).toBe('The column for the label is empty. Choose another one.');
    expect(problem({}, one([], undefined))).toBe('The column for the text is empty. Choose another one.');
    expect(problem({}, one(undefined, [['good', 10]]).map((file) => ({ ...file, isWhole: false })))).toBe('');
  });
});

describe('the names in the rows looked at', () => {
  const file = (name: string, labels: readonly (readonly [string, number])[] | null, domains: readonly (readonly [string, number])[] | null = []): FilePreview => previewOf(name, ['comment', 'mood', 'shop'], [undefined, labels, domains]);
  const words = (files: readonly FilePreview[], origins: Partial<Origins> = {}, mergeSpellings = true): string[] => looksOf(planWith(origins, 'mine', mergeSpellings), files).map((look) => (look.odd ? `Odd: ${look.words}` : look.words));

  it('are counted over all files, the most frequent first', () => {
    const files = [file('a.csv', [['bad', 4], ['good', 6]]), file('b.csv', [['fair', 1], ['bad', 5], ['good', 4]])];
    expect(namesFound('label', planWith(), files)).toEqual({ names: [['good', 10], ['bad', 9], ['fair', 1]], empty: 0, alike: [] });
    expect(words(files, { domain: FILE_NAME })).toEqual(['Label: “good” 10, “bad” 9, “fair” 1.', 'Domain: “a” 10, “b” 10.']);
    expect(namesFound('group', planWith(), files)).toBeNull();
    expect(namesFound('label', planWith({ label: column('gone') }), files)).toBeNull();
  });

  it('are told in part where they are many', () => {
    const many = Array.from({ length: 8 }, (_, i) => [`l${i}`, 16 - i] as const);
    expect(words([file('a.csv', many)])).toEqual(['Label: “l0” 16, “l1” 15, “l2” 14, “l3” 13, “l4” 12, “l5” 11 and 2 more.']);
  });

  it('that differ in case and spaces only are one, by the spelling that comes first, or told to be several', () => {
    const files = [file('a.csv', [['Positive', 4], ['negative', 6]]), file('b.csv', [['positive', 5], ['New  York', 1], ['POSITIVE', 3], ['New York', 1]])];
    expect(namesFound('label', planWith(), files)?.names).toEqual([['Positive', 12], ['negative', 6], ['New  York', 2]]);
    expect(words(files).slice(1)).toEqual(['“Positive”, “positive” and “POSITIVE” are taken for one label, “Positive”.', '“New  York” and “New York” are taken for one label, “New  York”.']);
    expect(namesFound('label', planWith({}, 'mine', false), files)?.names).toHaveLength(6);
    expect(words(files, {}, false)[1]).toBe('Odd: “Positive”, “positive” and “POSITIVE” are different labels, though only their case or spaces differ.');
  });

  it('are doubted where they are too many, too long, or hardly ever recur', () => {
    const others = (n: number): [string, number][] => Array.from({ length: n }, (_, i) => [`id ${i}`, 1]);
    expect(words([file('a.csv', null)])).toEqual(['Odd: Label: too many different values, or too long ones, to be labels (at most 200, of at most 200 characters). Is it the right column?']);
    expect(words([file('a.csv', others(150)), file('b.csv', others(150).map(([name]) => [`b ${name}`, 1]))])[0]).toMatch(/^Odd: Label: too many different values/u);
    expect(words([file('a.csv', others(10))])[1]).toBe('Odd: Most of these labels occur once: is it the right column?');
    expect(words([file('a.csv', [['1', 3], ['2', 3], ['3', 2], ['4', 1], ['5', 1]])])).toHaveLength(1);
  });

  it('of a single domain are told to hold out a sample', () => {
    expect(words([file('a.csv', [['x', 5], ['y', 5]], [['web', 10]])], { domain: column('shop') })[2]).toMatch(/^Odd: With one domain there is none to hold out/u);
    expect(words([file('a.csv', [['x', 5], ['y', 5]], [['web', 9]])], { domain: column('shop') })).toHaveLength(2); // the others get a domain of their own
  });

  it('come with the rows that will be left out', () => {
    const files = [previewOf('a.csv', ['comment', 'mood'], [[['t', 8]], [['x', 5], ['y', 4]]])];
    expect(words(files)).toEqual(['2 rows will be left out for having no text.', 'Label: “x” 5, “y” 4.', '1 row will be left out for having no label.']);
    expect(rowsSeenInWords(files)).toBe('All 10 rows:');
    expect(rowsSeenInWords(files.map((whole) => ({ ...whole, isWhole: false })))).toBe('The first 10 rows:');
    expect(rowsSeenInWords([...files, ...files].map((whole) => ({ ...whole, isWhole: false })))).toBe('The first 20 rows of the files:');
    expect(words(files, { text: column('gone') })).toEqual([]);
  });
});
