import type { TextKind } from '../../core/augment/kinds.ts';
import type { Checkpoint } from '../../core/checkpoint.ts';
import type { EffectiveKnobs } from '../../core/effective-knobs.ts';
import type { PartScore } from '../../core/metrics.ts';
import type { HeadSpec } from '../../core/run-record.ts';

/** What all members of a population train on. */
export interface PopulationData {
  /** Unit-norm embeddings [N, D]. */
  readonly features: Float32Array;
  /** D */
  readonly width: number;
  /** Class index of each row [N]; rows that no member uses may hold anything. */
  readonly classOf: Uint32Array;
  /** C, 2 to 200. */
  readonly classes: number;
  /** Group of each row [N], from 0, where GroupDRO is to go by groups; absent where it goes by training domains. */
  readonly groupOf?: Uint32Array;
  /**
   * Augmented texts that may stand for rows in training batches, at most one set of each kind and strength. Their embeddings are rows of
   * `features` like any; no member names those.
   */
  readonly variants?: readonly VariantSet[];
}

/** Variants of one kind and strength, in the order in which they are made. */
export interface VariantSet {
  readonly kind: TextKind;
  readonly strength: number;
  /** source[i]: the row that variant i was made of. */
  readonly source: Uint32Array;
  /** row[i]: the row of `features` that holds it, or NO_VARIANT where nothing in the text could be changed. */
  readonly row: Uint32Array;
}

export const NO_VARIANT = 0xffffffff;

/** One head of a population: what it does not share with the others, for the whole of its training. */
export interface MemberSpec {
  /** Lineage seed: with the step it keys all randomness, whatever the member's place in the population. */
  readonly seed: number;
  /** train[d] are the rows of its d-th training domain; none is empty. */
  readonly train: readonly Uint32Array[];
  /** Rows of each part that is scored, such as train sample, validation, watched. A part may be empty. */
  readonly parts: readonly Uint32Array[];
  /**
   * This member's own class of each row, where its labels are noisy; absent where they are the data's. Counts in training and in scores.
   * At most [N]; it may end before rows that the member does not name, such as those of variants.
   */
  readonly classOf?: Uint32Array;
}

/** What one member is to do next. */
export interface MemberWork {
  readonly member: number;
  /** Knobs of its next steps, in order; may be empty. */
  readonly steps: readonly EffectiveKnobs[];
  /** Whether its parts are scored after them. */
  readonly score: boolean;
}

/**
 * K heads of one shape that train together, each as if it were alone. Three engines stand behind it: our WebAssembly kernel on this
 * thread, the same spread over workers, and our WGSL kernels. Calls are taken one after another, in the order in which they are made.
 */
export interface Population {
  /** K */
  readonly count: number;
  /** Steps that a member has done, or has been told to do. */
  stepOf(member: number): number;
  /**
   * Trains and scores. Each member at most once in `work`; members that are not named rest.
   * @returns for each entry of `work` the scores of its parts, or null where none were asked for
   */
  advance(work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]>;
  /** Logits [n, C], flat, of n embeddings [n, D] in evaluation mode. */
  logits(member: number, embeddings: Float32Array): Promise<Float32Array>;
  /** Logits [n, C], flat, of rows of the data in evaluation mode. */
  rowLogits(member: number, rows: Uint32Array): Promise<Float32Array>;
  /** A copy of everything that a member needs to go on later, on any engine. */
  checkpoint(member: number): Promise<Checkpoint>;
  /** Takes a member to a checkpoint. @throws RangeError when it is one of another head. */
  restore(member: number, checkpoint: Checkpoint): Promise<void>;
  /** Lets go of memory and device; nothing else may be called after. */
  dispose(): void;
}

/** @throws RangeError on an impossible head, on no members, on rows or classes that the data lack, or when memory does not suffice. */
export type PopulationFactory = (data: PopulationData, head: HeadSpec, members: readonly MemberSpec[]) => Promise<Population>;
