import { counted } from '../format.ts';
import { settingsAt, type RunRecord } from '../run-record.ts';
import { joinedCounts } from './joins.ts';
import { TEXT_KIND_TABLE, textKnob, type TextKind } from './kinds.ts';

/** What a branch has got of one kind of augmented texts. */
export interface Joined {
  readonly kind: TextKind;
  readonly strength: number;
  readonly count: number;
  /** Steps at which the first and the last of them joined. */
  readonly firstStep: number;
  readonly lastStep: number;
}

/** What of its joins has had, or can have, an effect on a branch: kinds that are or were switched on at that strength, in the order in which they joined. */
export function joinedOf(record: RunRecord): readonly Joined[] {
  const settings = [record.initialKnobs, ...record.log.map(({ step }) => settingsAt(record, step).knobs)];
  return joinedCounts(record.variantJoins)
    .filter(({ kind, strength }) => settings.some((knobs) => knobs[textKnob(kind)] && knobs.textStrength === strength))
    .map(({ kind, strength, count }) => {
      const steps = record.variantJoins.filter((join) => join.kind === kind && join.strength === strength).map(({ step }) => step);
      return { kind, strength, count, firstStep: Math.min(...steps), lastStep: Math.max(...steps) };
    });
}

/** “Synonym replacement 0.1: 1,840 texts joined”. */
export function joinedInWords({ kind, strength, count }: Joined): string {
  return `${TEXT_KIND_TABLE[kind].label} ${strength}: ${counted(count, 'text')} joined`;
}
