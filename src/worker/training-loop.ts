import type { KnobChange, RunRecord } from '../core/run-record.ts';
import type { KeptBranch, Run } from '../engine/run.ts';
import type { HeldoutError } from '../protocol/errors.ts';
import type { Looks, TrainerEvent } from '../protocol/trainer.ts';
import type { BranchComparer } from './branch-comparer.ts';
import { BranchNews } from './branch-news.ts';
import { breathe, sleep } from './breathing.ts';
import { LookCounter } from './look-counter.ts';
import { PacedSteps } from './paced-steps.ts';
import type { TakenRun } from './run-keeper.ts';

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

/** What a loop needs of the service. */
export interface LoopSurroundings {
  /** Names the run, for reports and storage. */
  readonly runId: string;
  nowMs(): number;
  emit(event: TrainerEvent): void;
  save(run: Run): Promise<TakenRun>;
  /** Adds to the looks at the run's held-out domain. @returns their new total */
  addLooks(add: Looks): Promise<Looks>;
}

/** Drives one run, all its branches together: in slices, so that Pause and knobs arrive between steps; reports, counts looks, saves. */
export class TrainingLoop {
  readonly looks: LookCounter;
  /** The last state known to be whole, for a lost device. */
  kept: readonly KeptBranch[] | null = null;
  /** Why the run could not be stored when it was last to be. */
  private refusal: HeldoutError | null = null;
  private saveDue = false;
  private wanted = false;
  private halted = false;
  private declareGone: () => void = () => {};
  private readonly gone = new Promise<void>((resolve) => (this.declareGone = resolve));
  private done: Promise<void> = Promise.resolve();
  /** What is to be done before the next step. */
  private interlude: (() => Promise<void>) | null = null;
  private savedAtMs = 0;
  private reportedAtMs = 0;
  private readonly news: BranchNews;
  private readonly paced: PacedSteps;

  constructor(
    readonly run: Run,
    private readonly comparer: BranchComparer,
    private readonly around: LoopSurroundings,
  ) {
    this.looks = new LookCounter(run, (add) => around.addLooks(add));
    this.news = new BranchNews(run);
    this.paced = new PacedSteps(around.nowMs);
  }

  get running(): boolean {
    return this.wanted;
  }

  /** Trains until stopped or finished. Does nothing when running or finished already. */
  start(): void {
    if (this.wanted || this.run.finished) return;
    this.wanted = true;
    if (this.halted) return;
    this.savedAtMs = this.around.nowMs();
    this.paced.begin();
    this.done = this.work().catch((error: unknown) => this.fail(error));
  }

  /** Resolves when no step is under way and the run is saved. */
  async stop(): Promise<void> {
    const wasWanted = this.wanted;
    this.wanted = false;
    await Promise.race([this.done, this.gone]);
    const isAgain = !wasWanted && this.refusal !== null; // there may be room now
    if ((this.saveDue || isAgain) && !this.halted) await this.save();
  }

  /** Saves the run where it stands, between two steps, unless all of it is saved. @returns why it cannot be stored; null when it is, or has not begun */
  async store(): Promise<HeldoutError | null> {
    if (this.wanted || this.saveDue || this.refusal) await this.between(() => this.save());
    return this.refusal;
  }

