import { describe, expect, test } from 'vitest';
import { bestCheckpoint, bestLastCheckpoint, checkpointSteps, meanAccuracy, meanGrid } from '../../src/core/selection.ts';

const GRID = [
  [0.5, 0.7, 0.6],
  [0.4, 0.9, 0.65],
  [0.9, 0.2, 0.65],
];

describe('choosing a configuration', () => {
  test('by validation takes its best checkpoint, of equals the first configuration', () => {
    expect(bestCheckpoint(GRID)).toEqual({ configuration: 1, checkpoint: 1, accuracy: 0.9 });
  });

  test('by validation takes the earliest of equal checkpoints', () => {
    expect(bestCheckpoint([[0.5, 0.8, 0.8]])).toEqual({ configuration: 0, checkpoint: 1, accuracy: 0.8 });
  });

  test('by the oracle looks at the last checkpoint only', () => {
    expect(bestLastCheckpoint(GRID)).toEqual({ configuration: 1, checkpoint: 2, accuracy: 0.65 });
  });

  test('needs something to choose from', () => {
    expect(() => bestCheckpoint([])).toThrow(RangeError);
    expect(() => bestLastCheckpoint([])).toThrow(RangeError);
  });

  test('by leave-one-domain-out validation goes by the mean over the domains left out, checkpoint by checkpoint', () => {
    const grid = meanGrid([
      [[0.2, 1], [0.6, 0.6]],
      [[0.4, 0], [0.7, 0.5]],
    ]);
    const mean = [[0.3, 0.5], [0.65, 0.55]];
    grid.forEach((row, k) => row.forEach((value, c) => expect(value).toBeCloseTo(mean[k]?.[c] as number, 12)));
    expect(bestCheckpoint(grid)).toMatchObject({ configuration: 1, checkpoint: 0 });
  });
});

test('validation accuracy counts each domain alike, however many rows it has, and one without rows not at all', () => {
  const part = (correct: number, n: number) => ({ correct, n, lossMean: 0, lossVariance: 0 });
  expect(meanAccuracy([part(90, 100), part(1, 2), part(0, 0)])).toBeCloseTo(0.7, 12);
});

test.each([
  [300, 10, [30, 60, 90, 120, 150, 180, 210, 240, 270, 300]],
  [25, 10, [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]],
  [3, 10, [1, 2, 3]],
])('a training of %i steps is scored at equal distances, the last time at its end', (steps, count, expected) => {
  expect(checkpointSteps(steps, count)).toEqual(expected);
});
