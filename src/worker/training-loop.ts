import type { Checkpoint } from '../core/checkpoint.ts';
import { CURVE_COLUMNS, curveLength } from '../core/curve.ts';
import type { KnobChange, RunRecord } from '../core/run-record.ts';
import type { Split } from '../core/splits.ts';
import type { Run } from '../engine/run.ts';
import type { Looks, TrainerEvent } from '../protocol/trainer.ts';
import type { RunKeeper } from './run-keeper.ts';

/** Work this long, then let messages in. */
const SLICE_MS = 12;
/** Time between two reports to the page: a few a second. */
const REPORT_EVERY_MS = 160;
/** Time between two saved checkpoints while training. */
const SAVE_EVERY_MS = 2000;
/** A held-back run looks this often whether it is still wanted, and at what pace. */
const LONGEST_WAIT_MS = 40;
/** A lost device fails what is being read from it before it says that it is lost: wait this long for it to say so. */
const LOSS_NOTICE_MS = 250;

/** What a loop goes on from. */
export interface LoopState {
  readonly checkpoint: Checkpoint | null;
  /** Evaluations whose looks are counted. */
  readonly countedLength?: number;
  readonly saveDue?: boolean;
}

/** Drives one run: in slices, so that Pause and knobs arrive between steps; reports, counts looks, saves. */
export class TrainingLoop {
  looks: Looks = { evaluations: 0, runs: 0 };
  /** The last state known to be whole, for a lost device. */
  checkpoint: Checkpoint | null = null;
  countedLength: number;
  saveDue = false;
  private wanted = false;
  private halted = false;
  private declareGone: () => void = () => {};
  private readonly gone = new Promise<void>((resolve) => (this.declareGone = resolve));
  private done: Promise<void> = Promise.resolve();
  private savedAtMs = 0;
  private reportedAtMs = 0;
  private reportedLength: number;
  private pace = { stepsPerSecond: Infinity, fromMs: 0, fromStep: 0 };
  private speed = { atMs: 0, step: 0, stepsPerSecond: 0 };

  constructor(
    readonly run: Run,
    readonly split: Split,
    private readonly keeper: RunKeeper,
    private readonly nowMs: () => number,
    private readonly emit: (event: TrainerEvent) => void,
  ) {
    this.reportedLength = this.countedLength = curveLength(run.curve);
  }

  get running(): boolean {
    return this.wanted;
  }

  get checkpointStep(): number {
    return this.checkpoint?.step ?? 0;
  }

  /** Trains until stopped or finished. Does nothing when running or finished already. */
  start(): void {
    if (this.wanted || this.run.finished) return;
    this.wanted = true;
    if (this.halted) return;
    this.savedAtMs = this.nowMs();
    this.speed = { atMs: this.nowMs(), step: this.run.step, stepsPerSecond: 0 };
    this.setPace(this.pace.stepsPerSecond);
    this.done = this.work().catch((error: unknown) => this.fail(error));
  }

  /** Resolves when no step is under way and the run is saved. */
  async stop(): Promise<void> {
    this.wanted = false;
    await Promise.race([this.done, this.gone]);
    if (this.saveDue && !this.halted) await this.save();
  }

  /** Takes over from a saved run, or from the loop of a lost device: looks already counted are not counted again. */
  inherit({ checkpoint, countedLength = this.countedLength, saveDue = false }: LoopState): void {
    this.checkpoint = checkpoint;
    this.countedLength = countedLength;
    this.saveDue = saveDue;
  }

  /** Ends the loop for good, without waiting: a read from a lost device may never come back. `running` keeps what is wanted. */
  halt(): void {
    this.halted = true;
    this.declareGone();
  }

  async once(): Promise<void> {
    await this.stop();
    if (this.run.finished || this.halted) return;
    try {
      await this.run.advance();
      await this.countLooks();
      await this.save();
      this.report();
    } catch (error) {
      await this.fail(error);
    }
  }

