import type { SweepRequest } from '../core/sweep-grid.ts';
import type { SweepCell, SweepResult } from '../core/sweep-scores.ts';

/** The training worker's surface for sweeps. */
export interface SweepApi {
  /**
   * Trains a whole grid, beside whatever run there is. One that is under way is cancelled first.
   * @returns the scores at the end, or where it was cancelled. @throws HeldoutError 'bad-input' when the grid, split or head is impossible
   */
  run(request: SweepRequest, onProgress: (progress: SweepProgress) => void): Promise<SweepResult>;
  /** Resolves when nothing is being swept any more. */
  cancel(): Promise<void>;
}

/** A few times a second. */
export interface SweepProgress {
  /** Steps of single heads. */
  readonly doneSteps: number;
  readonly totalSteps: number;
  /** From the speed so far; null before that can be told. */
  readonly leftMs: number | null;
  /** As in SweepResult: a new array whenever all cells have been scored anew. */
  readonly cells: readonly SweepCell[];
  readonly looks: number;
}
