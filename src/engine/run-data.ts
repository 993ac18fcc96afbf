import type { PartSizes } from '../core/curve.ts';
import type { ShapedSplit } from '../core/shaped-split.ts';
import type { MemberSpec, PopulationData } from './population/population.ts';
import { scoredTrainRows } from './scored-rows.ts';

/** What the heads of a run train on: the same embeddings, a split for each seed. */
export interface RunData {
  readonly population: PopulationData;
  /** One a head, all of the same held-out domain. */
  readonly splits: readonly ShapedSplit[];
}

/** The heads as a population takes them. Parts: train (a sample of it), validation, watched. @param seeds one for each split */
export function memberSpecs({ population, splits }: RunData, seeds: readonly number[]): MemberSpec[] {
  return splits.map((split, i) => {
    const seed = seeds[i] as number;
    const { train, classOf } = split;
    return { seed, train, parts: [scoredTrainRows(split, seed), split.validation, split.watched], ...(classOf && { classOf: ofAllRows(classOf, population.classOf.length) }) };
  });
}

/** A member's classes with an entry for each row: those of augmented texts, which have no class of their own, are added. */
function ofAllRows(classOf: Uint32Array, rows: number): Uint32Array {
  if (classOf.length === rows) return classOf;
  const all = new Uint32Array(rows);
  all.set(classOf);
  return all;
}

/** Rows that each part of a member has. */
export function sizesOf({ parts }: MemberSpec): PartSizes {
  const [train, validation, heldOut] = parts as [Uint32Array, Uint32Array, Uint32Array];
  return { train: train.length, validation: validation.length, heldOut: heldOut.length };
}
