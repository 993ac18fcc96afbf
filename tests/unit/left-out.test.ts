import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { applyEdit } from '../../src/core/dataset-edits.ts';
import { remedyOrigin, type ImportOrigin } from '../../src/core/dataset-origin.ts';
import { EXAMPLE_LIMITS } from '../../src/core/example-limits.ts';
import { SINGLE_DOMAIN, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import type { ImportPlan, Origin } from '../../src/core/import-plan.ts';
import { LEFT_OUT_LIMITS, leftOutOf, rowsTakenIn, type LeftOut } from '../../src/core/left-out.ts';
import { leftOutFinding } from '../../src/core/quality/left-out-finding.ts';
import type { Finding, Remedy } from '../../src/core/quality/report.ts';
import { parseFiles, type Imported } from '../../src/data/parse-files.ts';
import { finished } from '../support/editing.ts';

type Cells = readonly [text: string, label: string, domain?: string, group?: string];

const READING = { format: 'jsonl', encoding: 'utf-8', delimiter: ',', hasHeader: false } as const;
const column = (name: string): Origin => ({ kind: 'column', column: name });

/** Imports files of such rows. */
function importOf(files: Readonly<Record<string, readonly Cells[]>>, { groups = false, merge = false } = {}): Promise<Imported> {
  const sources = Object.entries(files).map(([name, rows]) => ({ name, content: rows.map(([text, label, domain = '', group = '']) => JSON.stringify({ text, label, domain, group })).join('\n') }));
  const origins: ImportPlan['origins'] = { text: column('text'), label: column('label'), domain: column('domain'), group: groups ? column('group') : { kind: 'none' } };
  return parseFiles(sources, { name: 'mine', readings: sources.map(() => READING), origins, mergeSpellings: merge });
}

const originOf = ({ report, leftOut }: Imported): ImportOrigin => ({ kind: 'import', report, leftOut });
const leftOut = (imported: Imported): LeftOut => leftOutOf(originOf(imported)) ?? expect.fail('nothing is known of the import');
const findingOf = (imported: Imported): Finding => leftOutFinding(imported.dataset, leftOut(imported)) ?? expect.fail('nothing was found');

/** The data set that a remedy makes. */
function cleaned({ dataset, leftOut: rows }: Imported, remedy: Remedy | undefined): Dataset {
  return { id: 'cleaned', ...finished(applyEdit(dataset, remedy?.edit ?? expect.fail('no remedy'), 'cleaned', rows)) };
}

/** Ten rows of two labels and two domains. */
const ROWS = Array.from({ length: 10 }, (_, i): Cells => [`text number ${i}`, i % 2 ? 'good' : 'bad', i % 4 < 2 ? 'web' : 'mail']);

describe('what an import leaves out', () => {
  test('is told with file, row and reason, one of each kind', async () => {
    const imported = await importOf({ 'a.jsonl': [...ROWS, ['TEXT number  0', 'bad', 'web'], ['', 'bad', 'web']], 'b.jsonl': [['who knows', '', 'mail'], ['text number 1', 'good', 'web'], [' ', '', 'web']] });
    const { title, count, severity, details, examples, rows, remedies } = findingOf(imported);
    expect({ title, count, severity, rows: rows.length }).toEqual({ title: '5 rows of 2 files left out', count: 5, severity: 'note', rows: 0 });
    expect(examples).toEqual([
      { text: 'TEXT number  0', note: 'a.jsonl, row 11: equal to an earlier row' },
      { text: 'who knows', note: 'b.jsonl, row 1: no label' },
      { text: '', note: 'a.jsonl, row 12: no text' },
    ]);
    expect(details).toContain('Of 15 rows in 2 files, 10 were kept; left out: 2 without a text, 1 without a label, 2 equal to an earlier row.');
    expect(details).toContain('There is nothing to train on in 2 rows without a text (row 12 of a.jsonl, row 3 of b.jsonl), and so no remedy.');
    expect(remedies.map(({ label }) => label)).toEqual(['Take in the 2 repeats', 'Take in the row without a label, under the label “unlabelled”']);
  });

  test('can be taken in: repeats as they are spelled in the file, after the rows that were kept', async () => {
    const imported = await importOf({ 'a.jsonl': [...ROWS.slice(0, 5), ['TEXT number  0', 'bad', 'web'], ...ROWS.slice(5), ROWS[9] as Cells] });
    const { remedies } = findingOf(imported);
    expect(remedies).toMatchObject([{ done: 'Took in 2 repeats.', result: 'with 2 repeats' }]);
    expect(cleaned(imported, remedies[0]).examples).toEqual([...imported.dataset.examples, { text: 'TEXT number  0', label: 'bad', domain: 'web' }, { text: 'text number 9', label: 'good', domain: 'web' }]);
  });

  test('is, with what was kept, all rows that have text and label, whatever the file', async () => {
    const cells = fc.tuple(fc.constantFrom('a', 'A', 'b', ' b', 'c', 'é', 'e\u0301', ''), fc.constantFrom('x', 'y', ''), fc.constantFrom('p', 'q', ''), fc.constantFrom('g', 'h', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 40 }), fc.boolean(), async (rows, groups) => {
        const imported = await importOf({ 'a.jsonl': [...ROWS, ...rows] }, { groups });
        const labelled = [...ROWS, ...rows].map(([text, ...rest]) => [text.trim(), ...rest] as const).filter(([text, label]) => text !== '' && label !== '');
        const taken = [...rowsTakenIn(imported.dataset, imported.leftOut, { kind: 'take-in', which: 'repeats' })];
        const identity = ({ text, label }: Pick<Example, 'text' | 'label'>): string => JSON.stringify([text, label]);
        expect([...imported.dataset.examples, ...taken].map(identity).sort()).toEqual(labelled.map(([text, label]) => identity({ text, label })).sort());
        for (const { text, ...rest } of taken) expect(imported.dataset.examples.some(({ text: other, ...same }) => textKey(other) === textKey(text) && JSON.stringify(same) === JSON.stringify(rest))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('has rows without a label come under a name that no label has, in the domain and group that the file says', async () => {
    const known = [...ROWS, ['one more', 'Unlabelled', 'web', 'g']] as const;
    const imported = await importOf({ 'a.jsonl': [...known, ['who', '', 'WEB', 'G'], ['knows', '', 'Moon', 'h'], ['nobody', '', 'moon', '']] }, { groups: true, merge: true });
    const { remedies } = findingOf(imported);
    expect(remedies).toMatchObject([{ label: 'Take in the 3 rows without a label, under the label “unlabelled (2)”', done: 'Took in 3 rows without a label, under the label “unlabelled (2)”.', result: 'with 3 rows without a label' }]);
    expect(cleaned(imported, remedies[0]).examples.slice(known.length)).toEqual([
      { text: 'who', label: 'unlabelled (2)', domain: 'web', group: 'g' },
      { text: 'knows', label: 'unlabelled (2)', domain: 'Moon', group: 'h' },
      { text: 'nobody', label: 'unlabelled (2)', domain: 'Moon', group: '(no group)' },
    ]);
  });

  test('keeps data without domains without them', async () => {
    const imported = await importOf({ 'a.jsonl': [...ROWS.map(([text, label]): Cells => [text, label]), ['who knows', '', 'moon']] });
    const result = cleaned(imported, findingOf(imported).remedies[0]);
    expect(result).toMatchObject({ hasDomains: false, domains: [SINGLE_DOMAIN], labels: ['bad', 'good', 'unlabelled'] });
  });

  test('changes nothing of what is imported', async () => {
    const rest: readonly Cells[] = [['who', '', 'x'.repeat(EXAMPLE_LIMITS.maxNameLength + 1)], ['knows', '', 'moon'], ['', '', 'sun']];
    const { dataset } = await importOf({ 'a.jsonl': [...ROWS, ...rest] });
    expect(dataset).toEqual((await importOf({ 'a.jsonl': ROWS })).dataset);
  });

  test('is nothing where all rows were kept, or nothing is known of an import', async () => {
    const { dataset, ...imported } = await importOf({ 'a.jsonl': ROWS });
    expect(leftOutFinding(dataset, leftOut({ dataset, ...imported }))).toBeNull();
    expect(leftOutFinding(dataset, leftOutOf(null))).toBeNull();
  });
});

describe('rows that were left out and cannot be taken in', () => {
  test('because they have no text are told, without a remedy', async () => {
    const { title, remedies, details } = findingOf(await importOf({ 'a.jsonl': [...ROWS, ['', 'bad', 'web']] }));
    expect([title, remedies]).toEqual(['1 row of a.jsonl left out', []]);
    expect(details.at(-1)).toBe('There is nothing to train on in 1 row without a text (row 11), and so no remedy.');
  });

  test('because an older page imported them say so', async () => {
    const { dataset, report } = await importOf({ 'a.jsonl': [...ROWS, ...ROWS.slice(0, 2)] });
    const finding = leftOutFinding(dataset, leftOutOf({ kind: 'import', report }));
    expect(finding?.remedies).toEqual([]);
    expect(finding?.examples).toEqual([{ text: '', note: 'a.jsonl, row 11: equal to an earlier row' }, { text: '', note: 'a.jsonl, row 12: equal to an earlier row' }]);
    expect(finding?.details.at(-1)).toBe('An older version of this page imported the data, and did not keep the 2 repeats. Import the file again to be able to take rows in.');
  });

  test('because they are too many say how many are kept, and what to do', async () => {
    const { unlabelledRows, characters } = LEFT_OUT_LIMITS;
    const rows = Array.from({ length: unlabelledRows + 1 }, (_, i): Cells => [`who knows ${i}`, '', 'web']);
    const most = await importOf({ 'a.jsonl': [...ROWS, ...rows.slice(1)] });
    expect(findingOf(most).remedies).toHaveLength(1);
    const tooMany = await importOf({ 'a.jsonl': [...ROWS, ...rows, ROWS[0] as Cells] });
    expect(tooMany.leftOut.unlabelled).toHaveLength(unlabelledRows);
    expect(findingOf(tooMany)).toMatchObject({ remedies: [{ label: 'Take in the repeat' }], examples: [{}, { text: 'who knows 0', note: 'a.jsonl, row 11: no label' }, {}] });
    expect(findingOf(tooMany).details).toContainEqual(expect.stringMatching(/no remedy for the 5,001 rows without a label: no more than 5,000 of them and 500,000 of their characters are kept.* Write a label into the file, such as “unlabelled”, and import it again\./u));

    const long = (i: number): string => `${i} ${'x'.repeat(4000)}`;
    const spelled = Array.from({ length: Math.ceil(characters / 4000) + 1 }, (_, i): Cells => [long(i).toUpperCase(), 'good', 'web']);
    const wordy = await importOf({ 'a.jsonl': [...ROWS, ...spelled.map((_, i): Cells => [long(i), 'good', 'web']), ...spelled] });
    expect(wordy.leftOut.repeats.texts.reduce((sum, [, text]) => sum + text.length, 0)).toBeLessThanOrEqual(characters);
    expect(findingOf(wordy)).toMatchObject({ count: spelled.length, remedies: [] });
    expect(findingOf(wordy).details.at(-1)).toMatch(/more than 500,000 characters of them are spelled otherwise .* take a sample of its rows, and import that\./u);
  });

  test('because a domain’s name is too long, or there would be too many domains, say so', async () => {
    const { maxNameLength, maxNames } = EXAMPLE_LIMITS;
    const long = await importOf({ 'a.jsonl': [...ROWS, ['who knows', '', 'x'.repeat(maxNameLength + 1)]] });
    expect(findingOf(long)).toMatchObject({ remedies: [], details: [{}, expect.stringContaining('none with names longer than 200 characters')] });
    const many = await importOf({ 'a.jsonl': [...ROWS, ...Array.from({ length: maxNames.domain - 1 }, (_, i): Cells => [`who knows ${i}`, '', `domain ${i}`])] });
    expect(findingOf(many)).toMatchObject({ remedies: [], details: [{}, 'There is no remedy for the 199 rows without a label: with them there would be 201 domains, and 200 are the most.'] });
  });
});

describe('after one kind was taken in', () => {
  test('the other can be, and the finding tells what was', async () => {
    const imported = await importOf({ 'a.jsonl': [...ROWS, ['who knows', '', 'web'], ROWS[3] as Cells] });
    const [repeats, unlabelled] = findingOf(imported).remedies as [Remedy, Remedy];
    const once = cleaned(imported, unlabelled);
    const origin = remedyOrigin({ name: 'mine', origin: originOf(imported) }, 'id of mine', unlabelled);
    const finding = leftOutFinding(once, leftOutOf(origin));
    expect(finding).toMatchObject({ title: '1 row of a.jsonl left out', remedies: [repeats] });
    expect(finding?.details).toContain('Taken in since: 1 row without a label.');
    const twice = finished(applyEdit(once, repeats.edit, 'twice', leftOutOf(origin)?.rows));
    expect(twice.examples.slice(ROWS.length)).toEqual([{ text: 'who knows', label: 'unlabelled', domain: 'web' }, { text: 'text number 3', label: 'good', domain: 'mail' }]);
    expect(leftOutFinding({ id: '', ...twice }, leftOutOf(remedyOrigin({ name: 'once', origin }, 'id of once', repeats)))).toBeNull();
  });

  test('other remedies make a data set that the rows may not fit, and nothing is said of them', async () => {
    const imported = await importOf({ 'a.jsonl': [...ROWS, ROWS[3] as Cells] });
    const drop: Remedy = { label: 'Drop it', done: 'Dropped it.', result: 'without it', edit: { kind: 'drop', rows: Uint32Array.of(3) } };
    expect(leftOutOf(remedyOrigin({ name: 'mine', origin: originOf(imported) }, 'id of mine', drop))).toBeNull();
  });
});

test('rows that are not kept are not taken in', async () => {
  const { dataset } = await importOf({ 'a.jsonl': ROWS });
  expect(() => finished(applyEdit(dataset, { kind: 'take-in', which: 'repeats' }, 'x'))).toThrow(RangeError);
  expect(() => finished(applyEdit(dataset, { kind: 'take-in', which: 'repeats' }, 'x', { repeats: { of: Uint32Array.of(10), texts: [] }, unlabelled: [] }))).toThrow(RangeError);
});
