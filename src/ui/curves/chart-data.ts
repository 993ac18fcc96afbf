import uPlot from 'uplot';
import { bandSeries, type Metric, type SeedCurve } from '../../core/bands.ts';
import { PARTS, type Part } from '../../core/curve.ts';

/** Points of a line, about: more than a chart has pixels for would only cost time. */
const MOST_POINTS = 500;

/** One branch, or the run before, as a chart draws it. */
export interface ChartRun {
  readonly kind: 'selected' | 'branch' | 'previous';
  /** Written at its lines' ends; '' when there is nothing to tell apart. */
  readonly letter: string;
  readonly heads: readonly SeedCurve[];
}

/** What a column of the data is. `low` and `high` edge the band of the selected branch's mean. */
export interface ChartColumn {
  readonly kind: ChartRun['kind'];
  readonly letter: string;
  readonly part: Part;
  readonly value: 'mean' | 'low' | 'high';
}

/** Before there is a run: a chart made for the first one is kept when that comes. */
const NO_RUN: readonly ChartRun[] = [{ kind: 'selected', letter: '', heads: [] }];

/** The columns after the steps, in their order. Structure only: it changes when branches come and go, not while they train. */
export function chartColumns(runs: readonly ChartRun[]): ChartColumn[] {
  return (runs.length > 0 ? runs : NO_RUN).flatMap(({ kind, letter, heads }) => {
    const means = PARTS.map((part) => ({ kind, letter, part, value: 'mean' }) as const);
    const edges = kind === 'selected' && heads.length > 1 ? PARTS.flatMap((part) => [{ kind, letter, part, value: 'low' } as const, { kind, letter, part, value: 'high' } as const]) : [];
    return [...means, ...edges];
  });
}

/** Steps of all runs, and the columns that `chartColumns` names; a run has gaps at steps where only others were scored. */
export function chartData(runs: readonly ChartRun[], metric: Metric): uPlot.AlignedData {
  const tables = runs.map((run) => {
    const { steps, bands } = bandSeries(run.heads, metric, MOST_POINTS);
    return [steps, ...chartColumns([run]).map(({ part, value }) => bands[part][value])] as unknown as uPlot.AlignedData;
  });
  return tables.length > 0 ? uPlot.join(tables) : [[], ...chartColumns(runs).map(() => [])];
}
