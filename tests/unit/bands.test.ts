import { describe, expect, test } from 'vitest';
import { bandSeries, commonLength, partDifference, reading, spread, valueOf, type SeedCurve } from '../../src/core/bands.ts';
import { appendCurve, packEvaluation, type Evaluation } from '../../src/core/curve.ts';
import { meanInterval, wilson } from '../../src/core/statistics.ts';

const sizes = { train: 100, validation: 50, heldOut: 20 };

function evaluation(step: number, loss: number, correct = 10): Evaluation {
  const score = (n: number, extra: number) => ({ n, correct: Math.min(n, correct), lossMean: loss + extra, lossVariance: 0.3 });
  return { step, scores: { train: score(100, 0), validation: score(50, 0.1), heldOut: score(20, 0.2) } };
}

function curveOf(...evaluations: Evaluation[]): SeedCurve {
  return { sizes, curve: evaluations.map(packEvaluation).reduce(appendCurve, new Float64Array()) };
}

describe('the band over seeds', () => {
  test('is the mean and one sample standard deviation about it, at each step', () => {
    const heads = [0.4, 0.5, 0.9].map((loss) => curveOf(evaluation(0, loss), evaluation(10, loss / 2)));
    const { steps, bands } = bandSeries(heads, 'loss');
    expect([...steps]).toEqual([0, 10]);
    const { mean, deviation } = spread([0.4, 0.5, 0.9]);
    expect(bands.train.mean[0]).toBeCloseTo(mean, 12);
    expect(bands.train.low[0]).toBeCloseTo(mean - deviation, 12);
    expect(bands.heldOut.high[0]).toBeCloseTo(mean + 0.2 + deviation, 12);
    expect(bands.train.high[1]).toBeCloseTo((mean + deviation) / 2, 12);
  });

  test('of one head has no width, and gives the curve itself', () => {
    const { bands } = bandSeries([curveOf(evaluation(0, 0.7, 13))], 'accuracy');
    expect([bands.heldOut.low[0], bands.heldOut.mean[0], bands.heldOut.high[0]]).toEqual([0.65, 0.65, 0.65]);
  });

  test('of accuracies stays within 0 and 1', () => {
    const { bands } = bandSeries([curveOf(evaluation(0, 0.1, 20)), curveOf(evaluation(0, 0.1, 5))], 'accuracy');
    expect(bands.heldOut.high[0]).toBe(1);
    expect(bands.heldOut.low[0]).toBeGreaterThanOrEqual(0);
  });

  test('reaches as far as all heads have come, and is empty without any', () => {
    expect(commonLength([curveOf(evaluation(0, 1), evaluation(10, 1)), curveOf(evaluation(0, 1))])).toBe(1);
    expect(bandSeries([], 'loss').steps).toHaveLength(0);
  });

  test('of a long curve takes evaluations at equal distances, and the last one', () => {
    const long = curveOf(...Array.from({ length: 11 }, (_, i) => evaluation(10 * i, i)));
    const { steps, bands } = bandSeries([long], 'loss', 4);
    expect([...steps]).toEqual([0, 30, 60, 90, 100]);
    expect([...bands.train.mean]).toEqual([0, 3, 6, 9, 10]);
    expect([...bandSeries([long], 'loss', 11).steps]).toHaveLength(11);
  });

  test('has accuracy 0, not no number, for a part without rows', () => {
    const empty = { sizes: { ...sizes, validation: 0 }, curve: curveOf(evaluation(0, 1)).curve.map((value, i) => (i === 4 ? 0 : value)) };
    expect(bandSeries([empty], 'accuracy').bands.validation.mean[0]).toBe(0);
  });
});

describe('a reading', () => {
  test('of one head has its interval over examples', () => {
    expect(reading([evaluation(10, 0.5, 13)], 'heldOut', 'accuracy')).toEqual({ value: 0.65, ...wilson(13, 20), over: 'examples', standardError: NaN });
  });

  test('of several heads has mean, standard error and interval over seeds', () => {
    const heads = [0.4, 0.5, 0.9].map((loss) => evaluation(10, loss));
    const { value, low, high, over, standardError } = reading(heads, 'train', 'loss');
    expect({ value, low, high }).toEqual(meanInterval([0.4, 0.5, 0.9]));
    expect(over).toBe('seeds');
    expect(standardError).toBeCloseTo(spread([0.4, 0.5, 0.9]).deviation / Math.sqrt(3), 12);
  });
});

test('a difference of parts over seeds is that of each seed', () => {
  const heads = [0.4, 0.5].map((loss) => evaluation(10, loss));
  const { value, low, high } = partDifference(heads, 'heldOut', 'train', 'loss');
  expect([value, low, high].every((number) => Math.abs(number - 0.2) < 1e-9)).toBe(true);
  expect(valueOf(heads[0] as Evaluation, 'heldOut', 'loss')).toBeCloseTo(0.6, 12);
});
