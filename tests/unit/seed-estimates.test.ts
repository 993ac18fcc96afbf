import { describe, expect, test } from 'vitest';
import type { PartScore } from '../../src/core/metrics.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { accuracyPValue, meanAccuracy, meanAccuracyDifference, meanLossOf } from '../../src/core/seed-estimates.ts';
import { accuracyDifference, fisherExact, meanInterval, meanLoss, wilson, type Estimate } from '../../src/core/statistics.ts';

const scored = (correct: number, n: number, lossMean = 0, lossVariance = 0): PartScore => ({ n, correct, lossMean, lossVariance });
const half = ({ low, high }: Estimate): number => (high - low) / 2;

describe('one head’s scores', () => {
  test('have the intervals and the test over examples that the page has for one head', () => {
    const [a, b] = [scored(30, 40, 0.5, 0.2), scored(20, 50)];
    expect(meanAccuracy([a])).toEqual({ value: 0.75, ...wilson(30, 40) });
    expect(meanLossOf([a])).toEqual(meanLoss(a));
    expect(meanAccuracyDifference([a], [b])).toEqual(accuracyDifference(a, b));
    expect(accuracyPValue([a], [b])).toBe(fisherExact(a, b));
  });
});

describe('several heads’ scores', () => {
  const heads = [scored(30, 40, 0.4, 0.09), scored(34, 40, 0.5, 0.16), scored(32, 40, 0.9, 0.11)];

  test('are their means, with intervals wider than over the examples alone and than over the seeds alone', () => {
    const accuracy = meanAccuracy(heads) as Estimate;
    expect(accuracy.value).toBeCloseTo(0.8, 12);
    const overRows = wilson(32, 40);
    const overSeeds = meanInterval([0.75, 0.85, 0.8]);
    expect(accuracy.low).toBeLessThan(Math.min(overRows.low, overSeeds.low));
    expect(accuracy.high).toBeGreaterThan(overRows.high);
    const loss = meanLossOf(heads) as Estimate;
    expect(loss.value).toBeCloseTo(0.6, 12);
    expect(half(loss)).toBeGreaterThan(half(meanLoss(scored(0, 40, 0.6, 0.12))));
  });

  test('that are all equal have the interval over examples', () => {
    const equal = [scored(30, 40, 0.5, 0.2), scored(30, 40, 0.5, 0.2), scored(30, 40, 0.5, 0.2)];
    const [accuracy, loss] = [meanAccuracy(equal) as Estimate, meanLossOf(equal) as Estimate];
    expect([accuracy.low, accuracy.high]).toEqual([expect.closeTo(wilson(30, 40).low, 12), expect.closeTo(wilson(30, 40).high, 12)]);
    expect([loss.low, loss.high]).toEqual([expect.closeTo(meanLoss(equal[0] as PartScore).low, 9), expect.closeTo(meanLoss(equal[0] as PartScore).high, 9)]);
  });

  test('that are all right are not certain', () => {
    const accuracy = meanAccuracy([scored(40, 40), scored(40, 40)]) as Estimate;
    expect(accuracy).toEqual({ value: 1, low: expect.closeTo(wilson(40, 40).low, 12), high: 1 });
  });

  test('stay within 0 and 1, and differences within −1 and 1, however far the seeds are apart', () => {
    expect(meanAccuracy([scored(0, 40), scored(40, 40)])).toEqual({ value: 0.5, low: 0, high: 1 });
    expect(meanAccuracyDifference([scored(0, 40), scored(40, 40)], [scored(40, 40), scored(0, 40)])).toEqual({ value: 0, low: -1, high: 1 });
  });

  test('leave out heads that have none of the rows, and are none where no head has any', () => {
    expect(meanAccuracy([scored(30, 40), scored(0, 0)])).toEqual(meanAccuracy([scored(30, 40)]));
    expect([meanAccuracy([scored(0, 0)]), meanLossOf([scored(0, 0)])]).toEqual([null, null]);
    expect(accuracyPValue([scored(0, 0)], [scored(3, 4)])).toBe(1);
    expect(meanAccuracyDifference([scored(3, 4), scored(0, 0)], [scored(0, 0), scored(3, 4)]).value).toBeNaN();
  });

  test('have no loss interval where a head has one row only', () => {
    expect(meanLossOf([scored(1, 1, 0.3), scored(1, 2, 0.5, 0.1)])).toEqual({ value: 0.4, low: -Infinity, high: Infinity });
  });

  test('are paired within each seed: what all parts of a seed share does not hide a difference', () => {
    const better = [scored(380, 400), scored(300, 400), scored(220, 400)];
    const worse = [scored(300, 400), scored(220, 400), scored(140, 400)];
    expect(meanAccuracyDifference(better, worse)).toMatchObject({ value: expect.closeTo(0.2, 12) as number });
    expect(accuracyPValue(better, worse)).toBeLessThan(0.001);
    expect(accuracyPValue(better, [worse[2] as PartScore, worse[1] as PartScore, worse[0] as PartScore])).toBeGreaterThan(0.05);
  });

  test('differ by a p-value below 0.05 only where the seeds agree, and where the rows are many', () => {
    const steady = (n: number): [PartScore[], PartScore[]] => [[scored(0.9 * n, n), scored(0.9 * n, n), scored(0.9 * n, n)], [scored(0.7 * n, n), scored(0.7 * n, n), scored(0.7 * n, n)]];
    expect(accuracyPValue(...steady(200))).toBeLessThan(0.001);
    expect(accuracyPValue(...steady(20))).toBeGreaterThan(0.05); // a test over the seeds alone would call it certain
    expect(accuracyPValue([scored(200, 200), scored(100, 200)], [scored(120, 200), scored(120, 200)])).toBeGreaterThan(0.05);
    expect(accuracyPValue([scored(40, 40), scored(40, 40)], [scored(50, 50), scored(50, 50)])).toBe(1);
  });
});

