import type uPlot from 'uplot';

export interface Mark {
  readonly step: number;
  /** Number in the list of changes beside the chart. */
  readonly label: string;
}

/** Shades the area between two series, whichever is on top (uPlot's own bands take one of them to be the upper). */
export function fillBetween(plot: uPlot, first: number, second: number, fill: string): void {
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
export function drawMarks(plot: uPlot, marks: readonly Mark[], ink: string, font: string): void {
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

/** A branch's letter at the end of its held-out line, clear of the letters before it. */
export function drawLetters(plot: uPlot, ends: readonly { readonly series: number; readonly letter: string }[], ink: string, font: string): void {
  const { ctx, data } = plot;
  const scale = devicePixelRatio || 1;
  const height = 12 * scale;
  const taken: number[] = [];
  ctx.save();
  ctx.fillStyle = ink;
  ctx.font = font.replace('12px', `700 ${12 * scale}px`);
  ctx.textBaseline = 'middle';
  for (const { series, letter } of ends) {
    const values = data[series] ?? [];
    let last = values.length - 1;
    while (last >= 0 && typeof values[last] !== 'number') last--;
    if (last < 0) continue;
    let y = plot.valToPos(values[last] as number, 'y', true);
    while (taken.some((other) => Math.abs(other - y) < height)) y -= height;
    taken.push(y);
    ctx.fillText(letter, plot.valToPos(data[0][last] as number, 'x', true) + 5 * scale, y);
  }
  ctx.restore();
}
