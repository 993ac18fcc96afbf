import type { VariantJoin } from './augment/kinds.ts';
import { DEFAULT_KNOBS, checkKnob, withKnob, type KnobName, type KnobValue, type KnobValues } from './knobs.ts';
import { upgradedChange, upgradedKnobs, type OldKnobChange, type OldKnobValues } from './old-knobs.ts';
import { DEFAULT_SHAPE, type ShapeValues } from './shape.ts';

/**
 * A run is a recording: training is a function of this record, the data it names, the build and the backend.
 * Replay, reload, marks on the curves and bug reports all come from it.
 */

export type HeadSpec =
  | { readonly kind: 'linear' }
  | { readonly kind: 'hidden'; readonly width: number }
  /** Two hidden layers of one width. */
  | { readonly kind: 'two-hidden'; readonly width: number };
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

/** Where a branch left another one: up to `step` both are one run. */
export interface ForkPoint {
  /** The record that it left. */
  readonly from: string;
  readonly step: number;
}

/**
 * One run, or one branch of a run that was forked. A branch's record holds the whole of its training, so that it replays by itself;
 * `fork` only tells whose company it was trained in.
 */
export interface RunRecord {
  readonly version: 3;
  readonly id: string;
  readonly datasetId: string;
  readonly encoderVersion: string;
  /** Hash of the embedding matrix; '' where an older page did not note it. */
  readonly featuresHash: string;
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  /** Heads trained side by side: their seeds are seed, seed + 1, … (modulo 2³²). Each decides its own split into train and validation. */
  readonly seeds: number;
  readonly seed: number;
  /** What GroupDRO's groups are: the training domains, or the data's `group` column. */
  readonly groupBy: GroupBy;
  /** What was made of the data before training. */
  readonly shape: ShapeValues;
  readonly initialKnobs: KnobValues;
  readonly initialSteps: number;
  /** Steps between two recorded evaluations. */
  readonly evaluateEvery: number;
  readonly log: readonly KnobChange[];
  /** When augmented texts, which are embedded while training goes on, joined the batches. */
  readonly variantJoins: readonly VariantJoin[];
  readonly backends: readonly BackendSwitch[];
  readonly fork: ForkPoint | null;
}

export type GroupBy = 'domain' | 'group';

/** A record of the second version: no shape, no augmented texts, fewer and other knobs. */
export type RunRecordV2 = Omit<RunRecord, 'version' | 'shape' | 'variantJoins' | 'initialKnobs' | 'log'> & {
  readonly version: 2;
  readonly initialKnobs: OldKnobValues;
  readonly log: readonly OldKnobChange[];
};

/** A record as the first version of the page wrote it: one head, fewer knobs. */
export type RunRecordV1 = Omit<RunRecordV2, 'version' | 'featuresHash' | 'seeds' | 'groupBy' | 'fork'> & { readonly version: 1 };

/** Any stored record as one of today's, which trains as it did, to the bit. Knobs that did not exist then are at their defaults, which are off. */
export function upgradeRecord(record: RunRecord | RunRecordV2 | RunRecordV1): RunRecord {
  if (record.version === 3) return record;
  const second: RunRecordV2 = record.version === 2 ? record : { ...record, version: 2, featuresHash: '', seeds: 1, groupBy: 'domain', fork: null };
  const initialKnobs = { ...DEFAULT_KNOBS, ...upgradedKnobs(second.initialKnobs) };
  return { ...second, version: 3, shape: DEFAULT_SHAPE, variantJoins: [], initialKnobs, log: second.log.flatMap(upgradedChange) };
}

/** The seeds of a run's heads. */
export function seedsOf({ seed, seeds }: Pick<RunRecord, 'seed' | 'seeds'>): readonly number[] {
  return Array.from({ length: seeds }, (_, i) => (seed + i) >>> 0);
}

export const DEFAULT_STEPS = 600;
export const MAX_STEPS = 20_000;
export const EVALUATE_EVERY = 10;
export const MAX_SEED = 0xffffffff;
/** Heads of one run, at most. */
export const MAX_SEEDS = 16;
/** Branches of one run, at most. */
export const MAX_BRANCHES = 4;
/** More branches of runs, over all data sets, are not kept in a browser: the oldest go. */
export const MAX_RUNS = 50;

/** @throws RangeError when the head's width is not a positive integer of at most 1,024. */
export function checkHead(head: HeadSpec): void {
  if (head.kind !== 'linear' && !(Number.isInteger(head.width) && head.width >= 1 && head.width <= 1024)) {
    throw new RangeError(`A hidden layer must have 1 to 1,024 units, not ${head.width}.`);
  }
}

/** @throws RangeError when `seeds` is not an integer from 1 to MAX_SEEDS. */
export function checkSeeds(seeds: number): void {
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MAX_SEEDS) throw new RangeError(`Seeds must be a whole number from 1 to ${MAX_SEEDS}, not ${seeds}.`);
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
 * Backend switches and joins of augmented texts after it are forgotten.
 */
export function rewound(record: RunRecord, step: number): RunRecord {
  const kept: RunRecord = {
    ...record,
    log: record.log.filter((change) => change.step <= step),
    variantJoins: record.variantJoins.filter((join) => join.step <= step),
    backends: record.backends.filter((entry) => entry.step <= step),
  };
  return record.log.filter((change) => change.step > step).reduce((so, change) => withChange(so, { ...change, step }), kept);
}

/**
 * A branch that leaves `record` at `step`: the same training up to there, under an id of its own, free to change after.
 * @throws RangeError when `step` is not reached by what the record has logged
 */
export function forked(record: RunRecord, step: number, id: string): RunRecord {
  const last = record.log.at(-1);
  if (last && last.step > step) throw new RangeError(`The run has changes after step ${step}, so it cannot be forked there.`);
  return { ...record, id, fork: { from: record.id, step } };
}