  /** Takes over from the loop of the same run before: looks already counted are not counted again. */
  inherit({ kept, looks, saveDue, refusal }: TrainingLoop): void {
    this.kept = kept;
    this.refusal = refusal;
    this.looks.inherit(looks);
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
      await this.run.advance(1);
      await this.looks.count();
      await this.save();
      await this.report();
    } catch (error) {
      await this.fail(error);
    }
  }

  change(branch: string, knob: KnobChange['knob'], value: KnobChange['value']): RunRecord {
    this.run.change(branch, knob, value);
    this.saveDue = true;
    if (!this.wanted && !this.halted) void this.save().catch((error: unknown) => this.fail(error));
    return this.run.recordOf(branch);
  }

  /** Changes which branches there are, between two steps, and saves. Training that was going on goes on. */
  async rearrange(change: () => Promise<void>): Promise<void> {
    const wasRunning = this.wanted;
    await this.stop();
    await change();
    this.looks.follow();
    this.news.skip();
    await this.save();
    if (wasRunning) this.start();
  }

  /** Changes what is trained on, between two steps; training goes on. @throws what `change` throws; nothing where the device was lost meanwhile */
  async join(change: () => Promise<void>): Promise<void> {
    await this.between(change);
    this.saveDue = true;
    if (this.wanted || this.halted) return;
    await this.save();
    await this.report();
  }

  /** Does something with the run between two steps; training goes on. @returns what `act` resolves to, null where the device was lost meanwhile @throws what `act` throws */
  async between<T>(act: () => Promise<T>): Promise<T | null> {
    const made = new Promise<T>((resolve, reject) => {
      this.interlude = async () => {
        this.interlude = null;
        await act().then(resolve, reject);
      };
    });
    void this.done.then(() => this.interlude?.()); // when nothing is being trained
    try {
      return await Promise.race([made, this.gone.then(() => null)]);
    } catch (error) {
      await sleep(LOSS_NOTICE_MS);
      if (!this.halted) throw error;
      return null;
    }
  }

  /** Counts a look at the held-out domain beside the evaluations, and stores with the run that it is counted. To be called between two steps. @returns all looks */
  async lookAside(id: string): Promise<Looks> {
    const before = this.looks.asideOf(id);
    const looks = await this.looks.countAside(id);
    if (this.looks.asideOf(id) !== before) await this.save();
    return looks;
  }

  /** At most so many steps a second from now on. */
  setPace(stepsPerSecond: number): void {
    this.paced.setPace(stepsPerSecond);
  }

  /** Sends all curves anew. */
  async reportAll(): Promise<void> {
    this.news.repeat();
    await this.report();
  }

  private async work(): Promise<void> {
    await this.run.begin();
    if (this.halted) return;
    await this.looks.count();
    const { nowMs } = this.around;
    let sliceEndMs = nowMs() + SLICE_MS;
    while (this.wanted && !this.halted && !this.run.finished) {
      if (this.interlude) {
        await this.interlude();
        continue;
      }
      const steps = this.paced.next(SLICE_MS);
      if (steps > 0) {
        const evaluated = await this.paced.timed(steps, () => this.run.advance(steps));
        if (this.halted) return;
        if (evaluated) await this.looks.count();
        if (this.run.finished || nowMs() < sliceEndMs) continue;
      }
      if (this.saveDue || nowMs() - this.savedAtMs > SAVE_EVERY_MS) await this.save();
      if (nowMs() - this.reportedAtMs > REPORT_EVERY_MS) await this.report();
      await (steps > 0 ? breathe() : sleep(Math.min(this.paced.waitMs(), LONGEST_WAIT_MS)));
      sliceEndMs = nowMs() + SLICE_MS;
    }
    if (this.halted) return;
    this.wanted = false;
    await this.save();
    await this.report();
  }

  private async save(): Promise<void> {
    this.saveDue = false;
    this.savedAtMs = this.around.nowMs();
    const { branches, refusal } = await this.around.save(this.run);
    this.kept = branches;
    this.refusal = refusal;
  }

  private async report(): Promise<void> {
    this.reportedAtMs = this.around.nowMs();
    const differences = await this.comparer.differences(this.run);
    if (this.halted) return;
    this.around.emit({ type: 'progress', runId: this.around.runId, branches: this.news.take(differences), running: this.wanted, stepsPerSecond: this.paced.speed(this.wanted), looks: this.looks.total });
  }

  private async fail(error: unknown): Promise<void> {
    await sleep(LOSS_NOTICE_MS);
    if (this.halted) return; // the device is gone, and recovery is under way
    this.wanted = false;
    const message = `Training stopped: ${error instanceof Error ? error.message : String(error)}`;
    this.around.emit({ type: 'failed', code: 'no-backend', message, remedy: 'Press Train to go on, or reload the page: the run is saved.' });
    await this.report().catch(() => undefined);
  }
}
