import { describe, expect, test } from 'vitest';
import { bestMethods, type RuleScores } from '../../src/core/domain-table-bests.ts';
import { METHODS } from '../../src/core/configurations.ts';
import { PairedBootstrap, type PartCorrect } from '../../src/core/paired-bootstrap.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';

/** Answers of methods with the given accuracies: rows differ in difficulty, and all methods meet the same ones. */
function answers(accuracies: readonly number[], rows: number, seeds: number, draw = 0, luck = 0.3): PartCorrect {
  const random = new RandomStream(draw, STREAM.rowSample);
  return accuracies.map((accuracy, m) =>
    Array.from({ length: seeds }, (_, s) =>
      Uint8Array.from({ length: rows }, (__, row) => {
        const difficulty = (1 - luck) * random.uniform(row) + luck * random.uniform(row, 1 + m * seeds + s);
        return difficulty < accuracy ? 1 : 0;
      }),
    ),
  );
}

function finished(parts: readonly PartCorrect[], resamples?: number): PairedBootstrap {
  const bootstrap = new PairedBootstrap(parts, resamples);
  while (!bootstrap.finished) bootstrap.advance(1000);
  return bootstrap;
}

function bestOf(parts: readonly PartCorrect[], seeds: number): readonly (string | null)[] {
  const rows = parts.map((part) => part[0]?.[0]?.length ?? 0);
  const scores: RuleScores = { methods: METHODS.slice(0, parts[0]?.length), columns: rows.map((n, domain) => ({ domain, rows: n })), all: true };
  return bestMethods(scores, parts.length, seeds, finished(parts));
}

describe('the paired bootstrap', () => {
  test('finds no difference between a method and itself', () => {
    const [one] = answers([0.7], 100, 5);
    expect(finished([[one as Uint8Array[], one as Uint8Array[]]], 999).compare(0, 1, [0])).toEqual({ difference: 0, p: 1 });
  });

  test('gives the same p-values again, however it is sliced', () => {
    const parts = [answers([0.7, 0.8], 80, 4)];
    const small = new PairedBootstrap(parts, 500);
    while (!small.finished) small.advance(7);
    expect(small.compare(0, 1, [0])).toEqual(finished(parts, 500).compare(0, 1, [0]));
  });

  test('agrees with the normal approximation where rows alone vary', () => {
    // One seed; 60 rows right by the first only, 40 by the second only, of 400: difference 0.05, standard error √(0.25 − 0.05²)/20.
    const first = Uint8Array.from({ length: 400 }, (_, row) => (row < 60 ? 1 : 0));
    const second = Uint8Array.from({ length: 400 }, (_, row) => (row >= 60 && row < 100 ? 1 : 0));
    const { difference, p } = finished([[[first], [second]]]).compare(0, 1, [0]);
    expect(difference).toBeCloseTo(0.05, 12);
    // z = 0.05/0.024875 = 2.010: two-sided 0.0444. Ties of whole counts and 9,999 resamples leave ±0.008 (four standard errors).
    expect(Math.abs(p - 0.0444)).toBeLessThan(0.008);
  });

  test('lets differences that hang on the seed count for less than those that do not', () => {
    const rows = 200;
    const right = (share: number): Uint8Array => Uint8Array.from({ length: rows }, (_, row) => (row < share * rows ? 1 : 0));
    const steady = [[0.6, 0.6, 0.6, 0.6, 0.6], [0.5, 0.5, 0.5, 0.5, 0.5]].map((bySeed) => bySeed.map(right));
    const swaying = [[0.9, 0.3, 0.9, 0.3, 0.6], [0.5, 0.5, 0.5, 0.5, 0.5]].map((bySeed) => bySeed.map(right));
    expect(finished([steady]).compare(0, 1, [0]).p).toBeLessThan(0.001);
    expect(finished([swaying]).compare(0, 1, [0]).p).toBeGreaterThan(0.1);
  });

  test('refuses methods that were not scored on the same rows with the same seeds', () => {
    const [a, b] = [answers([0.5], 10, 2)[0] as Uint8Array[], answers([0.5], 11, 2)[0] as Uint8Array[]];
    expect(() => new PairedBootstrap([[a, b]])).toThrow(RangeError);
    expect(() => new PairedBootstrap([[a, a.slice(1)]])).toThrow(RangeError);
    expect(() => new PairedBootstrap([[a, a], [a]])).toThrow(RangeError);
  });

  test('keeps its promise under no difference: of many such comparisons about one in twenty has p < 0.05', () => {
    const trials = 300;
    let found = 0;
    for (let draw = 1; draw <= trials; draw++) if (finished([answers([0.7, 0.7], 60, 4, draw)], 199).compare(0, 1, [0]).p < 0.05) found++;
    // Resampling rows and seeds at once is cautious (Owen 2007), so fewer than 15 are likely, and more than 15 + 4·√14.25 = 30 are not.
    expect(found).toBeLessThanOrEqual(30);
  });
});

describe('“best”', () => {
  test('is nobody among equals', () => {
    const [one] = answers([0.7], 200, 5);
    expect(bestOf([[one, one, one], [one, one, one]] as PartCorrect[], 5)).toEqual([null, null, null]);
    expect(bestOf([answers([0.7, 0.7, 0.7], 200, 5, 2)], 5)).toEqual([null, null]);
  });

  test('is the method that is clearly better, in each column and on average', () => {
    expect(bestOf([answers([0.6, 0.6, 0.85], 200, 5, 1), answers([0.6, 0.6, 0.85], 200, 5, 2)], 5)).toEqual(['groupDro', 'groupDro', 'groupDro']);
  });

  test('is nobody where the leader is better than some and not than all', () => {
    expect(bestOf([answers([0.4, 0.8, 0.8], 200, 5, 3)], 5)).toEqual([null, null]);
  });

  test('is nobody on few rows or with few seeds, however clear it looks', () => {
    expect(bestOf([answers([0, 1], 29, 5)], 5)).toEqual([null, null]);
    expect(bestOf([answers([0, 1], 29, 5), answers([0, 1], 40, 5)], 5)).toEqual([null, 'ermMixup', 'ermMixup']);
    expect(bestOf([answers([0, 1], 40, 2)], 2)).toEqual([null, null]);
  });
});
