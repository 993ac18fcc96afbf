import { partDifference, reading, type Metric } from './bands.ts';
import type { Evaluation, Part } from './curve.ts';
import type { Estimate } from './statistics.ts';
import { axisValues, knobsAt, knobsOfSweep, type GridPlace, type SweepRequest } from './sweep-grid.ts';
import type { KnobValues } from './knobs.ts';

/** One cell: its heads' latest scores, one a seed that is done (or, before the first is, one a seed in training). */
export interface SweepCell extends GridPlace {
  readonly evaluations: readonly Evaluation[];
}

export interface SweepResult {
  readonly request: SweepRequest;
  /** Row by row, every place of the grid. All cells have the same seeds at the same step. */
  readonly cells: readonly SweepCell[];
  /** Ended before all heads were trained. */
  readonly cancelled: boolean;
  /** Times that this sweep has scored the watched half. */
  readonly looks: number;
}

/** What a map shows. `difference` is held-out minus validation. */
export const SWEEP_VIEWS = ['validation', 'heldOut', 'difference'] as const;
export type SweepView = (typeof SWEEP_VIEWS)[number];

export interface CellReading extends Estimate {
  readonly over: 'examples' | 'seeds';
}

/** What a cell shows; null where it was not trained, or the part has no rows. */
export function cellReading({ evaluations }: SweepCell, view: SweepView, metric: Metric): CellReading | null {
  const parts: readonly Part[] = view === 'difference' ? ['validation', 'heldOut'] : [view];
  if (evaluations.length === 0 || evaluations.some(({ scores }) => parts.some((part) => scores[part].n === 0))) return null;
  const over = evaluations.length === 1 ? 'examples' : 'seeds';
  const { value, low, high } = view === 'difference' ? partDifference(evaluations, 'heldOut', 'validation', metric) : reading(evaluations, view, metric);
  return { value, low, high, over };
}

/** Steps that the shown heads have done; 0 before the first scores. */
export function stepsShown({ cells }: SweepResult): number {
  return cells[0]?.evaluations[0]?.step ?? 0;
}

/** Seeds that each shown cell has. */
export function seedsShown({ cells }: SweepResult): number {
  return cells[0]?.evaluations.length ?? 0;
}

/** Both values of a cell. */
export function cellValues({ request }: SweepResult, { column, row }: GridPlace): { readonly x: number; readonly y: number } {
  return { x: axisValues(request.x)[column] as number, y: axisValues(request.y)[row] as number };
}

/** Settings with which a run repeats a cell. */
export function cellKnobs(result: SweepResult, place: GridPlace): KnobValues {
  const { x, y } = cellValues(result, place);
  return knobsAt(result.request, x, y);
}

/** The cell whose two knobs are as they are in `knobs`, with their switches on; null when there is none. */
export function cellWith(result: SweepResult, knobs: KnobValues): SweepCell | null {
  const own = knobsOfSweep(result.request);
  return result.cells.find((cell) => own.every((name) => cellKnobs(result, cell)[name] === knobs[name])) ?? null;
}

/** How strong a tint may get, in per cent: so that text keeps its contrast in both themes (tests/unit/sweep-colours.test.ts). */
export const STRONGEST_TINT = 45;

export interface TintScale {
  /** Value of the strongest tint, and of none. */
  readonly strong: number;
  readonly none: number;
}

/**
 * One scale for the validation and the held-out map together, so that equal tints mean equal numbers: the best value on either is the
 * strongest. Of differences, the one furthest from zero is. Null where there is nothing to show.
 */
export function tintScale({ cells }: SweepResult, view: SweepView, metric: Metric): TintScale | null {
  const views: readonly SweepView[] = view === 'difference' ? ['difference'] : ['validation', 'heldOut'];
  const values = cells.flatMap((cell) => views.flatMap((each) => cellReading(cell, each, metric)?.value ?? []));
  if (values.length === 0) return null;
  if (view === 'difference') return { strong: Math.max(...values.map(Math.abs)), none: 0 };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return metric === 'loss' ? { strong: low, none: high } : { strong: high, none: low };
}

/** Tint of a value in per cent, 0 … STRONGEST_TINT. Losses by their logarithm: one cell that diverges must not blanch all others. */
export function tintOf(value: number, { strong, none }: TintScale, view: SweepView, metric: Metric): number {
  const place = (x: number): number => (view === 'difference' ? Math.abs(x) : metric === 'loss' ? Math.log(Math.max(x, 1e-6)) : x);
  const range = Math.abs(place(strong) - place(none));
  return range === 0 ? 0 : Math.round((STRONGEST_TINT * Math.abs(place(value) - place(none))) / range);
}
