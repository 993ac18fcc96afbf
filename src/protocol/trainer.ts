import type { SeedCurve } from '../core/bands.ts';
import type { BranchDifference } from '../core/branch-difference.ts';
import type { Dataset } from '../core/examples.ts';
import type { KnobValues } from '../core/knobs.ts';
import type { PartScore } from '../core/metrics.ts';
import type { Refusal } from '../core/refusal.ts';
import type { GroupBy, HeadSpec, KnobChange, RunRecord } from '../core/run-record.ts';
import type { ShapeValues } from '../core/shape.ts';
import type { ShapeEffect } from '../core/shaped-split.ts';
import type { SliceBy, SlicedPart, SliceTable } from '../core/slices.ts';
import type { HeldoutErrorCode } from './errors.ts';
import type { PackedDataset } from './packed-dataset.ts';
import type { BackendChoice, BackendInfo } from './progress.ts';
import type { VariantPart } from './variants.ts';

/** The surface of the training worker. A run has one branch, or several after forks; `branch` is the id of a branch's record. */
export interface TrainerApi {
  /** Starts computing; to be called once, first. @throws HeldoutError 'no-backend' */
  start(choice: BackendChoice): Promise<BackendInfo>;
  /** The one listener for events. */
  listen(listener: (event: TrainerEvent) => void): Promise<void>;
  /** Replaces the data. `features` [N, 512] is handed over. Ends the current run, after saving it. */
  setData(dataset: Dataset, features: Float32Array): Promise<void>;
  /** A fresh, paused run on the current data. @throws HeldoutError 'bad-input' when the split or head is impossible */
  newRun(request: RunRequest): Promise<RunSnapshot>;
  /**
   * The saved run, paused at its last checkpoint; null when there is none, or it does not fit the current data. Where the embeddings are not
   * to the bit those that it was trained on, it is opened all the same, and the snapshot says so. Augmented texts that its records' joins
   * name must be handed over before it can train on: see `addVariants`.
   */
  openRun(runId: string): Promise<RunSnapshot | null>;
  /** Trains every unfinished branch until paused or finished. Resolves at once. @throws HeldoutError 'bad-input' while augmented texts of the records are missing */
  train(): Promise<void>;
  /** Resolves when training has stopped and the run is saved. */
  pause(): Promise<void>;
  /** Saves the run where it stands, between two steps, and counts that could not be saved before. Training goes on. @returns what storage does not take; null when all is saved */
  save(): Promise<Unsaved | null>;
  /** One step, then an evaluation report if one was due. @throws as `train` */
  stepOnce(): Promise<void>;
  /** Acts from the branch's next step on. @returns its record with the change. @throws HeldoutError 'bad-input' */
  change(branch: string, knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord>;
  /**
   * Takes augmented texts of a run, the next ones of their kind and strength. When enough have gathered they join the batches of every
   * branch at its next step, which its record tells, unless it tells of them already. Training goes on. What comes for a run that is
   * no longer the current one is let go. @throws HeldoutError 'bad-input' when some before them are missing, or memory does not suffice
   */
  addVariants(runId: string, part: VariantPart): Promise<void>;
  /** Splits the run where `branch` stands: the new branch, last in the snapshot, has seen the same batches. Training goes on. @throws HeldoutError 'bad-input' when there are enough branches */
  fork(branch: string): Promise<RunSnapshot>;
  renameBranch(branch: string, name: string): Promise<void>;
  /** Deletes a branch. @throws HeldoutError 'bad-input' when it is the only one */
  deleteBranch(branch: string): Promise<RunSnapshot>;
  /** Scores the sealed half by a finished branch, and counts it. @throws HeldoutError 'bad-input' when it is not finished, or nothing is sealed */
  reveal(branch: string): Promise<Reveal>;
  /**
   * Scores parts of the rows by the branch as it stands, between two steps; training that was going on goes on. To score the watched half
   * where it is not being evaluated anyway is a look at it, and counted, once for each branch and step.
   */
  slices(branch: string, part: SlicedPart): Promise<SliceScores>;
  /** Looks at and reveals of the current run's held-out domain by now: tables, sweeps and other tabs count too. Null before there is a run. */
  counts(): Promise<DomainCounts | null>;
  /** Forgets looks and reveals that storage has refused, once all that they would be added to is deleted. */
  forgetCounts(): Promise<void>;
  /** At most so many steps a second from now on, over all runs; Infinity, the default, for no limit. */
  setPace(stepsPerSecond: number): Promise<void>;
  /** Class probabilities of one embedding [512] by the branch's head as it is now, mean over its seeds; null before there is a run. */
  predict(branch: string, embedding: Float32Array): Promise<readonly number[] | null>;
}

/** TrainerApi as it is called from another thread: the data set goes packed. */
export interface TrainerWire extends Omit<TrainerApi, 'setData'> {
  setData(dataset: PackedDataset, features: Float32Array): Promise<void>;
}

export interface RunRequest {
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly seed: number;
  /** Heads trained side by side, 1 to MAX_SEEDS. */
  readonly seeds: number;
  readonly groupBy: GroupBy;
  readonly shape: ShapeValues;
  readonly knobs: KnobValues;
  readonly steps: number;
}

/** Sizes of a split, for the page. Those of the first seed; another seed's rows differ by one or two at most, its wrong labels by chance. */
export interface SplitSummary {
  readonly heldOutDomain: string;
  readonly hasDomains: boolean;
  readonly trainDomains: readonly { readonly name: string; readonly rows: number }[];
  readonly validation: number;
  readonly watched: number;
  readonly sealed: number;
  readonly labels: readonly string[];
  readonly sharedWithHeldOut: number;
  readonly unseenLabels: number;
  /** What the run's shape did: the numbers above count what is left. */
  readonly effect: ShapeEffect;
}

/** How often the watched half of a held-out domain has been scored, over all runs on this browser. */
export interface Looks {
  readonly evaluations: number;
  readonly runs: number;
}

/** What is counted of a held-out domain on this browser. */
export interface DomainCounts {
  readonly looks: Looks;
  /** Times that its sealed half has been revealed. */
  readonly reveals: number;
}

/** What of a run storage does not take, and why. */
export interface Unsaved extends Refusal {
  /** Whether steps or changes of the run are among it, and not only counts of looks and reveals. */
  readonly isRun: boolean;
}

export interface BranchSnapshot {
  readonly record: RunRecord;
  /** '' until the user names it. */
  readonly name: string;
  readonly step: number;
  /** One a seed. */
  readonly heads: readonly SeedCurve[];
}

export interface RunSnapshot extends DomainCounts {
  /** Names the run for `openRun`. */
  readonly runId: string;
  readonly branches: readonly BranchSnapshot[];
  readonly split: SplitSummary;
  /** Whether it has just been opened on embeddings that are not to the bit those that it was trained on: see `core/inexact-runs.ts`. */
  readonly isInexact: boolean;
}

/** The sealed half as a finished branch scores it. */
export interface Reveal {
  /** One a seed. */
  readonly sealed: readonly PartScore[];
  /** Times that this domain's sealed half has been revealed, this time included. */
  readonly reveals: number;
}

/** What the heads of a branch score on slices of a part. */
export interface SliceScores {
  readonly branch: string;
  readonly part: SlicedPart;
  readonly step: number;
  /** Rows of the part, the fewest that a seed has. */
  readonly n: number;
  /** One for each way to slice that gives two slices or more, and not hundreds. */
  readonly tables: readonly { readonly by: SliceBy; readonly table: SliceTable }[];
  readonly looks: Looks;
}

/** What has changed in a branch since the last report. */
export interface BranchProgress {
  readonly record: RunRecord;
  readonly step: number;
  /** Evaluations from index `chunkFrom` on are `chunks`, one flat curve [evaluations, CURVE_COLUMNS] a seed. */
  readonly chunkFrom: number;
  readonly chunks: readonly Float64Array[];
  /** From the branch that it left, where the two can be compared; null for the run's own branch. */
  readonly difference: BranchDifference | null;
}

export type TrainerEvent =
  /** A few times a second while training. */
  | {
      readonly type: 'progress';
      readonly runId: string;
      readonly branches: readonly BranchProgress[];
      readonly running: boolean;
      readonly stepsPerSecond: number;
      readonly looks: Looks;
    }
  /** Another backend computes now, because the last one was lost. `notice` tells the user. */
  | { readonly type: 'backend'; readonly info: BackendInfo; readonly notice: string }
  /** Something failed that the user should know of; training goes on unless `running` reports otherwise. */
  | { readonly type: 'failed'; readonly code: HeldoutErrorCode; readonly message: string; readonly remedy: string };
