import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/examples.ts';
import { rowLoss } from '../../src/core/metrics.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { sliceChoices, sliceTable, slicing, type SlicedHead } from '../../src/core/slices.ts';
import { meanAccuracy, meanAccuracyDifference } from '../../src/core/seed-estimates.ts';
import { accuracyDifference, fisherExact, wilson } from '../../src/core/statistics.ts';

/** Two-class logits of rows of class 0, right where `right` says so. */
const logitsOf = (right: readonly boolean[]): Float32Array => Float32Array.from(right.flatMap((hit) => (hit ? [1, 0] : [0, 1])));
/** `n` rows, the first `correct` of them right. */
const rowsOf = (correct: number, n: number): boolean[] => Array.from({ length: n }, (_, i) => i < correct);

/** A head's rows of class 0, in slices given as [correct, n]. */
function headOf(...parts: readonly (readonly [number, number])[]): SlicedHead {
  const of = Uint32Array.from(parts.flatMap(([, n], s) => new Array<number>(n).fill(s)));
  return { logits: logitsOf(parts.flatMap(([correct, n]) => rowsOf(correct, n))), classOf: new Uint32Array(of.length), of };
}

const tableOfHeads = (heads: readonly SlicedHead[], slices: number) => sliceTable(heads, 2, Array.from({ length: slices }, (_, s) => `slice ${s}`));

/** A table of slices given as [correct, n], by one head. */
function tableOf(...parts: readonly (readonly [number, number])[]) {
  return tableOfHeads([headOf(...parts)], parts.length);
}

const dataset: Dataset = {
  id: 'x',
  name: 'x',
  examples: [
    { text: 'a', label: 'no', domain: 'd1', group: 'g1' },
    { text: 'b', label: 'yes', domain: 'd2', group: 'g2' },
    { text: 'c', label: 'no', domain: 'd2', group: 'g2' },
  ],
  labels: ['no', 'yes'],
  domains: ['d1', 'd2'],
  groups: ['g1', 'g2'],
  hasDomains: true,
};

describe('slices of rows', () => {
  test('are in the order of the data set, whatever the order of the rows', () => {
    expect(slicing(dataset, [Uint32Array.of(1, 2, 0)], 'group')).toEqual({ names: ['g1', 'g2'], of: [Uint32Array.of(1, 1, 0)] });
    expect(slicing(dataset, [Uint32Array.of(1, 2, 0)], 'group and label').names).toEqual(['g1 · no', 'g2 · no', 'g2 · yes']);
  });

  test('leave out what no row falls into', () => {
    expect(slicing(dataset, [Uint32Array.of(1, 2)], 'domain')).toEqual({ names: ['d2'], of: [Uint32Array.of(0, 0)] });
    expect(slicing(dataset, [new Uint32Array()], 'label')).toEqual({ names: [], of: [new Uint32Array()] });
  });

  test('of several seeds are the same for all, though one has no row of some', () => {
    expect(slicing(dataset, [Uint32Array.of(1), Uint32Array.of(2, 0)], 'group')).toEqual({ names: ['g1', 'g2'], of: [Uint32Array.of(1), Uint32Array.of(1, 0)] });
  });

  test('go by group and by domain only where there are any', () => {
    expect(sliceChoices(dataset)).toEqual(['group', 'label', 'domain', 'group and label']);
    expect(sliceChoices({ ...dataset, groups: [], hasDomains: false })).toEqual(['label']);
  });

  test('by group need a group on each row', () => {
    const bare = { ...dataset, examples: [{ text: 'a', label: 'no', domain: 'd1' }] };
    expect(() => slicing(bare, [Uint32Array.of(0)], 'group')).toThrow(RangeError);
  });
});

