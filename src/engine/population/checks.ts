import { checkHead, type HeadSpec } from '../../core/run-record.ts';
import { NO_VARIANT, type MemberSpec, type MemberWork, type PopulationData, type VariantSet } from './population.ts';
import type { MemberProgress } from './step-plan.ts';

const MAX_CLASSES = 200;

/** @throws RangeError as PopulationFactory says, but for memory: an engine would else read beyond the data. */
export function checkPopulation(data: PopulationData, head: HeadSpec, members: readonly MemberSpec[]): void {
  const { features, width, classOf, classes, groupOf, variants = [] } = data;
  checkHead(head);
  if (!(width >= 1) || features.length !== classOf.length * width) {
    throw new RangeError(`${features.length} values are not ${classOf.length} embeddings of width ${width}.`);
  }
  if (!(classes >= 2 && classes <= MAX_CLASSES)) throw new RangeError(`A head needs 2 to ${MAX_CLASSES} classes, not ${classes}.`);
  if (groupOf && groupOf.length !== classOf.length) throw new RangeError(`${groupOf.length} groups are not one for each of ${classOf.length} rows.`);
  for (const [i, set] of variants.entries()) {
    checkVariants(set, classOf.length);
    if (variants.slice(0, i).some(({ kind, strength }) => kind === set.kind && strength === set.strength)) throw new RangeError(`Texts changed by ${set.kind} at strength ${set.strength} are there twice.`);
  }
  if (members.length === 0) throw new RangeError('A population needs at least one member.');
  for (const { train, parts, classOf: own = classOf } of members) {
    if (own.length > classOf.length) throw new RangeError(`A member has classes for ${own.length} rows, and there are ${classOf.length}.`);
    if (train.length === 0 || train.some((domain) => domain.length === 0)) throw new RangeError('A training domain has no rows.');
    for (const rows of [...train, ...parts]) checkRows(rows, own, classes);
  }
}

/** @throws RangeError when a row, or its class, does not exist. */
function checkRows(rows: Uint32Array, classOf: Uint32Array, classes: number): void {
  for (const row of rows) {
    const rowClass = classOf[row];
    if (rowClass === undefined) throw new RangeError(`A member names row ${row}, and there are classes for ${classOf.length}.`);
    if (rowClass >= classes) throw new RangeError(`Row ${row} has class ${rowClass}, and there are ${classes}.`);
  }
}

/** @throws RangeError when a variant, or what it was made of, is not among the rows. */
function checkVariants({ kind, source, row }: VariantSet, rows: number): void {
  if (source.length !== row.length) throw new RangeError(`${source.length} sources are not one for each of ${row.length} texts changed by ${kind}.`);
  source.forEach((from, i) => {
    const own = row[i] as number;
    if (from >= rows || (own >= rows && own !== NO_VARIANT)) throw new RangeError(`A text changed by ${kind} names row ${from < rows ? own : from}, and there are ${rows}.`);
  });
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
