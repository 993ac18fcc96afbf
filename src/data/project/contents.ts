import type { SeedCurve } from '../../core/bands.ts';
import type { Checkpoint } from '../../core/checkpoint.ts';
import type { Dataset } from '../../core/examples.ts';
import type { RunRecord } from '../../core/run-record.ts';

/** A branch of a run, whole. */
export interface ProjectBranch {
  readonly record: RunRecord;
  /** Id of the run that it belongs to. */
  readonly runId: string;
  /** Its place among the run's branches. */
  readonly order: number;
  /** '' where the user gave it none. */
  readonly name: string;
  /** One a seed. */
  readonly heads: readonly SeedCurve[];
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** One a seed, all at one step; none when it cannot be gone on with. */
  readonly checkpoints: readonly Checkpoint[];
}

/** What is counted of a held-out domain: see `Looks` and `DomainCounts`. */
export interface ProjectCounts {
  readonly domain: string;
  readonly evaluations: number;
  readonly runs: number;
  /** Times that its sealed half was revealed. */
  readonly reveals: number;
}

/** A data set with all that hangs on it. */
export interface Project {
  readonly dataset: Dataset;
  /** Entry of the bundled data set that it is; null for one of the user's own. */
  readonly bundled: string | null;
  readonly encoderVersion: string;
  /** float32 [N, 512]; null where they are not in the file. */
  readonly embeddings: Float32Array | null;
  /** One a domain that was looked at. */
  readonly counts: readonly ProjectCounts[];
  /** Branch by branch, the branches of each in their order. */
  readonly runs: readonly (readonly ProjectBranch[])[];
}
