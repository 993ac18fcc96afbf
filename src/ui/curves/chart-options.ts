import uPlot from 'uplot';
import { PARTS } from '../../core/curve.ts';
import { PART_NAMES } from '../../core/gaps.ts';
import type { ChartColumn } from './chart-data.ts';
import { drawLetters, drawMarks, fillBetween, type Mark } from './chart-drawing.ts';
import { PART_STYLES } from './part-style.ts';

export interface ChartOptions {
  readonly metric: 'loss' | 'accuracy';
  readonly columns: readonly ChartColumn[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** Value of a colour token. */
  colour(token: string): string;
  /** The x axis runs from 0 to this. */
  totalSteps(): number;
  marks(): readonly Mark[];
  onHover(index: number | null): void;
}

const ALPHA = { selected: 1, branch: 0.75, previous: 0.4 } as const;

/**
 * uPlot options for one metric. Data: steps, then `columns`. Of one head the gaps between neighbouring curves are shaded, of several
 * the band about each mean.
 */
export function chartOptions({ metric, columns, widthPx, heightPx, colour, totalSteps, marks, onHover }: ChartOptions): uPlot.Options {
  const ink = colour('--ink-soft');
  const font = `12px ${colour('--font')}`;
  const axis = { stroke: ink, font, grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false } };
  const series = columns.map(({ kind, part, value, letter }): uPlot.Series => {
    const { colour: token, dash, widthPx: width } = PART_STYLES[part];
    const edge = value !== 'mean';
    return {
      label: [PART_NAMES[part], kind === 'previous' ? 'previous run' : letter, edge ? value : ''].filter(Boolean).join(' '),
      stroke: edge ? 'transparent' : colour(token),
      dash: [...dash],
      width: edge ? 0 : kind === 'selected' ? width : 1,
      alpha: ALPHA[kind],
      spanGaps: true,
      points: { show: false },
    };
  });
  const place = (part: ChartColumn['part'], value: ChartColumn['value']): number => 1 + columns.findIndex((column) => column.kind === 'selected' && column.part === part && column.value === value);
  const banded = columns.some(({ value }) => value === 'low');
  return {
    width: widthPx,
    height: heightPx,
    padding: [16, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, totalSteps())] },
      y: { range: (_, min, max) => (metric === 'loss' ? [0, Math.max(0.1, (max ?? 1) * 1.05)] : [Math.max(0, Math.floor((min ?? 0) * 20 - 0.2) / 20), 1]) },
    },
    axes: [
      { ...axis, size: 32 },
      { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => (metric === 'loss' ? tick.toFixed(2) : `${Math.round(100 * tick)} %`)) },
    ],
    series: [{ label: 'Step' }, ...series],
    hooks: {
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      drawAxes: [
        (plot) => {
          if (banded) for (const part of PARTS) fillBetween(plot, place(part, 'low'), place(part, 'high'), colour(PART_STYLES[part].band));
          else if (columns.length > 0) {
            fillBetween(plot, place('train', 'mean'), place('validation', 'mean'), colour('--gap-memorizing'));
            fillBetween(plot, place('validation', 'mean'), place('heldOut', 'mean'), colour('--gap-domain'));
          }
        },
      ],
      draw: [
        (plot) => {
          drawMarks(plot, marks(), colour('--ink'), font);
          const ends = columns.flatMap((column, i) => (column.part === 'heldOut' && column.value === 'mean' && column.letter ? [{ series: i + 1, letter: column.letter }] : []));
          drawLetters(plot, ends, colour('--held-out'), font);
        },
      ],
    },
  };
}
