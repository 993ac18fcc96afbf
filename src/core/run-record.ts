import { checkKnob, withKnob, type KnobName, type KnobValue, type KnobValues } from './knobs.ts';

/**
 * A run is a recording: training is a function of this record, the data it names, the build and the backend.
 * Replay, reload, marks on the curves and bug reports all come from it.
 */

export type HeadSpec = { readonly kind: 'linear' } | { readonly kind: 'hidden'; readonly width: number };
export const HIDDEN_WIDTHS = [16, 32, 64, 128, 256] as const;

/** From `step` on (before it is computed), `knob` has `value`. 'steps' is the run's length. */
export interface KnobChange {
  readonly step: number;
  readonly knob: KnobName | 'steps';
  readonly value: KnobValue;
}

export interface BackendSwitch {
  readonly step: number;
  readonly backend: string;
}

export interface RunRecord {
  readonly version: 1;
  readonly id: string;
  readonly datasetId: string;
  readonly encoderVersion: string;
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly seed: number;
  readonly initialKnobs: KnobValues;
  readonly initialSteps: number;
  /** Steps between two recorded evaluations. */
  readonly evaluateEvery: number;
  readonly log: readonly KnobChange[];
  readonly backends: readonly BackendSwitch[];
}

export const DEFAULT_STEPS = 600;
export const MAX_STEPS = 20_000;
export const EVALUATE_EVERY = 10;
export const MAX_SEED = 0xffffffff;

/** @throws RangeError when the head's width is not a positive integer of at most 1,024. */
export function checkHead(head: HeadSpec): void {
  if (head.kind === 'hidden' && !(Number.isInteger(head.width) && head.width >= 1 && head.width <= 1024)) {
    throw new RangeError(`The hidden layer must have 1 to 1,024 units, not ${head.width}.`);
  }
}

/** @throws RangeError when `steps` is not an integer from 1 to MAX_STEPS. */
export function checkSteps(steps: number): void {
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) {
    throw new RangeError(`Steps must be a whole number from 1 to ${MAX_STEPS.toLocaleString('en')}, not ${steps}.`);
  }
}

/** A run ends with a step, which is scored, so it cannot be cut short where it stands. */
function checkLength(steps: number, stepsDone: number, inForce: number): void {
  checkSteps(steps);
  if (steps <= stepsDone && steps !== inForce) throw new RangeError(`The run has already done ${stepsDone.toLocaleString('en')} steps: set Steps to more than that, or reset.`);
}

/** Knobs and length in force for the computation of `step` (0-based). Changes apply in log order. */
export function settingsAt(record: RunRecord, step: number): { knobs: KnobValues; totalSteps: number } {
  let knobs = record.initialKnobs;
  let totalSteps = record.initialSteps;
  for (const change of record.log) {
    if (change.step > step) break;
    if (change.knob === 'steps') totalSteps = change.value as number;
    else knobs = withKnob(knobs, change.knob, change.value);
  }
  return { knobs, totalSteps };
}

/**
 * Appends a change at `step`. Changes of one knob at one step replace each other, and a change back to the value in force drops out,
 * so that dragging a slider while paused leaves one entry. Before the first step, changes go into the initial values.
 * @throws RangeError on a value out of range or a step before the last change.
 */
export function withChange(record: RunRecord, change: KnobChange): RunRecord {
  if (change.knob === 'steps') checkLength(change.value as number, change.step, settingsAt(record, Infinity).totalSteps);
  else checkKnob(change.knob, change.value);
  const last = record.log.at(-1);
  if (last && change.step < last.step) throw new RangeError(`A change at step ${change.step} cannot follow one at step ${last.step}.`);
  if (change.step === 0) {
    return change.knob === 'steps'
      ? { ...record, initialSteps: change.value as number }
      : { ...record, initialKnobs: withKnob(record.initialKnobs, change.knob, change.value) };
  }
  const log = record.log.filter((entry) => !(entry.step === change.step && entry.knob === change.knob));
  const before = settingsAt({ ...record, log }, change.step);
  const inForce = change.knob === 'steps' ? before.totalSteps : before.knobs[change.knob];
  return { ...record, log: inForce === change.value ? log : [...log, change] };
}

/**
 * The record of a run that goes back to `step`: changes made after it act from `step` on, since that is what the user wants by now.
 * Backend switches after it are forgotten.
 */
export function rewound(record: RunRecord, step: number): RunRecord {
  const kept: RunRecord = { ...record, log: record.log.filter((change) => change.step <= step), backends: record.backends.filter((entry) => entry.step <= step) };
  return record.log.filter((change) => change.step > step).reduce((so, change) => withChange(so, { ...change, step }), kept);
}
