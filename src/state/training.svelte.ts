import { inexactInWords } from '../core/inexact-runs.ts';
import type { KnobName, KnobValue } from '../core/knobs.ts';
import { PACES, type Pace } from '../core/pace.ts';
import { sameShape, type ShapeValues } from '../core/shape.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { RunRequest, RunSnapshot, TrainerApi } from '../protocol/trainer.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunSettings } from './run-settings.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** What starting and training runs needs of the page. */
export interface TrainingHost {
  /** Does something and explains what goes wrong. */
  attempt(action: () => Promise<unknown>): Promise<void>;
  /** Waits until the run can train on. @returns whether it can */
  prepared(): Promise<boolean>;
  /** Turns to a run that is now the current one. */
  follow(): Promise<unknown>;
  /** Keeps the settings for the next visit. */
  remember(): Promise<void>;
}

/** What the user does with the run: starts another one, trains it, turns its knobs. */
export class Training {
  pace = $state.raw<Pace>(PACES[0]);
  /** The shape asked for, while the run that has it is being started. */
  nextShape = $state.raw<ShapeValues | null>(null);
  /** Resolves when no run is being started or split. */
  private settled: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly trainer: TrainerApi,
    private readonly run: RunState,
    private readonly settings: RunSettings,
    private readonly notices: Notices,
    private readonly host: TrainingHost,
  ) {}

  /** Whether training can be asked for. */
  get ready(): boolean {
    return this.run.record !== null;
  }

  /** A fresh run with some settings changed. Where that is impossible, the current run stays. */
  async startWith(changed: Partial<RunRequest>): Promise<void> {
    await this.host.attempt(() => this.newRun(changed));
  }

  /** A fresh run on the data in another shape, which trains on if one was training. Of changes that come faster than runs start, the last counts. */
  async chooseShape(changed: Partial<ShapeValues>): Promise<void> {
    this.nextShape = { ...(this.nextShape ?? this.settings.shape), ...changed };
    await this.host.attempt(() =>
      this.inTurn(async () => {
        const shape = this.nextShape;
        const goesOn = this.run.running;
        try {
          if (!shape || sameShape(shape, this.settings.shape)) return;
          await this.start({ ...this.settings.request, shape });
          this.run.running = goesOn;
          if (goesOn) await this.trainer.train();
        } finally {
          if (this.nextShape === shape) this.nextShape = null;
        }
      }),
    );
  }

  /** A fresh run with the settings as they are. The old one can be brought back. */
  async reset(): Promise<void> {
    const before = this.run.branches.some(({ step }) => step > 0) ? this.run.runId : null;
    await this.host.attempt(async () => {
      await this.newRun({});
      if (before) this.notices.info('The run was reset.', { label: 'Bring it back', run: () => void this.reopen(before) });
    });
  }

  /** The saved run on the current data, or where it cannot be had a fresh one. @throws HeldoutError 'bad-input' when that is impossible */
  async open(runId: string | null, fresh: RunRequest): Promise<void> {
    const saved = runId === null ? null : await this.trainer.openRun(runId);
    if (saved) await this.show(saved);
    else await this.inTurn(() => this.start(fresh));
  }

  /** Starts training, or pauses it. */
  async toggle(): Promise<void> {
    await this.host.attempt(async () => {
      await this.settled;
      if (this.run.running) return this.trainer.pause();
      if (!(await this.host.prepared())) return;
      this.notices.clearInfo();
      this.run.running = true;
      await this.trainer.train();
    });
  }

  async stepOnce(): Promise<void> {
    await this.host.attempt(async () => {
      await this.settled;
      if (await this.host.prepared()) await this.trainer.stepOnce();
    });
  }

  /** Lengthens the run and trains on. */
  async extend(moreSteps: number): Promise<void> {
    await this.change('steps', this.run.totalSteps + moreSteps);
    if (!this.run.finished) await this.toggle();
  }

  /** Turns a knob of the selected branch, or changes its length. */
  async change(knob: KnobName | 'steps', value: KnobValue): Promise<void> {
    await this.host.attempt(async () => {
      await this.settled;
      const branch = this.run.selected;
      if (!branch) return;
      branch.record = await this.trainer.change(branch.id, knob, value);
      await this.host.remember();
    });
  }

  async choosePace(pace: Pace): Promise<void> {
    this.pace = pace;
    await this.host.attempt(() => this.trainer.setPace(pace.stepsPerSecond));
  }

  /** Starts or splits a run after those asked for before: a knob turned or a button pressed right after is meant for the result. */
  inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.settled.then(action);
    this.settled = result.catch(() => undefined);
    return result;
  }

  private async newRun(changed: Partial<RunRequest>): Promise<void> {
    await this.inTurn(() => this.start({ ...this.settings.request, ...changed }));
  }

  private async start(request: RunRequest): Promise<void> {
    await this.show(await this.trainer.newRun(request));
  }

  private async reopen(runId: string): Promise<void> {
    await this.host.attempt(async () => {
      const snapshot = await this.trainer.openRun(runId);
      if (!snapshot) throw new HeldoutError('bad-input', 'That run is no longer kept in this browser.', '');
      this.notices.clearInfo();
      await this.show(snapshot);
      this.run.previous = null;
    });
  }

  private async show(snapshot: RunSnapshot): Promise<void> {
    this.run.show(snapshot);
    if (snapshot.isInexact) this.notices.info(inexactInWords('this'));
    const first = snapshot.branches[0]?.record;
    if (first) this.settings.follow(first);
    await this.host.follow();
  }
}
