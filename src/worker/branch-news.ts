import { commonLength } from '../core/bands.ts';
import type { BranchDifference } from '../core/branch-difference.ts';
import { CURVE_COLUMNS } from '../core/curve.ts';
import type { Run } from '../engine/run.ts';
import type { BranchProgress } from '../protocol/trainer.ts';

/** What the page has not been told yet of a run's branches. At first it knows all that there is. */
export class BranchNews {
  /** Evaluations of each branch that the page has. */
  private told = new Map<string, number>();

  constructor(private readonly run: Run) {
    this.skip();
  }

  /** The page is told by other means of all that there is. */
  skip(): void {
    this.told = new Map(this.run.ids.map((id) => [id, commonLength(this.run.headsOf(id))]));
  }

  /** The page is to be told everything anew. */
  repeat(): void {
    this.told = new Map();
  }

  /** What is new by now. @param differences from the branch that each one left */
  take(differences: ReadonlyMap<string, BranchDifference | null>): readonly BranchProgress[] {
    const { run } = this;
    return run.ids.map((id) => {
      const heads = run.headsOf(id);
      const chunkFrom = this.told.get(id) ?? 0;
      this.told.set(id, commonLength(heads));
      const chunks = heads.map(({ curve }) => curve.slice(chunkFrom * CURVE_COLUMNS));
      return { record: run.recordOf(id), step: run.stepOf(id), chunkFrom, chunks, difference: differences.get(id) ?? null };
    });
  }
}