describe('a table of slices', () => {
  test('agrees with a plain count over random logits', () => {
    const n = 300;
    const logits = new Float32Array(n * 3);
    new RandomStream(5, STREAM.weights).fillNormal(0, logits);
    const classOf = Uint32Array.from({ length: n }, (_, i) => (i * 7) % 3);
    const of = Uint32Array.from({ length: n }, (_, i) => (i * i) % 4 % 3);
    const { slices } = sliceTable([{ logits, classOf, of }], 3, ['a', 'b', 'c']);
    slices.forEach(({ score, predicted, accuracy, loss }, s) => {
      const rows = [...of.keys()].filter((i) => of[i] === s);
      const plain = rows.map((i) => rowLoss(logits, 3, i, classOf[i] as number));
      const correct = plain.filter((row) => row.correct).length;
      expect([score.n, score.correct]).toEqual([rows.length, correct]);
      if (rows.length === 0) return;
      expect(accuracy).toEqual({ value: correct / rows.length, ...wilson(correct, rows.length) });
      expect(loss?.value).toBeCloseTo(plain.reduce((sum, row) => sum + row.loss, 0) / rows.length, 12);
      expect(predicted).toEqual([0, 1, 2].map((c) => rows.filter((i) => rowLoss(logits, 3, i, c).correct).length));
    });
    expect(slices.map(({ score }) => score.n).filter((size) => size > 0).length).toBeGreaterThan(1);
  });

  test('calls a slice worse or better than the others where Fisher’s test says so after Holm’s correction, and only there', () => {
    const verdicts = (...parts: readonly (readonly [number, number])[]) => tableOf(...parts).slices.map(({ againstRest }) => againstRest);
    expect(verdicts([10, 40], [35, 40], [34, 40])).toEqual(['worse', 'better', 'better']);
    expect(verdicts([30, 40], [32, 40], [33, 40])).toEqual(['unclear', 'unclear', 'unclear']);
    const [one, others] = [{ n: 40, correct: 24 }, { n: 40, correct: 33 }];
    expect(fisherExact(one, others)).toBeLessThan(0.05); // alone it would be told; as one of many it is not
    expect(verdicts([24, 40], [33, 40])).toEqual(['worse', 'better']);
    expect(verdicts([24, 40], ...Array.from({ length: 10 }, () => [33, 40] as const)).at(0)).toBe('worse');
    expect(verdicts([26, 40], ...Array.from({ length: 10 }, () => [33, 40] as const)).at(0)).toBe('unclear');
    expect(fisherExact({ n: 40, correct: 26 }, { n: 400, correct: 330 })).toBeLessThan(0.05);
  });

  test('gives the gap between best and worst with its interval', () => {
    const { gap, slices } = tableOf([20, 40], [36, 40], [30, 40]);
    expect(slices.map(({ score }) => score.correct)).toEqual([20, 36, 30]);
    const scored = (correct: number) => ({ n: 40, correct, lossMean: 0, lossVariance: 0 });
    expect(gap).toEqual({ ...accuracyDifference(scored(36), scored(20)), best: 1, worst: 0 });
  });

  test('gives no verdict on a slice of fewer than 20 rows', () => {
    const table = tableOf([0, 19], [40, 40], [39, 40]);
    expect(table.slices.map(({ isTelling }) => isTelling)).toEqual([false, true, true]);
    expect(table.slices[0]?.againstRest).toBeNull();
    expect(table.gap?.worst).toBe(2);
    expect(tableOf([0, 20], [40, 40], [39, 40]).slices[0]?.againstRest).toBe('worse');
  });

  test('gives no verdict against a rest of fewer than 20 rows', () => {
    expect(tableOf([0, 40], [19, 19]).slices[0]?.againstRest).toBeNull();
    expect(tableOf([0, 40], [20, 20]).slices[0]?.againstRest).toBe('worse');
  });

  test('has no figures for an empty slice, and no loss interval for one row', () => {
    const [empty, one] = tableOf([0, 0], [1, 1]).slices;
    expect([empty?.accuracy, empty?.loss, empty?.predicted]).toEqual([null, null, [0, 0]]);
    expect(one?.accuracy).toEqual({ value: 1, ...wilson(1, 1) });
    expect([one?.loss?.low, one?.loss?.high]).toEqual([-Infinity, Infinity]);
  });

  test('compares nothing with one slice only, or with none', () => {
    expect(tableOf([10, 40])).toMatchObject({ slices: [{ againstRest: null }], gap: null });
    expect(tableOf()).toEqual({ seeds: 1, slices: [], gap: null });
  });

  test('refuses logits of other rows', () => {
    expect(() => sliceTable([{ logits: new Float32Array(3), classOf: [0], of: Uint32Array.of(0) }], 2, ['a'])).toThrow(RangeError);
  });
});

describe('a table of slices by several heads', () => {
  test('has means over the heads, with their interval, and the fewest and most rows that a head has', () => {
    const heads = [headOf([10, 20], [30, 40]), headOf([20, 25], [20, 35]), headOf([15, 30], [33, 33])];
    const { seeds, slices } = tableOfHeads(heads, 2);
    expect([seeds, slices.map(({ score }) => score)]).toEqual([3, [{ n: 20, mostN: 30, correct: 15 }, { n: 33, mostN: 40, correct: expect.closeTo(83 / 3, 12) }]]);
    const scored = (correct: number, n: number) => ({ n, correct });
    expect(slices.map(({ accuracy }) => accuracy)).toEqual([
      meanAccuracy([scored(10, 20), scored(20, 25), scored(15, 30)]),
      meanAccuracy([scored(30, 40), scored(20, 35), scored(33, 33)]),
    ]);
    expect(slices.map(({ predicted }) => predicted)).toEqual([[15, 10], [expect.closeTo(83 / 3, 12), expect.closeTo(25 / 3, 12)]]);
  });

  test('calls a slice worse where the heads agree that it is, and not where one of them only is wrong on it', () => {
    const verdicts = (...heads: readonly SlicedHead[]) => tableOfHeads(heads, 3).slices.map(({ againstRest }) => againstRest);
    const wrong = headOf([10, 40], [36, 40], [36, 40]);
    const right = headOf([36, 40], [36, 40], [36, 40]);
    expect(verdicts(wrong, wrong, wrong)[0]).toBe('worse');
    expect(verdicts(wrong)[0]).toBe('worse');
    expect(verdicts(wrong, right, right)).toEqual(['unclear', 'unclear', 'unclear']);
  });

  test('gives no verdict on a slice of which a seed has fewer than 20 rows', () => {
    const { slices, gap } = tableOfHeads([headOf([0, 30], [60, 60], [60, 60]), headOf([0, 19], [60, 60], [60, 60])], 3);
    expect(slices.map(({ isTelling, againstRest }) => [isTelling, againstRest])).toEqual([[false, null], [true, 'better'], [true, 'better']]);
    expect(gap).toMatchObject({ value: 0 });
  });

  test('gives the gap of the means, paired within each seed', () => {
    const { gap } = tableOfHeads([headOf([20, 40], [36, 40]), headOf([24, 40], [40, 40])], 2);
    const scores = ([a, b]: [number, number]) => [{ n: 40, correct: a }, { n: 40, correct: b }];
    expect(gap).toEqual({ ...meanAccuracyDifference(scores([36, 40]), scores([20, 24])), best: 1, worst: 0 });
  });
});
