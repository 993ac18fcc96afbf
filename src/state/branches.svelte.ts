import type { TrainerApi } from '../protocol/trainer.ts';
import type { BranchState } from './branch-state.svelte.ts';
import type { Notice, Notices } from './notices.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** What the user does with the branches of the run. */
export class Branches {
  constructor(
    private readonly trainer: TrainerApi,
    private readonly run: RunState,
    private readonly notices: Notices,
    private readonly attempt: (action: () => Promise<unknown>, again?: Notice['action']) => Promise<void>,
  ) {}

  /** “What if…”: splits the run where the selected branch stands, and selects the copy. */
  async fork(): Promise<void> {
    await this.attempt(async () => {
      const from = this.run.selected;
      if (!from) return;
      const snapshot = await this.trainer.fork(from.id);
      this.run.takeBranches(snapshot, snapshot.branches.at(-1)?.record.id);
    });
  }

  select(branch: BranchState): void {
    this.run.selected = branch;
    branch.hidden = false;
  }

  toggleHidden(branch: BranchState): void {
    branch.hidden = !branch.hidden;
  }

  async rename(branch: BranchState, name: string): Promise<void> {
    await this.attempt(async () => {
      await this.trainer.renameBranch(branch.id, name.trim());
      branch.name = name.trim();
    });
  }

  async delete(branch: BranchState): Promise<void> {
    await this.attempt(async () => {
      this.run.takeBranches(await this.trainer.deleteBranch(branch.id));
      this.notices.info(`“${branch.title}” was deleted.`);
    });
  }

  /** Takes over what tables, sweeps and other tabs have looked at and revealed meanwhile. */
  async recount(): Promise<void> {
    await this.attempt(async () => {
      const counts = await this.trainer.counts();
      if (!counts) return;
      this.run.looks = counts.looks;
      this.run.reveals = counts.reveals;
    });
  }

  /** Shows the sealed half's score by the selected branch, which spends the seal. */
  async reveal(): Promise<void> {
    const branch = this.run.selected;
    if (!branch) return;
    await this.attempt(async () => {
      const { sealed, reveals } = await this.trainer.reveal(branch.id);
      branch.sealedScore = { step: branch.step, sealed };
      this.run.reveals = reveals;
    });
  }
}
