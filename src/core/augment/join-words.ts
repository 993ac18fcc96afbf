import { counted } from '../format.ts';
import { settingsAt, type RunRecord } from '../run-record.ts';
import { joinedCounts } from './joins.ts';
import { TEXT_KIND_TABLE, textKnob, type TextKind, type VariantJoin } from './kinds.ts';

/** What a branch has got of one kind of augmented texts. */
export interface Joined {
  readonly kind: TextKind;
  readonly strength: number;
  readonly count: number;
  /** Steps at which the first and the last of them joined. */
  readonly firstStep: number;
  readonly lastStep: number;
}

/**
 * What of its joins has had, or can have, an effect on a branch: kinds that are or were switched on at that strength, in the order in which they
 * joined. Texts that came when the last step was done are none of them: see `lateOf`.
 */
export function joinedOf(record: RunRecord): readonly Joined[] {
  const { totalSteps } = settingsAt(record, Infinity);
  const joins = usedJoins(record).filter(({ step }) => step < totalSteps);
  return joinedCounts(joins).map(({ kind, strength, count }) => {
    const steps = joins.filter((join) => join.kind === kind && join.strength === strength).map(({ step }) => step);
    return { kind, strength, count, firstStep: Math.min(...steps), lastStep: Math.max(...steps) };
  });
}

/** How many texts, of kinds that are or were switched on, came when the branch's last step was done: no batch has had them. */
export function lateOf(record: RunRecord): number {
  const all = joinedCounts(usedJoins(record)).reduce((sum, { count }) => sum + count, 0);
  return all - joinedOf(record).reduce((sum, { count }) => sum + count, 0);
}

/** Joins of kinds that are or were switched on at that strength. */
function usedJoins(record: RunRecord): readonly VariantJoin[] {
  const settings = [record.initialKnobs, ...record.log.map(({ step }) => settingsAt(record, step).knobs)];
  return record.variantJoins.filter(({ kind, strength }) => settings.some((knobs) => knobs[textKnob(kind)] && knobs.textStrength === strength));
}

/** “Synonym replacement 0.1: 1,840 texts joined”. */
export function joinedInWords({ kind, strength, count }: Joined): string {
  return `${TEXT_KIND_TABLE[kind].label} ${strength}: ${counted(count, 'text')} joined`;
}

/** “656 augmented texts came after the last step: no batch has had them. …” */
export function lateInWords(late: number): string {
  const [texts, had, they] = late === 1 ? ['1 augmented text', 'it', 'it is'] : [counted(late, 'augmented text'), 'them', 'they are'];
  return `${texts} came after the last step: no batch has had ${had}. Train on, or press Reset: ${they} kept, and at hand from the start then.`;
}
