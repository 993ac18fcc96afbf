import type { Dataset } from '../core/examples.ts';
import { goneOnWith, isExactOn } from '../core/inexact-runs.ts';
import type { KnobChange, RunRecord } from '../core/run-record.ts';
import type { SlicedPart } from '../core/slices.ts';
import { Run } from '../engine/run.ts';
import type { RunData } from '../engine/run-data.ts';
import { VariantPool } from '../engine/variant-pool.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';
import type { DomainCounts, Reveal, RunRequest, RunSnapshot, SliceScores, TrainerApi, TrainerEvent, Unsaved } from '../protocol/trainer.ts';
import type { VariantPart } from '../protocol/variants.ts';
import { OpenDataset } from '../storage/open-dataset.ts';
import { BranchComparer } from './branch-comparer.ts';
import { CurrentEngine } from './current-engine.ts';
import { CurrentRun } from './current-run.ts';
import { explained, explainedLater } from './explained.ts';
import { InTurn } from './in-turn.ts';
import { lossInWords, revivedRun } from './revived-run.ts';
import type { RunKeeper, StoredBranch } from './run-keeper.ts';
import type { StudyEnvironment } from './study-environment.ts';
import type { TrainerEnvironment } from './trainer-environment.ts';
import { TrainingData } from './training-data.ts';
import { TrainingLoop } from './training-loop.ts';

/** Joins engine and storage behind TrainerApi. One data set and one run, with its branches, at a time. */
export class TrainerService implements TrainerApi {
  readonly keeper: RunKeeper;
  private readonly engine: CurrentEngine;
  private readonly commands = new InTurn();
  private readonly open = new OpenDataset();
  private emit: (event: TrainerEvent) => void = () => {};
  private stepsPerSecond = Infinity;
  private data: TrainingData | null = null;
  private active: CurrentRun | null = null;

  constructor(private readonly environment: TrainerEnvironment) {
    this.keeper = environment.keeper((error) => this.report(error));
    this.engine = new CurrentEngine(environment.startEngine, () => {
      this.active?.loop.halt(); // at once: a command under way may be waiting for the loop
      void this.commands.run(() => this.recover());
    });
  }

  /** Data, engine and clock for studies beside the run. */
  get study(): StudyEnvironment {
    return {
      current: () => this.data,
      makePopulation: (data, head, members) => this.engine.makePopulation(data, head, members),
      nowMs: this.environment.nowMs,
    };
  }

  start(choice: BackendChoice): Promise<BackendInfo> {
    return this.engine.start(choice);
  }

  async listen(listener: (event: TrainerEvent) => void): Promise<void> {
    this.emit = listener;
  }

  setData(dataset: Dataset, features: Float32Array): Promise<void> {
    return this.commands.run(async () => {
      await this.endRun();
      this.data = new TrainingData(dataset, features, this.environment.encoderVersion);
      await this.open.change(dataset.id);
    });
  }

  newRun(request: RunRequest): Promise<RunSnapshot> {
    return this.commands.run(async () => {
      const data = this.currentData();
      const record = explained(() => data.recordOf(request, this.environment.newRunId()));
      const runData = explained(() => data.runDataOf(record));
      const run = await explainedLater(Run.begin(record, runData, this.engine.makePopulation));
      await this.endRun();
      return (await this.takeUp(record.id, run, runData, new Map())).snapshot();
    });
  }

  openRun(runId: string): Promise<RunSnapshot | null> {
    return this.commands.run(async () => {
      const { data } = this;
      if (this.active?.runId === runId) await this.active.loop.stop(); // so that its last state is what is loaded
      const stored = await this.keeper.load(runId);
      const first = stored[0]?.record;
      if (!first || !data?.isOf(first)) return null;
      const isInexact = !stored.every(({ record }) => isExactOn(record, data.featuresHash));
      const kept = stored.map((branch) => ({ ...branch, record: goneOnWith(branch.record, data.featuresHash) }));
      const runData = explained(() => data.runDataOf(first));
      const run = await Run.resume(kept, runData, this.engine.makePopulation).catch(() => null);
      if (!run) return null;
      await this.endRun();
      const names = new Map(kept.map(({ record, name }) => [record.id, name]));
      return (await this.takeUp(runId, run, runData, names, { kept })).snapshot(isInexact);
    });
  }

  train(): Promise<void> {
    return this.commands.run(async () => this.current().start());
  }

  pause(): Promise<void> {
    return this.commands.run(() => this.current().loop.stop());
  }

  stepOnce(): Promise<void> {
    return this.commands.run(async () => this.current().stepOnce());
  }

