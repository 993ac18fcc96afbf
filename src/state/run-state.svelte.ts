import { CURVE_COLUMNS, appendCurve, curveLength, unpackEvaluation, type Evaluation, type PartSizes } from '../core/curve.ts';
import { gapsOf } from '../core/gaps.ts';
import { settingsAt, type RunRecord } from '../core/run-record.ts';
import type { Looks, RunSnapshot, SplitSummary, TrainerEvent } from '../protocol/trainer.ts';

/** A run that was replaced, drawn faintly behind the new one. */
export interface PreviousRun {
  readonly record: RunRecord;
  readonly curve: Float64Array;
  readonly sizes: PartSizes;
}

const NO_SIZES: PartSizes = { train: 0, validation: 0, heldOut: 0 };

/** What the page knows of the current run. Filled by the trainer's snapshots and events only. */
export class RunState {
  record = $state.raw<RunRecord | null>(null);
  split = $state.raw<SplitSummary | null>(null);
  sizes = $state.raw<PartSizes>(NO_SIZES);
  /** Flat [evaluations, CURVE_COLUMNS]. */
  curve = $state.raw<Float64Array>(new Float64Array());
  step = $state(0);
  running = $state(false);
  stepsPerSecond = $state(0);
  looks = $state.raw<Looks>({ evaluations: 0, runs: 0 });
  previous = $state.raw<PreviousRun | null>(null);

  readonly settings = $derived(this.record && settingsAt(this.record, Infinity));
  readonly totalSteps = $derived(this.settings?.totalSteps ?? 0);
  readonly finished = $derived(this.record !== null && this.step >= this.totalSteps);
  readonly latest = $derived<Evaluation | null>(this.curve.length > 0 ? unpackEvaluation(this.curve, curveLength(this.curve) - 1, this.sizes) : null);
  readonly gaps = $derived(this.latest && gapsOf(this.latest));

  /** Takes over a new or reopened run. A trained run that it replaces stays as `previous`, while both are on the same task. */
  show(snapshot: RunSnapshot): void {
    const before = this.record;
    if (before && before.id !== snapshot.record.id) {
      const sameTask = before.datasetId === snapshot.record.datasetId && before.heldOutDomain === snapshot.record.heldOutDomain;
      if (!sameTask) this.previous = null;
      else if (curveLength(this.curve) > 1) this.previous = { record: before, curve: this.curve, sizes: this.sizes };
    }
    this.record = snapshot.record;
    this.split = snapshot.split;
    this.sizes = snapshot.sizes;
    this.curve = snapshot.curve;
    this.step = snapshot.step;
    this.looks = snapshot.looks;
    this.running = false;
    this.stepsPerSecond = 0;
  }

  clear(): void {
    this.record = null;
    this.split = null;
    this.previous = null;
    this.curve = new Float64Array();
    this.step = 0;
    this.running = false;
  }

  /** Applies a report; one of an earlier run is too late and ignored. */
  progress(event: Extract<TrainerEvent, { type: 'progress' }>): void {
    if (event.record.id !== this.record?.id) return;
    this.record = event.record;
    this.curve = appendCurve(this.curve.subarray(0, event.chunkFrom * CURVE_COLUMNS) as Float64Array, event.chunk);
    this.step = event.step;
    this.running = event.running;
    this.stepsPerSecond = event.stepsPerSecond;
    this.looks = event.looks;
  }
}
