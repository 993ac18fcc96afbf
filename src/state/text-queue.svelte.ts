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
}

/**
 * Embeds the augmented texts that the run's branches call for, a part at a time, and hands them to the trainer, which lets them join the
 * batches. First come those that a reopened run's records name: without them it cannot go on.
 */
export class TextQueue {
  /** What is being embedded; null when nothing is. */
  task = $state.raw<VariantTask | null>(null);
  /** Why nothing is embedded although something is called for. */
  halted = $state<'cancelled' | 'failed' | null>(null);
  gathered = $state.raw<readonly GatheredTexts[]>([]);
  /** The part under way. */
  readonly job: Job;

  /** Counts runs: what was asked for an earlier one is let go. */
  private generation = 0;
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

  /** What has been gathered of a task's kind and strength; null before the first part. */
  of(task: Pick<VariantTask, 'kind' | 'strength'>): GatheredTexts | null {
    return this.gathered.find((texts) => isSame(texts, task)) ?? null;
  }

  /** To be called when a run was started or opened: the trainer has none of its augmented texts. */
  begin(): void {
    this.generation++;
    this.gathered = [];
    this.known = [];
    this.halted = null;
    this.job.cancel();
    this.tell();
    this.update();
  }

  /** To be called whenever the run's branches or their knobs may have changed. */
  update(): void {
    const { tasks } = this;
    if (tasks.some((task) => !this.known.some((other) => isSame(other, task)))) this.halted = null; // something new is called for
    this.known = tasks;
    void this.work();
  }

  /** Embeds no more; what has joined stays. */
  cancel(): void {
    this.halted = 'cancelled';
    this.job.cancel();
    this.tell();
  }

  /** Goes on after a cancel or a failure. */
  resume(): void {
    this.halted = null;
    this.update();
  }

  /**
   * Waits until the run can go on, and takes up again what was halted.
   * @returns whether it can: not after a cancel, a failure that the user was told of, or when another run has taken its place
   */
  async prepared(): Promise<boolean> {
    const { generation } = this;
    if (!this.isPrepared) this.resume();
    while (!this.isPrepared && this.halted === null && this.generation === generation) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.isPrepared && this.generation === generation;
  }

  private isOpen(task: VariantTask): boolean {
    const texts = this.of(task);
    return texts === null || texts.count < (task.required ?? texts.total);
  }

  /** While the page is busy with data, the encoder is left to that, unless the run waits. */
  private next(): VariantTask | null {
    if (this.halted !== null || this.run.runId === '') return null;
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
    const from = this.of({ kind, strength })?.count ?? 0;
    const to = Math.min(from + VARIANTS_AT_ONCE, required ?? Infinity);
    const request = { datasetId: current.entryId, heldOutDomain: record.heldOutDomain, seed: record.seed, kind, strength, from, to };
    try {
      const { storageProblem, ...part } = await this.job.run('Embedding augmented texts', (job, onProgress) => this.variants.embed(request, job, onProgress));
      const gathered = { kind, strength, count: from + part.source.length, total: part.total };
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
