import { count, counted } from '../format.ts';
import { settingsAt, type RunRecord } from '../run-record.ts';
import { joinedCounts } from './joins.ts';
import { TEXT_KIND_TABLE, textKnob, type TextKind, type VariantJoin } from './kinds.ts';
import type { VariantTask } from './tasks.ts';

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

/**
 * “Synonym replacement 0.1: 1,840 texts joined”.
 * @param unchanged how many of the count are no texts, since nothing could be changed there; null where that is not known, as in a run that was just opened
 */
export function joinedInWords({ kind, strength, count: joined }: Joined, unchanged: number | null): string {
  const name = `${TEXT_KIND_TABLE[kind].label} ${strength}`;
  if (unchanged === joined) return `${name}: nothing could be changed`;
  return `${name}: ${unchanged === null ? 'up to ' : ''}${counted(joined - (unchanged ?? 0), 'text')} joined`;
}

/** The same by the last step, with how many there will be. @param total null where that is not known */
export function gatheredInWords(joined: Joined, unchanged: number | null, total: number | null): string {
  const name = `${TEXT_KIND_TABLE[joined.kind].label} ${joined.strength}`;
  const by = `joined by step ${count(joined.lastStep)}`;
  if (unchanged === joined.count) return `${name}: nothing could be changed in ${counted(joined.count, 'attempt')}, so that no text joined.`;
  if (unchanged) return `${name}: ${count(joined.count - unchanged)} ${by}; in ${counted(unchanged, 'more attempt')} nothing could be changed.`;
  return `${name}: ${unchanged === null ? 'up to ' : ''}${count(joined.count)}${total === null ? '' : ` of ${count(total)}`} ${by}.`;
}

/** “656 augmented texts came after the last step: no batch has had them. …” @param isExact false where some of them may be no texts, since nothing could be changed there */
export function lateInWords(late: number, isExact: boolean): string {
  const [texts, had, they] = late === 1 ? ['1 augmented text', 'it', 'it is'] : [counted(late, 'augmented text'), 'them', 'they are'];
  return `${isExact ? '' : 'Up to '}${texts} came after the last step: no batch has had ${had}. Train on, or press Reset: ${they} kept, and at hand from the start then.`;
}

/** What of a data set that was just opened is not embedded before it is asked for. @param tasks at least one */
export function waitingInWords(tasks: readonly VariantTask[]): string {
  const kinds = [...new Set(tasks.map(({ kind }) => TEXT_KIND_TABLE[kind].label))].join(', ');
  return tasks.some(({ required }) => required !== null)
    ? `This run has trained on augmented texts (${kinds}). They are prepared when you train on, or ask for it here.`
    : `Augmented texts (${kinds}) of this data set wait: they are embedded when you press Train, or ask for it here.`;
}
