import { commonLength, type SeedCurve } from '../core/bands.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { Looks, RunSnapshot, SplitSummary, TrainerEvent } from '../protocol/trainer.ts';
import { BranchState } from './branch-state.svelte.ts';

/** A run that was replaced, drawn faintly behind the new one. */
export interface PreviousRun {
  readonly record: RunRecord;
  readonly heads: readonly SeedCurve[];
}

/** What the page knows of the current run: its branches, one of them selected. Filled by the trainer's snapshots and events only. */
export class RunState {
  runId = $state('');
  branches = $state.raw<readonly BranchState[]>([]);
  /** The branch that knobs act on and numbers tell of; null before there is a run. */
  selected = $state.raw<BranchState | null>(null);
  split = $state.raw<SplitSummary | null>(null);
  running = $state(false);
  stepsPerSecond = $state(0);
  looks = $state.raw<Looks>({ evaluations: 0, runs: 0 });
  /** Times that this held-out domain's sealed half has been revealed. */
  reveals = $state(0);
  previous = $state.raw<PreviousRun | null>(null);

  readonly record = $derived(this.selected?.record ?? null);
  readonly settings = $derived(this.selected?.settings ?? null);
  readonly totalSteps = $derived(this.selected?.totalSteps ?? 0);
  readonly step = $derived(this.selected?.step ?? 0);
  readonly finished = $derived(this.selected?.finished ?? false);
  /** Whether no branch has anything left to do. */
  readonly allFinished = $derived(this.branches.every(({ finished }) => finished));
  readonly latest = $derived(this.selected?.latest ?? []);

  /** Takes over a new or reopened run. A trained run that it replaces stays as `previous`, while both are on the same task. */
  show(snapshot: RunSnapshot): void {
    const [before] = this.branches;
    const first = snapshot.branches[0]?.record;
    if (before && first && this.runId !== snapshot.runId) {
      const sameTask = before.record.datasetId === first.datasetId && before.record.heldOutDomain === first.heldOutDomain;
      const shown = this.selected ?? before;
      if (!sameTask) this.previous = null;
      else if (commonLength(shown.heads) > 1) this.previous = { record: shown.record, heads: shown.heads };
    }
    this.runId = snapshot.runId;
    this.takeBranches(snapshot);
    this.running = false;
    this.stepsPerSecond = 0;
  }

  /** Takes over which branches there are, after a fork or a deletion. @param select id of the branch to select, if it is there */
  takeBranches(snapshot: RunSnapshot, select = this.selected?.id): void {
    const before = this.branches;
    this.branches = snapshot.branches.map((branch) => new BranchState(branch, before.find(({ id }) => id === branch.record.id)));
    this.selected = this.branches.find(({ id }) => id === select) ?? this.branches[0] ?? null;
    this.split = snapshot.split;
    this.looks = snapshot.looks;
    this.reveals = snapshot.reveals;
  }

  clear(): void {
    this.runId = '';
    this.branches = [];
    this.selected = null;
    this.split = null;
    this.previous = null;
    this.running = false;
  }

  /** Applies a report; one of an earlier run is too late and ignored. */
  progress(event: Extract<TrainerEvent, { type: 'progress' }>): void {
    if (event.runId !== this.runId) return;
    for (const report of event.branches) this.branches.find(({ id }) => id === report.record.id)?.progress(report);
    this.running = event.running;
    this.stepsPerSecond = event.stepsPerSecond;
    this.looks = event.looks;
  }
}
