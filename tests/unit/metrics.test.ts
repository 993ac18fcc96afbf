import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { scoreRows, softmax } from '../../src/core/metrics.ts';

const logit = fc.float({ min: -30, max: 30, noNaN: true });
const table = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 20 })).chain(([classes, rows]) =>
  fc.record({
    classes: fc.constant(classes),
    rows: fc.constant(rows),
    logits: fc.array(logit, { minLength: classes * rows, maxLength: classes * rows }).map((values) => Float32Array.from(values)),
    classOf: fc.array(fc.nat(classes - 1), { minLength: rows, maxLength: rows }),
  }),
);

describe('softmax', () => {
  test('sums to one and is greatest where the logit is', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 2, maxLength: 6 }), (logits) => {
        const p = softmax(logits);
        expect(p.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 10);
        expect(p[logits.indexOf(Math.max(...logits))]).toBe(Math.max(...p));
      }),
    );
  });

  test('does not overflow', () => {
    expect(softmax([1000, 0])).toEqual([1, 0]);
    expect(softmax([-1000, -1000])[0]).toBeCloseTo(0.5, 10);
  });
});

describe('a score', () => {
  test('is the mean and the sample variance of −log p of the true class', () => {
    fc.assert(
      fc.property(table, ({ classes, rows, logits, classOf }) => {
        const losses = classOf.map((target, row) => -Math.log(softmax(logits.subarray(row * classes, (row + 1) * classes))[target] as number));
        const mean = losses.reduce((sum, loss) => sum + loss, 0) / rows;
        const variance = rows > 1 ? losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (rows - 1) : 0;
        const score = scoreRows(logits, classes, classOf, 0, rows);
        expect(score.n).toBe(rows);
        expect(score.lossMean).toBeCloseTo(mean, 6);
        expect(Math.abs(score.lossVariance - variance)).toBeLessThan(1e-6 * (1 + variance));
      }),
    );
  });

  test('counts the rows whose greatest logit is the true class', () => {
    fc.assert(
      fc.property(table, ({ classes, rows, logits, classOf }) => {
        const correct = classOf.filter((target, row) => {
          const part = [...logits.subarray(row * classes, (row + 1) * classes)];
          return part.indexOf(Math.max(...part)) === target;
        }).length;
        expect(scoreRows(logits, classes, classOf, 0, rows).correct).toBe(correct);
      }),
    );
  });

  test('of a stretch of rows looks at no other row', () => {
    const logits = Float32Array.from([9, 0, 0, 9, 9, 0]);
    expect(scoreRows(logits, 2, [0, 0, 0], 1, 2)).toMatchObject({ n: 1, correct: 0, lossVariance: 0 });
  });

  test('gives a tie to the lower class', () => {
    const logits = Float32Array.from([1, 1]);
    expect(scoreRows(logits, 2, [0], 0, 1).correct).toBe(1);
    expect(scoreRows(logits, 2, [1], 0, 1).correct).toBe(0);
  });

  test('of uniform logits is log of the number of classes', () => {
    expect(scoreRows(new Float32Array(12), 4, [0, 1, 2], 0, 3).lossMean).toBeCloseTo(Math.log(4), 12);
  });

  test('of no rows is zero', () => {
    expect(scoreRows(new Float32Array(), 2, [], 0, 0)).toEqual({ n: 0, correct: 0, lossMean: 0, lossVariance: 0 });
  });

  test('stays finite for a confident wrong answer', () => {
    expect(scoreRows(Float32Array.from([500, -500]), 2, [1], 0, 1).lossMean).toBe(1000);
  });
});
