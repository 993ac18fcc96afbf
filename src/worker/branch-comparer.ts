import { commonLength, evaluationsAt } from '../core/bands.ts';
import { differenceOverExamples, differenceOverSeeds, type BranchDifference } from '../core/branch-difference.ts';
import type { Run } from '../engine/run.ts';
import type { RunData } from '../engine/run-data.ts';

/** Compares each branch with the one that it left, on the watched half. Asked often: answers anew only when a curve has grown. */
export class BranchComparer {
  private readonly known = new Map<string, { readonly at: string; readonly difference: BranchDifference | null }>();

  constructor(private readonly data: RunData) {}

  /** One entry for each branch that was forked off another that is still there. */
  async differences(run: Run): Promise<ReadonlyMap<string, BranchDifference | null>> {
    const answers = new Map<string, BranchDifference | null>();
    for (const id of run.ids) {
      const { fork } = run.recordOf(id);
      if (!fork || !run.ids.includes(fork.from)) continue;
      const length = Math.min(commonLength(run.headsOf(id)), commonLength(run.headsOf(fork.from)));
      const at = JSON.stringify([length, run.stepOf(id) === run.stepOf(fork.from), fork.from]);
      let known = this.known.get(id);
      if (known?.at !== at) {
        known = { at, difference: await this.compare(run, id, fork.from, length) };
        this.known.set(id, known);
      }
      answers.set(id, known.difference);
    }
    return answers;
  }

  private async compare(run: Run, branch: string, other: string, length: number): Promise<BranchDifference | null> {
    if (run.seeds > 1) {
      if (length === 0) return null;
      return differenceOverSeeds(evaluationsAt(run.headsOf(branch), length - 1), evaluationsAt(run.headsOf(other), length - 1));
    }
    const step = run.stepOf(branch);
    const watched = this.data.splits[0]?.watched ?? new Uint32Array();
    if (step !== run.stepOf(other) || watched.length === 0) return null;
    const [[own], [theirs]] = await Promise.all([run.rowLogits(branch, () => watched), run.rowLogits(other, () => watched)]);
    const { classOf, classes } = this.data.population;
    return differenceOverExamples(own as Float32Array, theirs as Float32Array, classes, watched.map((row) => classOf[row] as number), step);
  }
}
