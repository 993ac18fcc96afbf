import { describe, expect, test } from 'vitest';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import { accuracyDifference, fisherExact, holm, lossDifference, meanInterval, meanLoss, regularizedBeta, studentQuantile, wilson, type Interval } from '../../src/core/statistics.ts';

const scored = (correct: number, n: number): PartScore => ({ n, correct, lossMean: 0, lossVariance: 0 });
const lossy = (n: number, lossMean: number, lossVariance: number): PartScore => ({ n, correct: 0, lossMean, lossVariance });
const contains = (interval: Interval, value: number): boolean => interval.low <= value && value <= interval.high;

/** Score of n normal losses N(mean, sd²) of the stream's row. */
function sampleLosses(random: RandomStream, row: number, n: number, mean: number, sd: number): PartScore {
  const values = new Float32Array(n);
  random.fillNormal(row, values);
  const losses = [...values].map((value) => mean + sd * value);
  const average = losses.reduce((sum, loss) => sum + loss, 0) / n;
  return lossy(n, average, losses.reduce((sum, loss) => sum + (loss - average) ** 2, 0) / (n - 1));
}

describe("Student's t", () => {
  test.each([
    [1, 12.7062],
    [2, 4.3027],
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [120, 1.9799],
  ])('has the published 97.5 %% quantile at %d degrees of freedom', (df, quantile) => {
    expect(studentQuantile(df)).toBeCloseTo(quantile, 4);
  });

  test('tends to the normal quantile', () => {
    expect(studentQuantile(1e6)).toBeCloseTo(1.95996, 4);
  });

  test('fractional degrees of freedom lie between the whole ones', () => {
    expect(studentQuantile(2.5)).toBeLessThan(studentQuantile(2));
    expect(studentQuantile(2.5)).toBeGreaterThan(studentQuantile(3));
  });

  test('the incomplete beta function has its closed forms', () => {
    expect(regularizedBeta(1, 1, 0.3)).toBeCloseTo(0.3, 12);
    expect(regularizedBeta(2, 1, 0.3)).toBeCloseTo(0.09, 12);
    expect(regularizedBeta(0.5, 0.5, 0.25)).toBeCloseTo((2 / Math.PI) * Math.asin(0.5), 12);
    expect(regularizedBeta(3, 5, 0.4) + regularizedBeta(5, 3, 0.6)).toBeCloseTo(1, 11);
  });
});

describe("Wilson's interval", () => {
  test.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662], // Newcombe 1998 (one proportion), table I
    [15, 148, 0.0624, 0.1605],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is the published one', (correct, n, low, high) => {
    expect(wilson(correct, n).low).toBeCloseTo(low, 4);
    expect(wilson(correct, n).high).toBeCloseTo(high, 4);
  });

  test('says nothing without rows', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test.each([0.5, 0.8, 0.95])('covers an accuracy of %f about 95 %% of the time', (p) => {
    const random = new RandomStream(11, STREAM.rowSample);
    const trials = 4000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      let correct = 0;
      for (let i = 0; i < 40; i++) if (random.uniform(trial, i) < p) correct++;
      if (contains(wilson(correct, 40), p)) covered++;
    }
    // The binomial's steps move the true coverage at n = 40 between some 92 and 98 %.
    expect(covered / trials).toBeGreaterThan(0.915);
    expect(covered / trials).toBeLessThan(0.985);
  });
});

describe('the difference of two accuracies', () => {
  test.each([
    // Newcombe 1998, method 10, table II
    [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.6, 0.1705, 0.809],
    [10, 10, 0, 20, 1, 0.6791, 1],
    [10, 10, 0, 10, 1, 0.6075, 1],
  ])('%d/%d − %d/%d has the published interval', (correct1, n1, correct2, n2, value, low, high) => {
    const difference = accuracyDifference(scored(correct1, n1), scored(correct2, n2));
    expect(difference.value).toBeCloseTo(value, 10);
    expect(difference.low).toBeCloseTo(low, 3);
    expect(difference.high).toBeCloseTo(high, 3);
  });

  test('changes sign with its sides', () => {
    const there = accuracyDifference(scored(56, 70), scored(48, 80));
    const back = accuracyDifference(scored(48, 80), scored(56, 70));
    expect(back.low).toBeCloseTo(-there.high, 12);
    expect(back.high).toBeCloseTo(-there.low, 12);
  });

  test('says nothing when a side has no rows', () => {
    expect(accuracyDifference(scored(0, 0), scored(1, 2))).toEqual({ value: NaN, low: -1, high: 1 });
  });

  test('covers the true difference about 95 % of the time', () => {
    const random = new RandomStream(12, STREAM.rowSample);
    const trials = 3000;
    const draw = (trial: number, offset: number, n: number, p: number): PartScore => {
      let correct = 0;
      for (let i = 0; i < n; i++) if (random.uniform(trial, offset + i) < p) correct++;
      return scored(correct, n);
    };
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) if (contains(accuracyDifference(draw(trial, 0, 60, 0.9), draw(trial, 100, 25, 0.7)), 0.2)) covered++;
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.975);
  });
});