  change(knob: KnobChange['knob'], value: KnobChange['value']): RunRecord {
    this.run.change(knob, value);
    this.saveDue = true;
    if (!this.wanted && !this.halted) void this.save().catch((error: unknown) => this.fail(error));
    return this.run.record;
  }

  /** At most so many steps a second from now on. */
  setPace(stepsPerSecond: number): void {
    this.pace = { stepsPerSecond, fromMs: Number.isFinite(stepsPerSecond) ? this.nowMs() : 0, fromStep: this.run.step };
  }

  /** Sends the whole curve anew. */
  reportAll(): void {
    this.reportedLength = 0;
    this.report();
  }

  private async work(): Promise<void> {
    await this.run.begin();
    if (this.halted) return;
    await this.countLooks();
    let sliceEndMs = this.nowMs() + SLICE_MS;
    while (this.wanted && !this.halted && !this.run.finished) {
      const waitMs = this.aheadMs();
      if (waitMs === 0) {
        const evaluated = await this.run.advance();
        if (this.halted) return;
        if (evaluated) await this.countLooks();
        if (this.nowMs() < sliceEndMs) continue;
      }
      if (this.saveDue || this.nowMs() - this.savedAtMs > SAVE_EVERY_MS) await this.save();
      if (this.nowMs() - this.reportedAtMs > REPORT_EVERY_MS) this.report();
      await (waitMs > 0 ? sleep(Math.min(waitMs, LONGEST_WAIT_MS)) : breathe());
      sliceEndMs = this.nowMs() + SLICE_MS;
    }
    if (this.halted) return;
    this.wanted = false;
    await this.save();
    this.report();
  }

  /** Milliseconds until the next step is due; 0 when it is. */
  private aheadMs(): number {
    const { stepsPerSecond, fromMs, fromStep } = this.pace;
    if (!Number.isFinite(stepsPerSecond)) return 0;
    return Math.max(0, fromMs + ((this.run.step - fromStep) * 1000) / stepsPerSecond - this.nowMs());
  }

  private async save(): Promise<void> {
    this.saveDue = false;
    this.savedAtMs = this.nowMs();
    this.checkpoint = await this.keeper.save(this.run);
  }

  private async countLooks(): Promise<void> {
    const length = curveLength(this.run.curve);
    if (length <= this.countedLength) return;
    const { datasetId, heldOutDomain } = this.run.record;
    const add = { evaluations: length - this.countedLength, runs: this.countedLength === 0 ? 1 : 0 };
    this.countedLength = length;
    this.looks = await this.keeper.addLooks(datasetId, heldOutDomain, add);
  }

  private report(): void {
    const now = this.nowMs();
    if (now - this.speed.atMs > 500 && this.wanted) {
      const stepsPerSecond = ((this.run.step - this.speed.step) * 1000) / (now - this.speed.atMs);
      this.speed = { atMs: now, step: this.run.step, stepsPerSecond };
    }
    this.reportedAtMs = now;
    const chunkFrom = this.reportedLength;
    this.reportedLength = curveLength(this.run.curve);
    this.emit({
      type: 'progress',
      record: this.run.record,
      step: this.run.step,
      running: this.wanted,
      stepsPerSecond: this.speed.stepsPerSecond,
      chunkFrom,
      chunk: this.run.curve.slice(chunkFrom * CURVE_COLUMNS),
      looks: this.looks,
    });
  }

  private async fail(error: unknown): Promise<void> {
    await sleep(LOSS_NOTICE_MS);
    if (this.halted) return; // the device is gone, and recovery is under way
    this.wanted = false;
    this.report();
    this.emit({ type: 'failed', code: 'no-backend', message: `Training stopped: ${error instanceof Error ? error.message : String(error)}`, remedy: 'Press Train to go on, or reload the page: the run is saved.' });
  }
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Lets the event loop deliver messages; quicker than a timer, which browsers hold back to 4 ms and to 1 s in hidden tabs. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
