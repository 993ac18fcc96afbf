import type { TextKind, VariantJoin } from './kinds.ts';

/** The first `count` variants of a kind and strength. */
export type VariantCount = Omit<VariantJoin, 'step'>;

/** Texts that must have gathered, beyond those that can be drawn, for a join in between: each join makes the population anew. */
export const LEAST_JOINED = 128;
/** Joins of one kind and strength, roughly, at most. */
const JOINS = 5;

/**
 * Whether gathered variants of one kind and strength should join now: the first ones at once, so that something is seen, the last ones
 * at once, and those between when there are LEAST_JOINED of them and a fifth of the whole.
 * @param joined how many can be drawn already. @param gathered how many are embedded. @param total how many there will be
 */
export function joinIsDue(joined: number, gathered: number, total: number): boolean {
  if (gathered <= joined) return false;
  return joined === 0 || gathered === total || gathered - joined >= Math.max(LEAST_JOINED, total / JOINS);
}

/** How many variants of a kind and strength have joined, at whatever step. */
export function joinedCount(joins: readonly VariantJoin[], kind: TextKind, strength: number): number {
  return joins.reduce((most, join) => (join.kind === kind && join.strength === strength ? Math.max(most, join.count) : most), 0);
}

/** What must be at hand for these joins to be played, one entry a kind and strength, in the order in which they joined first. */
export function joinedCounts(joins: readonly VariantJoin[]): readonly VariantCount[] {
  const first = joins.filter(({ kind, strength }, i) => joins.findIndex((join) => join.kind === kind && join.strength === strength) === i);
  return first.map(({ kind, strength }) => ({ kind, strength, count: joinedCount(joins, kind, strength) }));
}

/**
 * The joins, and at `step` all that is available beyond them. Joins of one kind and strength at one step are one.
 * @param step not before the last join's
 */
export function withJoins(joins: readonly VariantJoin[], step: number, available: readonly VariantCount[]): readonly VariantJoin[] {
  const added = available.filter(({ kind, strength, count }) => count > joinedCount(joins, kind, strength));
  if (added.length === 0) return joins;
  const isReplaced = (join: VariantJoin): boolean => join.step === step && added.some(({ kind, strength }) => kind === join.kind && strength === join.strength);
  return [...joins.filter((join) => !isReplaced(join)), ...added.map(({ kind, strength, count }) => ({ step, kind, strength, count }))];
}
