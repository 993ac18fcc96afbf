import uPlot from 'uplot';
import { PARTS, type Part } from '../../core/curve.ts';
import { PART_NAMES } from '../../core/gaps.ts';
import { PART_STYLES } from './part-style.ts';

export interface Mark {
  readonly step: number;
  /** Number in the list of changes beside the chart. */
  readonly label: string;
}

export interface ChartOptions {
  readonly metric: 'loss' | 'accuracy';
  readonly widthPx: number;
  readonly heightPx: number;
  /** Value of a colour token. */
  colour(token: string): string;
  /** The x axis runs from 0 to this. */
  totalSteps(): number;
  marks(): readonly Mark[];
  onHover(index: number | null): void;
}

const PREVIOUS_ALPHA = 0.4;

/**
 * uPlot options for one metric. Data: steps, then train, validation, held-out, then the same three of the previous run.
 * Between neighbouring curves the gap is shaded, whichever is on top.
 */
export function chartOptions({ metric, widthPx, heightPx, colour, totalSteps, marks, onHover }: ChartOptions): uPlot.Options {
  const ink = colour('--ink-soft');
  const font = `12px ${colour('--font')}`;
  const axis = { stroke: ink, font, grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false } };
  const line = (part: Part, previous: boolean): uPlot.Series => {
    const { colour: token, dash, widthPx: width } = PART_STYLES[part];
    return {
      label: previous ? `${PART_NAMES[part]} (previous run)` : PART_NAMES[part],
      stroke: colour(token),
      dash: [...dash],
      width: previous ? 1 : width,
      alpha: previous ? PREVIOUS_ALPHA : 1,
      spanGaps: true,
      points: { show: false },
    };
  };
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
    series: [{ label: 'Step' }, ...PARTS.map((part) => line(part, false)), ...PARTS.map((part) => line(part, true))],
    hooks: {
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      drawAxes: [
        (plot) => {
          fillBetween(plot, 1, 2, colour('--gap-memorizing'));
          fillBetween(plot, 2, 3, colour('--gap-domain'));
        },
      ],
      draw: [(plot) => drawMarks(plot, marks(), colour('--ink'), font)],
    },
  };
}

/** Shades the area between two series, whichever is on top (uPlot's own bands take one of them to be the upper). */
function fillBetween(plot: uPlot, first: number, second: number, fill: string): void {
  const { ctx, data } = plot;
  const points = [...data[0].keys()].filter((i) => typeof data[first]?.[i] === 'number' && typeof data[second]?.[i] === 'number');
  const draw = (series: number, i: number): void => ctx.lineTo(plot.valToPos(data[0][i] as number, 'x', true), plot.valToPos(data[series]?.[i] as number, 'y', true));
  ctx.save();
  ctx.fillStyle = fill;
  ctx.beginPath();
  for (const i of points) draw(first, i);
  for (const i of points.toReversed()) draw(second, i);
  ctx.fill();
  ctx.restore();
}

/** A vertical rule and a number at each step where a knob changed. */
function drawMarks(plot: uPlot, marks: readonly Mark[], ink: string, font: string): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink;
  ctx.lineWidth = scale;
  ctx.font = font.replace('12px', `600 ${11 * scale}px`);
  ctx.textAlign = 'center';
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.step, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(mark.label, x, bbox.top - 4 * scale);
  }
  ctx.restore();
}
