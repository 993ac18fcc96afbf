import { checkHead, type HeadSpec } from '../../core/run-record.ts';
import type { MemberSpec, MemberWork, PopulationData } from './population.ts';
import type { MemberProgress } from './step-plan.ts';

const MAX_CLASSES = 200;

/** @throws RangeError as PopulationFactory says, but for memory: an engine would else read beyond the data. */
export function checkPopulation(data: PopulationData, head: HeadSpec, members: readonly MemberSpec[]): void {
  const { features, width, classOf, classes, groupOf } = data;
  checkHead(head);
  if (!(width >= 1) || features.length !== classOf.length * width) {
    throw new RangeError(`${features.length} values are not ${classOf.length} embeddings of width ${width}.`);
  }
  if (!(classes >= 2 && classes <= MAX_CLASSES)) throw new RangeError(`A head needs 2 to ${MAX_CLASSES} classes, not ${classes}.`);
  if (groupOf && groupOf.length !== classOf.length) throw new RangeError(`${groupOf.length} groups are not one for each of ${classOf.length} rows.`);
  if (members.length === 0) throw new RangeError('A population needs at least one member.');
  for (const { train, parts } of members) {
    if (train.length === 0 || train.some((domain) => domain.length === 0)) throw new RangeError('A training domain has no rows.');
    for (const rows of [...train, ...parts]) checkRows(data, rows);
  }
}

/** @throws RangeError when a row, or its class, does not exist. */
function checkRows({ classOf, classes }: PopulationData, rows: Uint32Array): void {
  for (const row of rows) {
    const rowClass = classOf[row];
    if (rowClass === undefined) throw new RangeError(`A member names row ${row}, and there are ${classOf.length}.`);
    if (rowClass >= classes) throw new RangeError(`Row ${row} has class ${rowClass}, and there are ${classes}.`);
  }
}

/** The member's entry. @throws RangeError when there is none. */
export function memberAt<T>(members: readonly T[], index: number): T {
  const member = members[index];
  if (member === undefined) throw new RangeError(`There is no member ${index} among ${members.length}.`);
  return member;
}

/** To be called before anything is changed. @throws RangeError when a member is named twice or not there, or cannot train so. */
export function checkWork(work: readonly MemberWork[], members: readonly MemberProgress[]): void {
  const named = new Set<number>();
  for (const { member, steps } of work) {
    const progress = memberAt(members, member);
    if (named.has(member)) throw new RangeError(`Member ${member} is named twice.`);
    named.add(member);
    for (const knobs of steps) progress.check(knobs);
  }
}
