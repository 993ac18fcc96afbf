import { describe, expect, it } from 'vitest';
import { NO_CHOICES, columnsOf, keyOfOrigin, originOfKey, originOptions, planWithChoices, rolesOfColumn, withReading } from '../../src/core/import-choices.ts';
import type { FilePreview, FileReading, ImportPlan, Origin } from '../../src/core/import-plan.ts';
import { fileSize, filesInWords, firstRowsInWords, readingInWords } from '../../src/core/import-words.ts';
import { previewOf } from '../support/import-files.ts';

const READING: FileReading = { format: 'delimited', encoding: 'utf-8', delimiter: ';', hasHeader: true };
const column = (name: string): Origin => ({ kind: 'column', column: name });
const file = (name: string, columns: readonly string[]): FilePreview => ({ ...previewOf(name, columns), bytes: 312, reading: READING });
const FILES = [file('a.csv', ['comment', 'mood', 'shop']), file('b.csv', ['comment', 'mood', 'note'])];
const PLAN: ImportPlan = { name: 'a', readings: [READING, READING], origins: { text: column('comment'), label: column('mood'), domain: { kind: 'file-name' }, group: { kind: 'none' } }, mergeSpellings: true };
const proposed = { plan: PLAN, files: FILES };

describe('the user’s choices', () => {
  it('come before what is proposed, one by one', () => {
    expect(planWithChoices(proposed, NO_CHOICES)).toEqual(PLAN);
    const chosen = planWithChoices(proposed, { name: 'mine', origins: { label: column('note'), group: { kind: 'file-name' } }, mergeSpellings: false });
    expect(chosen).toEqual({ ...PLAN, name: 'mine', origins: { ...PLAN.origins, label: column('note'), group: { kind: 'file-name' } }, mergeSpellings: false });
  });

  it('may empty the name', () => {
    expect(planWithChoices(proposed, { ...NO_CHOICES, name: '' }).name).toBe('');
  });

  it('of a column that is gone since a file is read otherwise give way to the proposal', () => {
    const choices = { ...NO_CHOICES, origins: { text: column('column 2'), domain: { kind: 'none' } } } as const;
    expect(planWithChoices(proposed, choices).origins).toEqual({ ...PLAN.origins, domain: { kind: 'none' } });
  });

  it('of a reading change one file’s only', () => {
    const tabs: FileReading = { ...READING, delimiter: '\t' };
    expect(withReading([null, READING, null], 2, tabs)).toEqual([null, READING, tabs]);
  });
});

describe('the lists of origins', () => {
  it('offer the columns of all files once, and what else a role can come from', () => {
    expect(columnsOf(FILES)).toEqual(['comment', 'mood', 'shop', 'note']);
    const labels = (role: 'text' | 'label' | 'domain', now: Origin): string[] => originOptions(role, ['comment', 'mood'], now).map((option) => option.label);
    expect(labels('text', PLAN.origins.text)).toEqual(['“comment”', '“mood”']);
    expect(labels('label', PLAN.origins.label)).toEqual(['“comment”', '“mood”', 'The file’s name']);
    expect(labels('domain', PLAN.origins.domain)).toEqual(['“comment”', '“mood”', 'The file’s name', 'None']);
  });

  it('show what is chosen even where it is impossible', () => {
    expect(originOptions('label', ['comment'], { kind: 'none' })[0]).toEqual({ value: 'none', label: 'Choose a column' });
    expect(originOptions('text', ['comment'], column('gone'))[0]?.label).toBe('“gone”');
  });

  it('tell every origin by a key, also columns that are called like something else', () => {
    const origins: Origin[] = [column('text'), column('none'), column('file-name'), column(''), column('column x'), { kind: 'file-name' }, { kind: 'none' }];
    expect(origins.map((origin) => originOfKey(keyOfOrigin(origin)))).toEqual(origins);
    expect(new Set(origins.map(keyOfOrigin)).size).toBe(origins.length);
  });

  it('know what a column is for', () => {
    const plan = { origins: { ...PLAN.origins, group: column('mood') } };
    expect(rolesOfColumn(plan, 'mood')).toEqual(['label', 'group']);
    expect(rolesOfColumn(plan, 'shop')).toEqual([]);
  });
});

describe('the preview’s words', () => {
  it('name one file, and count several', () => {
    expect(filesInWords(['shop.csv'])).toBe('shop.csv');
    expect(filesInWords(['shop.csv', 'b.csv'])).toBe('2 files');
  });

  it('say how a file is read, the delimiter only where there is one', () => {
    expect(readingInWords(file('a.csv', ['x', 'y']))).toBe('CSV or TSV, UTF-8, semicolon, 2 columns, 312 bytes');
    expect(readingInWords({ ...file('a.txt', ['line']), reading: { ...READING, format: 'lines', encoding: 'windows-1252' } })).toBe('Plain lines, Windows-1252, 1 column, 312 bytes');
  });

  it('give sizes in the unit that fits', () => {
    expect([1, 999, 1000, 999_949, 999_950, 28_123_456].map(fileSize)).toEqual(['1 byte', '999 bytes', '1.0 kB', '999.9 kB', '1.0 MB', '28.1 MB']);
  });

  it('promise no more rows than are shown', () => {
    expect([0, 1, 5].map((rows) => firstRowsInWords('a.csv', rows))).toEqual(['No rows in a.csv', 'First row of a.csv', 'First 5 rows of a.csv']);
  });
});
