import type { DomainTable, TableCell, TableDomain, TableRequest } from '../core/domain-table.ts';

/** The leave-one-domain-out table, trained in the training worker on its current data. One table at a time. */
export interface DomainTableApi {
  /** What a table would take. @throws HeldoutError 'bad-input' when it is impossible */
  plan(request: TableRequest): Promise<TablePlan>;
  /**
   * Trains what is missing, and keeps each cell as it is finished. Reveals the sealed half of every held-out domain.
   * @throws HeldoutError 'bad-input' when it is impossible or one is under way; 'cancelled' after `cancel`, or when the data is replaced
   */
  run(request: TableRequest, onProgress: (progress: TableProgress) => void): Promise<DomainTable>;
  /** Ends the run, if there is one, within a fraction of a second. Finished cells stay. */
  cancel(): Promise<void>;
  /** What is kept of the current data's table, finished or not; null when there is none, or the data is not `datasetId`. */
  load(datasetId: string): Promise<DomainTable | null>;
}

export interface TablePlan {
  readonly domains: readonly TableDomain[];
  /** Why leave-one-domain-out validation is not to be had; null when it is. */
  readonly leaveOneOutProblem: string | null;
  /** Heads to train in all, and those whose cells are kept. */
  readonly trainings: number;
  readonly trainingsDone: number;
}

/** A few times a second while a table is trained. */
export interface TableProgress {
  readonly trainings: number;
  /** May be fractional: heads in mid-training count in part. */
  readonly trainingsDone: number;
  /** What is being done, such as “films held out, seed 2”. */
  readonly doing: string;
  readonly secondsLeft: number | null;
  /** Steps of single heads a second. */
  readonly headStepsPerSecond: number | null;
  /** Cells that are finished since the last report; at first all that are. */
  readonly newCells: readonly TableCell[];
  /** Something that could not be saved; null when all is well. */
  readonly storageProblem: string | null;
}
