import type { SliceBy, SlicedPart } from '../core/slices.ts';
import type { SliceScores, TrainerApi } from '../protocol/trainer.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** Scores by group, label or domain: of the selected branch, when they are asked for. */
export class Slices {
  part = $state<SlicedPart>('validation');
  busy = $state(false);
  private by = $state<SliceBy>('group');
  private scores = $state.raw<SliceScores | null>(null);

  /** What was scored last, as long as that branch is the selected one and the part is asked for. */
  readonly shown = $derived.by(() => (this.scores && this.scores.branch === this.run.selected?.id && this.scores.part === this.part ? this.scores : null));
  /** Whether the branch has been trained on since. */
  readonly isStale = $derived.by(() => this.shown !== null && this.shown.step !== this.run.step);
  /** The table that is asked for, or the first there is. */
  readonly table = $derived.by(() => this.shown?.tables.find(({ by }) => by === this.by) ?? this.shown?.tables[0] ?? null);

  constructor(
    private readonly trainer: TrainerApi,
    private readonly run: RunState,
    private readonly notices: Notices,
  ) {}

  choose(by: SliceBy): void {
    this.by = by;
  }

  /** Scores the part by the selected branch as it stands. */
  async score(): Promise<void> {
    const { run, part } = this;
    const branch = run.selected?.id;
    if (branch === undefined || this.busy) return;
    this.busy = true;
    try {
      this.scores = await this.trainer.slices(branch, part);
      if (run.branches.some(({ id }) => id === branch)) run.looks = this.scores.looks;
    } catch (error) {
      this.notices.error(error, { label: 'Try again', run: () => void this.score() });
    } finally {
      this.busy = false;
    }
  }
}
