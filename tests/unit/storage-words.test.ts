import { describe, expect, test } from 'vitest';
import { approximateBytes } from '../../src/core/approximate-bytes.ts';
import { byteSize } from '../../src/core/format.ts';
import { openedInWords } from '../../src/core/project-words.ts';

describe('about how many bytes', () => {
  test.each<readonly [string, unknown, number]>([
    ['a text in Latin letters', 'naïve', 5],
    ['a text in other letters', '漢字!', 6],
    ['numbers', [1, 2.5], 16],
    ['typed arrays', [new Float32Array(3), new Float64Array(2), new ArrayBuffer(5)], 33],
    ['an object, with its names', { ab: 'xyz', c: null }, 2 + 3 + 1 + 1],
    ['nothing', undefined, 1],
  ])('%s take', (_, value, bytes) => {
    expect(approximateBytes(value)).toBe(bytes);
  });
});

test.each([
  [0, '0.0 kB'],
  [5312, '5.3 kB'],
  [99_949, '99.9 kB'],
  [99_950, '0.1 MB'],
  [28_123_456, '28.1 MB'],
  [999_949_999, '999.9 MB'],
  [10_766_530_257, '10.8 GB'],
])('%d bytes are written as %s', (bytes, words) => {
  expect(byteSize(bytes)).toBe(words);
});

describe('a project that was opened is told', () => {
  const none = { added: 0, continued: 0, left: 0, omitted: 0 };
  test.each([
    [none, 0, '“x” is open. The file has no runs.'],
    [{ ...none, added: 2 }, 0, '“x” is open. 2 runs were added.'],
    [{ ...none, continued: 1 }, 0, '“x” is open. 1 run that is further along in the file took the place of its beginning here.'],
    [{ ...none, left: 2, omitted: 1 }, 0, '“x” is open. 2 runs are in this browser already, as far along or gone on with otherwise, and stay as they are. 1 older run was left out for want of room.'],
  ])('%o', (runs, inexact, words) => {
    expect(openedInWords({ name: 'x', runs, inexact, augmented: 0 })).toBe(words);
  });

  test('with what is not exact', () => {
    expect(openedInWords({ name: 'x', runs: { ...none, added: 1 }, inexact: 1, augmented: 0 })).toMatch(/^“x” is open\. 1 run was added\. 1 run was trained on embeddings that differ a little/u);
  });

  test('with the augmented texts that must be embedded first', () => {
    expect(openedInWords({ name: 'x', runs: { ...none, added: 1 }, inexact: 0, augmented: 1 })).toBe(
      '“x” is open. 1 run was added. 1 run has trained on augmented texts, which the file does not carry: they are embedded here before it trains on, and may differ by rounding.',
    );
  });
});