describe('intervals of losses', () => {
  test("Welch's interval covers the true difference about 95 % of the time, variances unequal", () => {
    const random = new RandomStream(13, STREAM.rowSample);
    const trials = 3000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const a = sampleLosses(random, 2 * trial, 8, 1, 3);
      const b = sampleLosses(random, 2 * trial + 1, 30, 0.4, 0.5);
      if (contains(lossDifference(a, b), 0.6)) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.935);
    expect(covered / trials).toBeLessThan(0.965);
  });

  test("Welch's interval is Student's when sizes and variances are equal", () => {
    const { value, low, high } = lossDifference(lossy(16, 1, 2), lossy(16, 0.5, 2));
    expect(value).toBe(0.5);
    expect(high - value).toBeCloseTo(studentQuantile(30) * Math.sqrt(4 / 16), 10);
    expect(value - low).toBeCloseTo(high - value, 12);
  });

  test('a mean loss has the interval of its standard error', () => {
    const { low, high } = meanLoss(lossy(31, 2, 31));
    expect(high).toBeCloseTo(2 + 2.0423, 4);
    expect(low).toBeCloseTo(2 - 2.0423, 4);
  });

  test('the mean of values over seeds covers the truth about 95 % of the time', () => {
    const random = new RandomStream(14, STREAM.rowSample);
    const trials = 3000;
    let covered = 0;
    const values = new Float32Array(5);
    for (let trial = 0; trial < trials; trial++) {
      random.fillNormal(trial, values);
      if (contains(meanInterval([...values]), 0)) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.935);
    expect(covered / trials).toBeLessThan(0.965);
  });

  test('fewer than two values leave the interval open', () => {
    expect(meanInterval([3])).toEqual({ value: 3, low: -Infinity, high: Infinity });
    expect(meanLoss(lossy(1, 3, 0))).toEqual({ value: 3, low: -Infinity, high: Infinity });
    expect(lossDifference(lossy(1, 3, 0), lossy(9, 1, 1))).toEqual({ value: 2, low: -Infinity, high: Infinity });
  });

  test('equal losses have an interval of no width', () => {
    expect(lossDifference(lossy(5, 3, 0), lossy(9, 1, 0))).toEqual({ value: 2, low: 2, high: 2 });
  });
});

describe('Fisher’s exact test', () => {
  test('gives the p-value of Fisher’s tea tasting and of his convicted twins', () => {
    // As R's fisher.test gives them, two-sided.
    expect(fisherExact({ n: 4, correct: 3 }, { n: 4, correct: 1 })).toBeCloseTo(0.4857, 4);
    expect(fisherExact({ n: 12, correct: 2 }, { n: 18, correct: 15 })).toBeCloseTo(0.0005367, 7);
  });

  test('agrees with a plain sum over all tables of whole numbers', () => {
    const choose = (n: number, k: number): number => (k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1));
    for (const [x, m, y, n] of [[0, 5, 3, 7], [9, 9, 2, 8], [4, 20, 11, 22], [6, 12, 6, 12]] as const) {
      const weight = (k: number): number => choose(m, k) * choose(n, x + y - k);
      const weights = Array.from({ length: m + 1 }, (_, k) => weight(k));
      const extreme = weights.filter((w) => w <= weight(x) * (1 + 1e-7)).reduce((sum, w) => sum + w, 0);
      expect(fisherExact({ n: m, correct: x }, { n, correct: y })).toBeCloseTo(extreme / choose(m + n, x + y), 9);
    }
  });

  test('is symmetric, tells nothing of an empty part, and holds with many rows', () => {
    expect(fisherExact({ n: 30, correct: 9 }, { n: 50, correct: 30 })).toBeCloseTo(fisherExact({ n: 50, correct: 30 }, { n: 30, correct: 9 }), 12);
    expect(fisherExact({ n: 0, correct: 0 }, { n: 9, correct: 4 })).toBe(1);
    expect(fisherExact({ n: 50_000, correct: 25_000 }, { n: 50_000, correct: 25_000 })).toBeCloseTo(1, 6);
    expect(fisherExact({ n: 50_000, correct: 25_000 }, { n: 50_000, correct: 25_500 })).toBeLessThan(0.01);
  });
});

describe('Holm’s correction', () => {
  test('gives the adjusted values of a worked example, in the order of the values', () => {
    // p = 0.01, 0.04, 0.03, 0.005: 4 × 0.005, 3 × 0.01, 2 × 0.03, and 1 × 0.04 raised to the one before.
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => expect(adjusted[i]).toBeCloseTo(expected, 12));
  });

  test('never exceeds one, and leaves a single value as it is', () => {
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([])).toEqual([]);
  });
});
