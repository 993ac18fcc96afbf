import { pow } from './exact-math.ts';
import { knobNumber } from './format.ts';
import { SLIDERS, withKnob, type KnobName, type KnobValues, type SliderName, type SwitchKnob } from './knobs.ts';
import { OBJECTIVE_TABLE } from './objectives.ts';
import { MAX_SEED, seedsOf, type GroupBy, type HeadSpec } from './run-record.ts';
import type { ShapeValues } from './shape.ts';

/** A sweep: every combination of a few values of two knobs, all else equal. */

/** One knob and the values that it takes. */
export interface SweepAxis {
  readonly knob: SliderName;
  /** First and last value, within the slider's range, in either order. */
  readonly from: number;
  readonly to: number;
  /** Values asked for, MIN_POSITIONS to MAX_POSITIONS. */
  readonly positions: number;
}

/** What all cells of a sweep share: the current run's settings when it was started. */
export interface SweepConditions {
  readonly datasetId: string;
  readonly datasetName: string;
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  /** The first seed; several seeds follow on it. */
  readonly seed: number;
  readonly groupBy: GroupBy;
  readonly shape: ShapeValues;
  readonly knobs: KnobValues;
  readonly steps: number;
}

export interface SweepRequest {
  readonly conditions: SweepConditions;
  /** Columns. */
  readonly x: SweepAxis;
  /** Rows. */
  readonly y: SweepAxis;
  /** Heads a cell, 1 to MAX_SWEEP_SEEDS. */
  readonly seeds: number;
}

export const MIN_POSITIONS = 3;
export const MAX_POSITIONS = 8;
export const MAX_SWEEP_SEEDS = 5;
/** Members of one population, at most. A grid has no more cells than that. */
export const MAX_MEMBERS = 64;

/** The switch without which a knob does nothing. */
const SWITCH_OF: Partial<Record<SliderName, SwitchKnob['name']>> = {
  dropoutRate: 'dropout',
  inputDropoutRate: 'inputDropout',
  l2Strength: 'l2',
  l1Strength: 'l1',
  weightDecayStrength: 'weightDecay',
  labelSmoothingAmount: 'labelSmoothing',
  noiseNorm: 'noise',
  mixupAlpha: 'mixup',
  interpolationAlpha: 'interpolation',
};

const OBJECTIVE_STRENGTHS: ReadonlySet<string | null> = new Set(Object.values(OBJECTIVE_TABLE).map(({ strength }) => strength));

/**
 * Knobs that a sweep can take: sliders with a whole range of values (each strength of text augmentation would need texts of its own), and of
 * the objectives' strengths only that of the objective in force.
 */
export function sweepableKnobs({ objective }: KnobValues): readonly SliderName[] {
  const names = (Object.keys(SLIDERS) as SliderName[]).filter((name) => !SLIDERS[name].only);
  return names.filter((name) => !OBJECTIVE_STRENGTHS.has(name) || name === OBJECTIVE_TABLE[objective].strength);
}

/** The whole range of a knob's slider. */
export function wholeAxis(knob: SliderName, positions: number): SweepAxis {
  const { min, max } = SLIDERS[knob];
  return { knob, from: min, to: max, positions };
}

/**
 * The values of an axis, in ascending order: equally spaced, in the logarithm where the slider is logarithmic, to two significant digits
 * (whole numbers where the knob is one), without duplicates. So what a label shows is the very value.
 */
export function axisValues({ knob, from, to, positions }: SweepAxis): readonly number[] {
  const { min, max, scale, integer } = SLIDERS[knob];
  const [low, high] = from <= to ? [from, to] : [to, from];
  const values = Array.from({ length: positions }, (_, i) => {
    const t = positions === 1 ? 0 : i / (positions - 1);
    const raw = scale === 'log' ? low * pow(high / low, t) : low + (high - low) * t;
    return Math.min(max, Math.max(min, integer ? Math.round(raw) : Number(raw.toPrecision(2))));
  });
  return [...new Set(values)];
}

/** Why these axes make no sweep, in words for the page; null when they do. */
export function sweepProblem({ conditions, x, y, seeds }: SweepRequest): string | null {
  if (x.knob === y.knob) return 'Choose two different knobs.';
  const sweepable = sweepableKnobs(conditions.knobs);
  for (const axis of [x, y]) {
    const { label, min, max, only } = SLIDERS[axis.knob];
    if (only) return `${label} cannot be swept: each value needs texts of its own.`;
    if (!sweepable.includes(axis.knob)) return `${label} does nothing with the objective ${OBJECTIVE_TABLE[conditions.knobs.objective].label}.`;
    if (![axis.from, axis.to].every((end) => end >= min && end <= max)) return `${label} goes from ${knobNumber(min)} to ${knobNumber(max)}.`;
    if (!within(axis.positions, MIN_POSITIONS, MAX_POSITIONS)) return `${label} can take ${MIN_POSITIONS} to ${MAX_POSITIONS} values.`;
    if (axisValues(axis).length < 2) return `${label} starts and ends at the same value: choose two different ones.`;
  }
  if (!within(seeds, 1, MAX_SWEEP_SEEDS)) return `A cell can have 1 to ${MAX_SWEEP_SEEDS} seeds.`;
  if (!within(conditions.seed, 0, MAX_SEED)) return `The seed must be a whole number from 0 to ${MAX_SEED.toLocaleString('en')}.`;
  return null;
}

function within(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** A place in the grid: column and row, from 0. */
export interface GridPlace {
  readonly column: number;
  readonly row: number;
}

/** All places, row by row. */
export function gridPlaces(columns: number, rows: number): readonly GridPlace[] {
  return Array.from({ length: columns * rows }, (_, i) => ({ column: i % columns, row: Math.floor(i / columns) }));
}

/** The knobs of a cell: the conditions', with the two knobs at their values and their switches on. @throws RangeError on a value out of range */
export function knobsAt({ conditions, x, y }: SweepRequest, xValue: number, yValue: number): KnobValues {
  return withSwept(withSwept(conditions.knobs, x.knob, xValue), y.knob, yValue);
}

function withSwept(knobs: KnobValues, name: SliderName, value: number): KnobValues {
  const changed = withKnob(knobs, name, value);
  const needed = SWITCH_OF[name];
  return needed ? withKnob(changed, needed, true) : changed;
}

/** Knobs that differ from cell to cell, or are set by all cells alike: the two swept ones and their switches. */
export function knobsOfSweep({ x, y }: Pick<SweepRequest, 'x' | 'y'>): readonly KnobName[] {
  return [x.knob, y.knob].flatMap((name) => [name, ...(SWITCH_OF[name] ? [SWITCH_OF[name]] : [])]);
}

/** Seeds of a cell's heads. */
export function sweepSeeds({ conditions: { seed }, seeds }: SweepRequest): readonly number[] {
  return seedsOf({ seed, seeds });
}

/**
 * Seeds in waves of at most MAX_MEMBERS heads, each wave with the whole grid, so that at any time all cells have had the same seeds.
 * @param cells 1 … MAX_MEMBERS
 */
export function seedWaves(seeds: readonly number[], cells: number): readonly (readonly number[])[] {
  const together = Math.max(1, Math.floor(MAX_MEMBERS / cells));
  return Array.from({ length: Math.ceil(seeds.length / together) }, (_, wave) => seeds.slice(wave * together, (wave + 1) * together));
}
