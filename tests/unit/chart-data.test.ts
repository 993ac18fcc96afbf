import { expect, test } from 'vitest';
import type { SeedCurve } from '../../src/core/bands.ts';
import { chartColumns, chartData, type ChartRun } from '../../src/ui/curves/chart-data.ts';

const UNSCORED: SeedCurve = { curve: new Float64Array(0), sizes: { train: 2, validation: 2, heldOut: 2 } };

function run(kind: ChartRun['kind'], letter: string, seeds: number): ChartRun {
  return { kind, letter, heads: new Array<SeedCurve>(seeds).fill(UNSCORED) };
}

test('a chart made before there is a run serves for the first one, of one seed', () => {
  expect(chartColumns([])).toEqual(chartColumns([run('selected', '', 1)]));
  expect(chartData([], 'loss')).toEqual([[], [], [], []]);
});

test('a run that is drawn behind it, a branch, and a second seed need columns of their own', () => {
  const alone = chartColumns([run('selected', '', 1)]).length;
  expect(chartColumns([run('selected', '', 1), run('previous', '', 1)])).toHaveLength(2 * alone);
  expect(chartColumns([run('selected', 'A', 1), run('branch', 'B', 3)])).toHaveLength(2 * alone);
  expect(chartColumns([run('selected', '', 2)])).toHaveLength(3 * alone);
});
