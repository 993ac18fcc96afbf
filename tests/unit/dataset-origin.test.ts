import { expect, test } from 'vitest';
import { cleanedName, freeName, ownInWords, remedyOrigin } from '../../src/core/dataset-origin.ts';
import type { ImportReport } from '../../src/core/import-report.ts';
import type { Remedy } from '../../src/core/quality/report.ts';

const remedyOf = (result: string): Remedy => ({ label: 'Do it', done: 'Did it.', result, edit: { kind: 'remove-word', word: 'it' } });
const COPIES = remedyOf('without 3 near copies');

test('what one remedy makes is named by what was done', () => {
  const origin = remedyOrigin({ name: 'dirty', origin: { kind: 'import', report: {} as ImportReport } }, 'id of dirty', COPIES);
  expect(origin).toEqual({ kind: 'remedy', from: 'id of dirty', remedy: COPIES, original: 'dirty', remedies: 1 });
  expect(cleanedName(origin)).toBe('dirty, without 3 near copies');
});

test('what several remedies make is named by their number, and by the data set before the first', () => {
  let origin = remedyOrigin({ name: 'dirty', origin: null }, 'id 0', COPIES);
  for (let n = 1; n < 4; n++) origin = remedyOrigin({ name: cleanedName(origin), origin }, `id ${n}`, remedyOf('labels levelled'));
  expect(origin).toMatchObject({ from: 'id 3', original: 'dirty', remedies: 4 });
  expect(cleanedName(origin)).toBe('dirty, cleaned (4 remedies)');
});

test('the list tells what a data set was made of, and what was done last', () => {
  const once = remedyOrigin({ name: 'dirty', origin: null }, 'id 0', COPIES);
  expect(ownInWords(once)).toBe('Made of “dirty”, kept in this browser. Did it.');
  expect(ownInWords(remedyOrigin({ name: cleanedName(once), origin: once }, 'id 1', COPIES))).toBe('Made of “dirty” by 2 remedies, kept in this browser. The last: Did it.');
  expect([ownInWords(undefined), ownInWords({ kind: 'import', report: {} as ImportReport })]).toEqual(Array(2).fill('Your own examples, kept in this browser.'));
});

test('a name that is taken gets the first number that is free', () => {
  expect(freeName('shop', new Set(['shops']))).toBe('shop');
  expect(freeName('shop', new Set(['shop', 'shop (2)', 'shop (4)']))).toBe('shop (3)');
});
