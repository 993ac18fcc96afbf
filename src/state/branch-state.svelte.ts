import { commonLength, evaluationsAt, type SeedCurve } from '../core/bands.ts';
import type { BranchDifference } from '../core/branch-difference.ts';
import { branchTitle } from '../core/branch-words.ts';
import { CURVE_COLUMNS, appendCurve, type Evaluation } from '../core/curve.ts';
import { gapsOf } from '../core/gaps.ts';
import type { PartScore } from '../core/metrics.ts';
import { settingsAt, type RunRecord } from '../core/run-record.ts';
import type { BranchProgress, BranchSnapshot } from '../protocol/trainer.ts';

/** What the page knows of one branch of the run. */
export class BranchState {
  readonly id: string;
  record = $state.raw() as RunRecord;
  name = $state('');
  step = $state(0);
  /** One a seed. */
  heads = $state.raw<readonly SeedCurve[]>([]);
  difference = $state.raw<BranchDifference | null>(null);
  /** Not drawn; trains all the same. */
  hidden = $state(false);

  /** What the sealed half scored when it was revealed in this visit, one a seed, and after which step. */
  sealedScore = $state.raw<{ readonly step: number; readonly sealed: readonly PartScore[] } | null>(null);

  readonly settings = $derived(settingsAt(this.record, Infinity));
  readonly totalSteps = $derived(this.settings.totalSteps);
  readonly finished = $derived(this.step >= this.totalSteps);
  readonly title = $derived(branchTitle(this.record, this.name));
  /** The last evaluation of each seed; none before the first. */
  readonly latest = $derived<readonly Evaluation[]>(commonLength(this.heads) > 0 ? evaluationsAt(this.heads, commonLength(this.heads) - 1) : []);
  readonly gaps = $derived(this.latest.length > 0 ? gapsOf(this.latest) : null);

  /** @param before what the page knew of the branch, where it did */
  constructor({ record, name, step, heads }: BranchSnapshot, before?: BranchState) {
    this.id = record.id;
    this.record = record;
    this.name = name;
    this.step = step;
    this.heads = heads;
    this.hidden = before?.hidden ?? false;
    this.difference = before?.difference ?? null;
    this.sealedScore = before?.sealedScore ?? null;
  }

  /** Applies a report. */
  progress({ record, step, chunkFrom, chunks, difference }: BranchProgress): void {
    this.record = record;
    this.step = step;
    this.heads = this.heads.map(({ curve, sizes }, s) => ({ sizes, curve: appendCurve(curve.subarray(0, chunkFrom * CURVE_COLUMNS) as Float64Array, chunks[s] ?? new Float64Array()) }));
    this.difference = difference;
  }
}
