import { describe, expect, test } from 'vitest';
import { approximateBytes } from '../../src/core/approximate-bytes.ts';
import { byteSize } from '../../src/core/format.ts';
import { embeddingsInWords, missingInWords, openedInWords, unkeptInWords } from '../../src/core/project-words.ts';

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

test('embeddings of a project file are told of where they are wrong or were not checked', () => {
  expect([embeddingsInWords('none'), embeddingsInWords('right')]).toEqual([null, null]);
  expect(embeddingsInWords('wrong')?.text).toBe('The embeddings in the file are not those of its texts. They were left out, and the texts were embedded here.');
  expect(embeddingsInWords('unchecked')?.text).toBe('The embeddings in the file were taken as they are: the text encoder could not be loaded to check a few of them.');
});

describe('what storage refused of a project is told with why, and what to do', () => {
  const full = { code: 'storage-full', message: 'There is no room.', remedy: 'Delete something.' };
  const elsewhere = { code: 'storage-unavailable', message: 'Another tab has it.', remedy: 'Reload this page.' };

  test.each([
    [{ ...full, isRun: true }, false, 'The file does not have the run that is open. There is no room.', 'Free space under “Storage on this device”, then save the project again. The rest of the file is whole.'],
    [{ ...elsewhere, isRun: true }, true, 'The file has the run that is open as it could last be saved, without its newest steps and changes. Another tab has it.', 'Reload this page. The rest of the file is whole.'],
    [{ ...full, isRun: false }, true, 'The file does not have the newest counts of looks and reveals. There is no room.', 'Free space under “Storage on this device”, then save the project again. The rest of the file is whole.'],
  ])('on saving %o', (unsaved, hasRun, text, remedy) => {
    expect(missingInWords(unsaved, hasRun)).toEqual({ text, remedy });
  });

  test.each([
    [{ ...full, runs: 2, isData: true }, '“x” is open for this visit only: a reload loses it. 2 runs of the file were not taken in, nor were its counts of looks and reveals. There is no room.', 'Free space under “Storage on this device”, then open the file again.'],
    [{ ...elsewhere, runs: 0, isData: false }, '“x” is open. The file’s counts of looks and reveals were not taken in. Another tab has it.', 'Reload this page. The file still has everything: open it again in an ordinary window, where this page can save.'],
  ])('on opening %o', (unkept, text, remedy) => {
    expect(unkeptInWords('x', unkept)).toEqual({ text, remedy });
  });
});
