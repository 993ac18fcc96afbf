import { describe, expect, test } from 'vitest';
import { accuracyInWords, againstRestInWords, predictedInWords, rowsInWords, sliceFindings, sliceMethod } from '../../src/core/slice-words.ts';
import { sliceTable, type SliceRow } from '../../src/core/slices.ts';

type Parts = readonly (readonly [name: string, correct: number, n: number])[];

/** A table of slices given as name, correct rows, rows; of one class, taken for the other where wrong. One list a seed. */
function tableOfSeeds(...seeds: readonly Parts[]) {
  const heads = seeds.map((parts) => {
    const of = Uint32Array.from(parts.flatMap(([, , n], s) => new Array<number>(n).fill(s)));
    const right = parts.flatMap(([, correct, n]) => Array.from({ length: n }, (_, i) => i < correct));
    return { logits: Float32Array.from(right.flatMap((hit) => (hit ? [1, 0] : [0, 1]))), classOf: new Uint32Array(of.length), of };
  });
  return sliceTable(heads, 2, (seeds[0] ?? []).map(([name]) => name));
}

const tableOf = (...parts: Parts) => tableOfSeeds(parts);

const first = (table: ReturnType<typeof tableOf>): SliceRow => table.slices[0] as SliceRow;

describe('what a table of slices tells', () => {
  test('names the parts that are worse, and says that best and worst were picked', () => {
    const [worse, apart] = sliceFindings(tableOf(['a', 10, 40], ['b', 36, 40], ['c', 35, 40]));
    expect(worse).toBe('The head is right less often on “a” than on the other rows.');
    expect(apart).toMatch(/^From best to worst: 90\.0 % on “b” and 25\.0 % on “a”, 65\.0 points \(\+\d+\.\d to \+\d+\.\d\) apart\. They were picked/u);
    expect(sliceFindings(tableOf(['a', 5, 40], ['b', 6, 40], ['c', 80, 80]))[0]).toContain('on “a” and “b” than');
  });

  test('names no best and no worst where all are right equally often', () => {
    expect(sliceFindings(tableOf(['a', 40, 40], ['b', 40, 40]))).toHaveLength(1);
    expect(sliceFindings(tableOf(['a', 39, 40], ['b', 40, 40]))).toHaveLength(2);
  });

  test('does not call a head fair that is not shown to be unfair', () => {
    expect(sliceFindings(tableOf(['a', 33, 40], ['b', 36, 40]))[0]).toMatch(/^On no part .* that is not to say that it is fair to all\.$/u);
  });

  test('says when nothing can be compared', () => {
    expect(sliceFindings(tableOf(['a', 1, 19], ['b', 40, 40]))).toEqual(['No part and the rest of the rows have 20 examples each: too few to compare.']);
  });

  test('says of a part why it is not judged', () => {
    expect(againstRestInWords(first(tableOf(['a', 1, 19], ['b', 40, 40])))).toBe('too few examples to tell');
    expect(againstRestInWords(first(tableOf(['a', 1, 40], ['b', 4, 10])))).toBe('too few others to compare with');
    expect(againstRestInWords(first(tableOf(['a', 1, 40], ['b', 40, 40])))).toBe('worse');
  });

  test('tells what its rows are taken for, the most frequent first, and sums up what is beyond three', () => {
    expect(predictedInWords(first(tableOf(['a', 1, 40])), ['up', 'down'])).toBe('down 39, up 1');
    expect(predictedInWords({ ...first(tableOf(['a', 1, 40])), predicted: [1, 0, 5, 2, 4] }, ['p', 'q', 'r', 's', 't'])).toBe('r 5, t 4, s 2, others 1');
  });

  test('has a dash where there are no rows', () => {
    expect(accuracyInWords(first(tableOf(['a', 0, 0])))).toBe('–');
    expect(accuracyInWords(first(tableOf(['a', 30, 40])))).toBe('75.0 % (59.8–85.8)');
  });

  test('speaks of several heads where there are several, and of what their numbers cover', () => {
    const apart: Parts = [['a', 10, 40], ['b', 36, 40], ['c', 35, 40]];
    expect(sliceFindings(tableOfSeeds(apart, apart, apart))[0]).toBe('The 3 heads are on average right less often on “a” than on the other rows.');
    const alike: Parts = [['a', 35, 40], ['b', 36, 40]];
    expect(sliceFindings(tableOfSeeds(alike, alike))[0]).toMatch(/^On no part are the 2 heads shown .* that is not to say that they are fair to all\.$/u);
    expect(sliceFindings(tableOfSeeds([['a', 30, 30], ['b', 40, 40]], [['a', 1, 19], ['b', 40, 40]]))[0]).toBe('No part and the rest of the rows have 20 examples each in every seed: too few to compare.');
    expect(sliceMethod(tableOfSeeds(alike, alike))).toMatch(/^Means over 2 seeds, n for each; 95\u00A0% intervals are for other examples and other seeds\. .* Student’s t/u);
    expect(sliceMethod(tableOf(...alike))).toMatch(/^95\u00A0% intervals over examples\. .* Fisher’s exact test/u);
  });

  test('counts rows from the fewest to the most that a seed has, and predictions as means', () => {
    const row = first(tableOfSeeds([['a', 30, 31], ['b', 9, 9]], [['a', 36, 36], ['b', 4, 4]]));
    expect([rowsInWords(row), predictedInWords(row, ['up', 'down'])]).toEqual(['31–36', 'up 33, down 0.5']);
    expect(rowsInWords(first(tableOf(['a', 3, 1200])))).toBe('1,200');
  });
});
