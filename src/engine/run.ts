import type { Checkpoint } from '../core/checkpoint.ts';
import { CURVE_COLUMNS, appendCurve, curveLength, packEvaluation, type PartSizes } from '../core/curve.ts';
import { effectiveKnobs } from '../core/knobs.ts';
import { rewound, settingsAt, withChange, type KnobChange, type RunRecord } from '../core/run-record.ts';
import type { TrainingData } from './trainer.ts';
import type { Trainer, TrainerFactory } from './trainer-factory.ts';

/** A record being played: the trainer's state, and the curve so far. */
export class Run {
  private readonly trainer: Trainer;
  private currentRecord: RunRecord;
  private currentCurve: Float64Array = new Float64Array();

  /** @throws RangeError on an impossible head. */
  constructor(record: RunRecord, data: TrainingData, makeTrainer: TrainerFactory) {
    this.currentRecord = record;
    this.trainer = makeTrainer(data, record.head, record.seed);
  }

  get record(): RunRecord {
    return this.currentRecord;
  }

  /** Flat [evaluations, CURVE_COLUMNS]. */
  get curve(): Float64Array {
    return this.currentCurve;
  }

  get sizes(): PartSizes {
    return this.trainer.sizes;
  }

  /** Steps done. */
  get step(): number {
    return this.trainer.step;
  }

  get totalSteps(): number {
    return settingsAt(this.currentRecord, Infinity).totalSteps;
  }

  get finished(): boolean {
    return this.step >= this.totalSteps;
  }

  /** Records a change that acts from the next step on. @throws RangeError on a value out of range. */
  change(knob: KnobChange['knob'], value: KnobChange['value']): void {
    this.currentRecord = withChange(this.currentRecord, { step: this.step, knob, value });
  }

  /** Notes that steps from here on are computed by `backend`. */
  noteBackend(backend: string): void {
    const kept = this.currentRecord.backends.filter((entry) => entry.step < this.step);
    if (kept.at(-1)?.backend === backend) return;
    this.currentRecord = { ...this.currentRecord, backends: [...kept, { step: this.step, backend }] };
  }

  /** Scores the starting point, once: the curve's first entry. */
  async begin(): Promise<void> {
    if (this.currentCurve.length === 0) await this.evaluate();
  }

  /**
   * Does the next step, and evaluates after every `evaluateEvery` steps and after the last one.
   * @returns whether an evaluation was added to the curve
   */
  async advance(): Promise<boolean> {
    await this.begin();
    const { knobs, totalSteps } = settingsAt(this.currentRecord, this.step);
    this.trainer.trainStep(effectiveKnobs(knobs, this.step, totalSteps));
    // The length in force during this step, not a later one, so that a replay evaluates where the run did.
    if (this.step % this.currentRecord.evaluateEvery !== 0 && this.step !== totalSteps) return false;
    await this.evaluate();
    return true;
  }

  predict(embedding: Float32Array): Promise<number[]> {
    return this.trainer.predict(embedding);
  }

  logits(embeddings: Float32Array): Promise<Float32Array> {
    return this.trainer.logits(embeddings);
  }

  checkpoint(): Promise<Checkpoint> {
    return this.trainer.checkpoint();
  }

  /**
   * Goes to a checkpoint of this run; `curve` is cut to the evaluations up to its step, and later changes act from there.
   * @throws RangeError when it is one of another head.
   */
  restore(checkpoint: Checkpoint, curve: Float64Array): void {
    this.trainer.restore(checkpoint);
    this.currentRecord = rewound(this.currentRecord, checkpoint.step);
    let length = curveLength(curve);
    while (length > 0 && (curve[(length - 1) * CURVE_COLUMNS] as number) > checkpoint.step) length--;
    this.currentCurve = curve.slice(0, length * CURVE_COLUMNS);
  }

  dispose(): void {
    this.trainer.dispose();
  }

  private async evaluate(): Promise<void> {
    this.currentCurve = appendCurve(this.currentCurve, packEvaluation(await this.trainer.evaluate()));
  }
}

/** Plays a whole record from the start. @returns its curve */
export async function replay(record: RunRecord, data: TrainingData, makeTrainer: TrainerFactory): Promise<Float64Array> {
  const run = new Run(record, data, makeTrainer);
  try {
    await run.begin();
    while (!run.finished) await run.advance();
    return run.curve;
  } finally {
    run.dispose();
  }
}
