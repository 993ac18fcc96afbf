import type { SeedCurve } from './bands.ts';
import type { RunRecord } from './run-record.ts';

/** A branch of a run as it stands. */
export interface StandingBranch {
  readonly record: RunRecord;
  /** One a seed. */
  readonly heads: readonly SeedCurve[];
  /** Of its checkpoints; null when it cannot be gone on with. */
  readonly step: number | null;
}

/** What a record says of a run's beginning, and so of everything that follows but for what is done later. */
const ORIGIN = [
  'id', 'datasetId', 'encoderVersion', 'featuresHash', 'heldOutDomain', 'head', 'seeds', 'seed', 'groupBy', 'shape', 'initialKnobs', 'initialSteps', 'evaluateEvery', 'fork',
] as const satisfies readonly (keyof RunRecord)[];

/**
 * Whether `later` is `earlier` gone on with: every branch of `earlier` is there with the same origin, its log, joins, backends and curves
 * only added to, and stands no further back. Putting `later` in the place of `earlier` then loses nothing.
 */
export function continues(later: readonly StandingBranch[], earlier: readonly StandingBranch[]): boolean {
  return earlier.every((branch) => later.some((other) => continuesBranch(other, branch)));
}

function continuesBranch(later: StandingBranch, earlier: StandingBranch): boolean {
  const [a, b] = [later.record, earlier.record];
  return (
    ORIGIN.every((field) => equal(a[field], b[field])) &&
    beginsWith(a.log, b.log) &&
    beginsWith(a.variantJoins, b.variantJoins) &&
    beginsWith(a.backends, b.backends) &&
    (later.step ?? -1) >= (earlier.step ?? -1) &&
    later.heads.length === earlier.heads.length &&
    later.heads.every((head, s) => beginsWithCurve(head.curve, earlier.heads[s]?.curve ?? new Float64Array()))
  );
}

function beginsWith(longer: readonly unknown[], shorter: readonly unknown[]): boolean {
  return shorter.length <= longer.length && shorter.every((entry, i) => equal(entry, longer[i]));
}

function beginsWithCurve(longer: Float64Array, shorter: Float64Array): boolean {
  return shorter.length <= longer.length && shorter.every((value, i) => Object.is(value, longer[i]));
}

/** Equality of plain data, whatever the order of names. */
function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]));
}