describe('over other rows and other seeds', () => {
  /** Each row is right by its own ease, which all heads share, and by the seed's skill; `effect` is added on the first part. */
  function drawn(trial: number, rows: number, seeds: number, seedSpread: number, effect = 0): [PartScore[], PartScore[]] {
    const random = new RandomStream(trial, STREAM.weights);
    const [ease, skill] = [new Float32Array(2 * rows), new Float32Array(seeds)];
    random.fillNormal(0, ease);
    random.fillNormal(1, skill);
    const part = (from: number, add: number): PartScore[] =>
      Array.from({ length: seeds }, (_, s) => {
        let correct = 0;
        for (let row = from; row < from + rows; row++) if ((ease[row] as number) + seedSpread * (skill[s] as number) + add > 0) correct++;
        return scored(correct, rows);
      });
    return [part(0, effect), part(rows, 0)];
  }
  const TRIALS = 600;
  const shareOf = (holds: (trial: number) => boolean): number => Array.from({ length: TRIALS }, (_, trial) => holds(trial)).filter(Boolean).length / TRIALS;

  test.each([0.05, 0.3, 1])('with seeds that differ by %d the interval covers the true accuracy in 95 of 100 cases or more', (seedSpread) => {
    const covered = shareOf((trial) => {
      const { low, high } = meanAccuracy(drawn(trial, 60, 5, seedSpread)[0]) as Estimate;
      return low <= 0.5 && 0.5 <= high; // by symmetry one half is right
    });
    expect(covered).toBeGreaterThanOrEqual(0.95);
  });

  test('an interval over the seeds alone covers it far less often', () => {
    const covered = shareOf((trial) => {
      const { low, high } = meanInterval(drawn(trial, 60, 5, 0.05)[0].map(({ correct, n }) => correct / n));
      return low <= 0.5 && 0.5 <= high;
    });
    expect(covered).toBeLessThan(0.5);
  });

  test('parts that do not differ are told apart in 5 % of all cases at most, parts that do in most', () => {
    const told = (effect: number): number => shareOf((trial) => accuracyPValue(...drawn(trial, 60, 5, 0.3, effect)) < 0.05);
    expect(told(0)).toBeLessThanOrEqual(0.05);
    expect(told(1)).toBeGreaterThan(0.9);
  });
});
