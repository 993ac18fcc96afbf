import type { PartSizes } from '../core/curve.ts';
import type { Dataset } from '../core/examples.ts';
import type { KnobValues } from '../core/knobs.ts';
import type { HeadSpec, KnobChange, RunRecord } from '../core/run-record.ts';
import type { HeldoutErrorCode } from './errors.ts';
import type { BackendChoice, BackendInfo } from './progress.ts';

/** The surface of the training worker. */
export interface TrainerApi {
  /** Starts computing; to be called once, first. @throws HeldoutError 'no-backend' */
  start(choice: BackendChoice): Promise<BackendInfo>;
  /** The one listener for events. */
  listen(listener: (event: TrainerEvent) => void): Promise<void>;
  /** Replaces the data. `features` [N, 512] is handed over. Ends the current run, after saving it. */
  setData(dataset: Dataset, features: Float32Array): Promise<void>;
  /** A fresh, paused run on the current data. @throws HeldoutError 'bad-input' when the split or head is impossible */
  newRun(request: RunRequest): Promise<RunSnapshot>;
  /** The saved run, paused at its last checkpoint; null when there is none, or it does not fit the current data. */
  openRun(runId: string): Promise<RunSnapshot | null>;
  /** Trains until paused or finished. Resolves at once. */
  train(): Promise<void>;
  /** Resolves when training has stopped and the run is saved. */
  pause(): Promise<void>;
  /** One step, then an evaluation report if one was due. */
  stepOnce(): Promise<void>;
  /** Acts from the next step on. @returns the record with the change. @throws HeldoutError 'bad-input' */
  change(knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord>;
  /** At most so many steps a second from now on, over all runs; Infinity, the default, for no limit. */
  setPace(stepsPerSecond: number): Promise<void>;
  /** Class probabilities of one embedding [512] by the head as it is now; null before there is a run. */
  predict(embedding: Float32Array): Promise<readonly number[] | null>;
}

export interface RunRequest {
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly seed: number;
  readonly knobs: KnobValues;
  readonly steps: number;
}

/** Sizes of a split, for the page. */
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
}

/** How often the watched half of a held-out domain has been scored, over all runs on this browser. */
export interface Looks {
  readonly evaluations: number;
  readonly runs: number;
}

export interface RunSnapshot {
  readonly record: RunRecord;
  readonly split: SplitSummary;
  readonly sizes: PartSizes;
  /** Flat [evaluations, CURVE_COLUMNS]. */
  readonly curve: Float64Array;
  readonly step: number;
  readonly looks: Looks;
}

export type TrainerEvent =
  /** A few times a second while training. The curve's evaluations from index `chunkFrom` on are `chunk`. */
  | {
      readonly type: 'progress';
      readonly record: RunRecord;
      readonly step: number;
      readonly running: boolean;
      readonly stepsPerSecond: number;
      readonly chunkFrom: number;
      readonly chunk: Float64Array;
      readonly looks: Looks;
    }
  /** Another backend computes now, because the last one was lost. `notice` tells the user. */
  | { readonly type: 'backend'; readonly info: BackendInfo; readonly notice: string }
  /** Something failed that the user should know of; training goes on unless `running` reports otherwise. */
  | { readonly type: 'failed'; readonly code: HeldoutErrorCode; readonly message: string; readonly remedy: string };
