import { describe, expect, test } from 'vitest';
import { cleanedField, exampleProblems, fieldProblem, rowsProblem } from '../../src/core/editing/checks.ts';
import { startRows } from '../../src/core/editing/draft-rows.ts';
import type { ExampleLimits } from '../../src/core/example-limits.ts';
import { editedName } from '../../src/core/dataset-edits.ts';
import { finished } from '../support/editing.ts';
import { datasetOf } from '../support/quality-data.ts';

const limits: ExampleLimits = { minRows: 2, maxRows: 3, maxTextLength: 5, maxNameLength: 4, maxNames: { label: 2, domain: 2, group: 2 } };
const rowsOf = (...labels: string[]) => finished(startRows(datasetOf(labels.map((label, i) => ({ text: `text ${i}`, label, domain: 'web' })))));

test('the editor cleans a field as an import does', () => {
  expect(cleanedField(' a\u0000b \n')).toBe('ab');
});

describe('a field', () => {
  const rows = rowsOf('yes', 'no');

  test('cannot be empty or longer than the limit', () => {
    expect(fieldProblem('text', '', rows, limits)).toBe('The text is empty.');
    expect(fieldProblem('text', '12345', rows, limits)).toBe('');
    expect(fieldProblem('text', '123456', rows, limits)).toBe('The text has 6 characters; at most 5 are taken.');
    expect(fieldProblem('label', '', rows, limits)).toBe('The label is empty.');
    expect(fieldProblem('domain', 'store', rows, limits)).toBe('The domain has 5 characters; at most 4 are taken.');
  });

  test('cannot bring one more name than the limit, but one that is there', () => {
    expect(fieldProblem('label', 'yes', rows, limits)).toBe('');
    expect(fieldProblem('label', 'new', rows, limits)).toBe('There are 2 labels already, and no more are taken. Choose one of them.');
    expect(fieldProblem('domain', 'new', rows, limits)).toBe('');
  });

  test('of an example that is to be added is checked with the others', () => {
    expect([...exampleProblems({ text: 'ok', label: '', domain: '' }, rows, limits).keys()]).toEqual(['label', 'domain']);
    const grouped = finished(startRows(datasetOf([{ text: 'one', label: 'yes', domain: 'web', group: 'g' }])));
    expect([...exampleProblems({ text: 'ok', label: 'yes', domain: 'web' }, grouped, limits).keys()]).toEqual(['group']);
    expect(exampleProblems({ text: 'ok', label: 'yes', domain: 'web' }, rows, limits).size).toBe(0);
  });
});

test('rows of which no data set can be made are refused in words', () => {
  expect(rowsProblem(rowsOf('yes', 'no'), limits)).toBe('');
  expect(rowsProblem(rowsOf(), limits)).toBe('No example is left; at least 2 are needed.');
  expect(rowsProblem(rowsOf('yes'), limits)).toBe('Only 1 example is left; at least 2 are needed.');
  expect(rowsProblem(rowsOf('yes', 'yes'), limits)).toBe('All examples have the label “yes”. A classifier chooses between labels: at least one example needs another.');
  expect(rowsProblem(rowsOf('yes', 'no', 'yes', 'no'), limits)).toBe('There are 4 examples; at most 3 are taken.');
  expect(rowsProblem(rowsOf('yes', 'no', 'so'), limits)).toBe('There are 3 labels; at most 2 are taken.');
});

test('an edited data set is named after the one that it was made of', () => {
  expect(['shop', 'shop, edited', 'shop, edited 2', 'shop, cleaned'].map(editedName)).toEqual(['shop, edited', 'shop, edited 2', 'shop, edited 3', 'shop, cleaned, edited']);
});
