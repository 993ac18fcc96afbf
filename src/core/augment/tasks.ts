import type { KnobValues } from '../knobs.ts';
import { joinedCounts } from './joins.ts';
import { TEXT_KINDS, textKnob, type TextKind, type VariantJoin } from './kinds.ts';

/** Augmented texts of one kind and strength that a run is to get. */
export interface VariantTask {
  readonly kind: TextKind;
  readonly strength: number;
  /** The first so many, without which the run cannot go on, since a record says that they have joined; null for all that there are. */
  readonly required: number | null;
}

/**
 * What the branches of a run are to get, in order: first what their records name, then whatever kinds are switched on in any of them, at
 * the strengths in force.
 */
export function variantTasks(branches: readonly { readonly variantJoins: readonly VariantJoin[]; readonly knobs: KnobValues }[]): readonly VariantTask[] {
  const required = joinedCounts(branches.flatMap(({ variantJoins }) => variantJoins)).map(({ kind, strength, count }) => ({ kind, strength, required: count }));
  const wanted = branches.flatMap(({ knobs }) => TEXT_KINDS.filter((kind) => knobs[textKnob(kind)]).map((kind) => ({ kind, strength: knobs.textStrength, required: null })));
  return [...required, ...wanted.filter((task, i) => wanted.findIndex((other) => isSame(other, task)) === i)];
}

/** Whether both are about one kind and strength. */
export function isSame(one: Pick<VariantTask, 'kind' | 'strength'>, other: Pick<VariantTask, 'kind' | 'strength'>): boolean {
  return one.kind === other.kind && one.strength === other.strength;
}
