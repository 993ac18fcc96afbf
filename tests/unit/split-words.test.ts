import { expect, test } from 'vitest';
import { fewWatched } from '../../src/core/split-words.ts';
import { TELLING_ROWS } from '../../src/core/statistics.ts';

test('a watched half that can tell nothing is warned of, with what to do', () => {
  expect(fewWatched({ watched: 1, hasDomains: true })).toEqual({ problem: 'Only 1 row to watch: too few to tell anything.', remedy: 'Choose another domain, or add examples to this one.' });
  expect(fewWatched({ watched: TELLING_ROWS - 1, hasDomains: false })).toEqual({ problem: 'Only 19 rows to watch: too few to tell anything.', remedy: 'Add examples.' });
});

test('one with enough rows is not', () => {
  expect([true, false].map((hasDomains) => fewWatched({ watched: TELLING_ROWS, hasDomains }))).toEqual([null, null]);
});