  async change(branch: string, knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord> {
    // Not in turn: a change must reach a running loop at its next step.
    const { loop } = this.current();
    return explained(() => loop.change(branch, knob, value));
  }

  addVariants(runId: string, part: VariantPart): Promise<void> {
    return this.commands.run(async () => {
      if (this.active?.runId === runId) await this.active.addVariants(part);
    });
  }

  fork(branch: string): Promise<RunSnapshot> {
    return this.commands.run(() => this.current().fork(branch, this.environment.newRunId()));
  }

  renameBranch(branch: string, name: string): Promise<void> {
    return this.commands.run(() => this.current().rename(branch, name));
  }

  deleteBranch(branch: string): Promise<RunSnapshot> {
    return this.commands.run(() => this.current().remove(branch));
  }

  reveal(branch: string): Promise<Reveal> {
    return this.commands.run(() => this.current().reveal(branch));
  }

  slices(branch: string, part: SlicedPart): Promise<SliceScores> {
    return this.commands.run(() => this.current().slices(this.currentData().dataset, branch, part));
  }

  save(): Promise<Unsaved | null> {
    return this.commands.run(async () => {
      const ofRun = (await this.active?.loop.store()) ?? null;
      const refusal = ofRun ?? (await this.keeper.storeUnsaved());
      return refusal && { code: refusal.code, message: refusal.message, remedy: refusal.remedy, isRun: ofRun !== null };
    });
  }

  async counts(): Promise<DomainCounts | null> {
    return this.active?.counts() ?? null;
  }

  async forgetCounts(): Promise<void> {
    await this.keeper.forgetUnsaved();
  }

  async setPace(stepsPerSecond: number): Promise<void> {
    this.stepsPerSecond = stepsPerSecond;
    this.active?.loop.setPace(stepsPerSecond);
  }

  async predict(branch: string, embedding: Float32Array): Promise<readonly number[] | null> {
    return this.active?.predict(branch, embedding) ?? null;
  }

  /** Makes a run the current one, paused. @param from where it was kept, or the same run on a device that was lost */
  private async takeUp(runId: string, run: Run, data: RunData, names: Map<string, string>, from: { kept?: readonly StoredBranch[]; lost?: CurrentRun } = {}): Promise<CurrentRun> {
    run.noteBackend(this.engine.info.name);
    const { datasetId, heldOutDomain } = run.record;
    const loop: TrainingLoop = new TrainingLoop(run, new BranchComparer(data), {
      runId,
      nowMs: this.environment.nowMs,
      emit: (event) => this.emit(event),
      save: (saved) => this.keeper.save(runId, saved, (id) => ({ name: names.get(id) ?? '', lookedAside: loop.looks.asideOf(id) })),
      addLooks: (add) => this.keeper.addLooks(datasetId, heldOutDomain, add),
    });
    const current = new CurrentRun(runId, loop, data, names, from.lost?.variants ?? new VariantPool(data.population), this.keeper);
    this.active = current;
    loop.setPace(this.stepsPerSecond);
    if (from.kept) loop.kept = from.kept;
    for (const { record, lookedAside } of from.kept ?? []) loop.looks.recall(record.id, lookedAside ?? []);
    if (from.lost) loop.inherit(from.lost.loop);
    loop.looks.total = await this.keeper.looks(datasetId, heldOutDomain);
    return current;
  }

  private async endRun(): Promise<void> {
    const before = this.active;
    await before?.loop.stop();
    before?.loop.halt();
    before?.loop.run.dispose();
    this.active = null;
  }

  private currentData(): TrainingData {
    if (!this.data) throw new HeldoutError('bad-input', 'There is no data to train on.', 'Choose a data set first.');
    return this.data;
  }

  private current(): CurrentRun {
    if (!this.active) throw new HeldoutError('bad-input', 'There is no run to train.', 'Choose a data set first.');
    return this.active;
  }

  /** Moves to a new device, or to the next engine, and goes on from the last checkpoint. */
  private async recover(): Promise<void> {
    const before = this.active;
    const wasRunning = before?.loop.running ?? false;
    before?.loop.halt();
    before?.loop.run.dispose();
    const info = await this.engine.restart().catch((error: HeldoutError) => this.report(error));
    if (!info) return;
    this.emit({ type: 'backend', info, notice: lossInWords(before, wasRunning) });
    if (!before) return;
    const run = await revivedRun(before, this.engine.makePopulation);
    const { loop } = await this.takeUp(before.runId, run, before.data, before.names, { lost: before });
    if (wasRunning) loop.start();
    await loop.reportAll();
  }

  private report({ code, message, remedy }: HeldoutError): void {
    this.emit({ type: 'failed', code, message, remedy });
  }
}
