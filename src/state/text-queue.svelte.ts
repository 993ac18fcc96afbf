import { isSame, variantTasks, type VariantTask } from '../core/augment/tasks.ts';
import type { TextKind } from '../core/augment/kinds.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { TrainerApi } from '../protocol/trainer.ts';
import { VARIANTS_AT_ONCE, type VariantApi } from '../protocol/variants.ts';
import type { DatasetHost } from './dataset-host.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** What the trainer has been given of one kind and strength. */
export interface GatheredTexts {
  readonly kind: TextKind;
  readonly strength: number;
  readonly count: number;
  readonly total: number;
  /** So many of `count` are no texts: nothing could be changed there. */
  readonly unchanged: number;
}

/**
 * Embeds the augmented texts that the run's branches call for, a part at a time, and hands them to the trainer, which lets them join the
 * batches. First come those that a reopened run's records name: without them it cannot go on. On data that was just opened it waits until
 * it is asked to, by Train, Step, `resume`, or a kind switched on: opening data shall not make the encoder be downloaded, nor keep it busy.
 */
export class TextQueue {
  /** What is being embedded; null when nothing is. */
  task = $state.raw<VariantTask | null>(null);
  /** Why nothing is embedded although something is called for. */
  halted = $state<'cancelled' | 'failed' | null>(null);
  gathered = $state.raw<readonly GatheredTexts[]>([]);
  /** Whether nothing was asked for since the data was opened. */
  private isUnasked = $state(true);
  /** The part under way. */
  readonly job: Job;

  /** Counts runs: what was asked for an earlier one is let go. */
  private generation = 0;
  /** The data set of the current run. */
  private entryId = '';
  private known: readonly VariantTask[] = [];
  private isWorking = false;
  private saidUnsaved = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly variants: VariantApi,
    private readonly trainer: Pick<TrainerApi, 'addVariants'>,
    private readonly run: RunState,
    private readonly notices: Notices,
    private readonly host: Pick<DatasetHost, 'job' | 'current'>,
  ) {
    this.job = new Job((job) => variants.cancel(job));
  }

  get tasks(): readonly VariantTask[] {
    return variantTasks(this.run.branches.map(({ record, settings }) => ({ variantJoins: record.variantJoins, knobs: settings.knobs })));
  }

  /** Whether the run can go on: all augmented texts are there that its records name. */
  get isPrepared(): boolean {
    return this.tasks.every((task) => task.required === null || !this.isOpen(task));
  }

  /** Whether something is called for, and not embedded before it is asked for. */
  get isWaiting(): boolean {
    return this.isUnasked && this.tasks.some((task) => this.isOpen(task));
  }

  /** What has been gathered of a task's kind and strength; null before the first part. */
  of(task: Pick<VariantTask, 'kind' | 'strength'>): GatheredTexts | null {
    return this.gathered.find((texts) => isSame(texts, task)) ?? null;
  }

  /** Of the first `count` of a kind and strength, how many are no texts, since nothing could be changed; null where that is not known. */
  unchangedIn({ kind, strength, count }: Pick<GatheredTexts, 'kind' | 'strength' | 'count'>): number | null {
    const texts = this.of({ kind, strength });
    if (!texts || texts.count < count) return null;
    return texts.unchanged === 0 || texts.count === count ? texts.unchanged : null;
  }

  /** Whether all that has been gathered are texts. */
  get isExact(): boolean {
    return this.gathered.length > 0 && this.gathered.every(({ unchanged }) => unchanged === 0);
  }

  /** To be called when a run was started or opened: the trainer has none of its augmented texts. */
  begin(): void {
    const entryId = this.host.current()?.entryId ?? '';
    if (entryId !== this.entryId) this.isUnasked = true;
    this.entryId = entryId;
    this.generation++;
    this.gathered = [];
    this.known = this.tasks;
    this.halted = null;
    this.job.cancel();
    this.tell();
    this.update();
  }

  /** To be called whenever the run's branches or their knobs may have changed. */
  update(): void {
    const { tasks } = this;
    if (tasks.some((task) => !this.known.some((other) => isSame(other, task)))) this.halted = null; // something new is called for
    if (tasks.some(({ kind }) => !this.known.some((other) => other.kind === kind))) this.isUnasked = false; // a kind was switched on
    this.known = tasks;
    void this.work();
  }

  /** Embeds no more; what has joined stays. */
  cancel(): void {
    this.halted = 'cancelled';
    this.job.cancel();
    this.tell();
  }

  /** Begins, or goes on after a cancel or a failure. */
  resume(): void {
    this.halted = null;
    this.isUnasked = false;
    this.update();
  }

  /**
   * Waits until the run can go on, begins with what waited, and takes up again what was halted.
   * @returns whether it can: not after a cancel, a failure that the user was told of, or when another run has taken its place
   */
  async prepared(): Promise<boolean> {
    const { generation } = this;
    if (this.isWaiting || !this.isPrepared) this.resume();
    while (!this.isPrepared && this.halted === null && this.generation === generation) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.isPrepared && this.generation === generation;
  }

  private isOpen(task: VariantTask): boolean {
    const texts = this.of(task);
    return texts === null || texts.count < (task.required ?? texts.total);
  }

  /** While the page is busy with data, the encoder is left to that, unless the run waits. */
  private next(): VariantTask | null {
    if (this.halted !== null || this.isUnasked || this.run.runId === '') return null;
    return this.tasks.find((task) => this.isOpen(task) && (task.required !== null || !this.host.job.busy)) ?? null;
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    try {
      for (let task = this.next(); task !== null; task = this.next()) {
        this.task = task;
        await this.embedPart(task);
        this.tell();
      }
    } finally {
      this.task = null;
      this.isWorking = false;
      this.tell();
    }
  }

  private async embedPart({ kind, strength, required }: VariantTask): Promise<void> {
    const { generation } = this;
    const { record, runId } = this.run;
    const current = this.host.current();
    if (!record || !current) return void (this.halted = 'failed');
    const before = this.of({ kind, strength });
    const from = before?.count ?? 0;
    const to = Math.min(from + VARIANTS_AT_ONCE, required ?? Infinity);
    const request = { datasetId: current.entryId, heldOutDomain: record.heldOutDomain, seed: record.seed, kind, strength, from, to };
    try {
      const { storageProblem, ...part } = await this.job.run('Embedding augmented texts', (job, onProgress) => this.variants.embed(request, job, onProgress));
      const unchanged = part.has.reduce((sum, has) => sum + 1 - has, before?.unchanged ?? 0);
      const gathered = { kind, strength, count: from + part.source.length, total: part.total, unchanged };
      if (storageProblem !== null && !this.saidUnsaved) this.notices.problem(storageProblem, 'Training works all the same.');
      this.saidUnsaved ||= storageProblem !== null;
      if (this.generation !== generation || this.halted !== null) return;
      await this.trainer.addVariants(runId, part);
      if (this.generation === generation) this.gathered = [...this.gathered.filter((texts) => !isSame(texts, gathered)), gathered];
    } catch (error) {
      if (this.generation !== generation) return;
      const cancelled = error instanceof HeldoutError && error.code === 'cancelled';
      this.halted = cancelled ? 'cancelled' : 'failed';
      if (!cancelled) this.notices.error(error, { label: 'Try again', run: () => this.resume() });
    }
  }

  private tell(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
