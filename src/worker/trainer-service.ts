import type { Dataset } from '../core/examples.ts';
import { hashFloats } from '../core/hash.ts';
import { EVALUATE_EVERY, checkHead, checkSeeds, checkSteps, rewound, seedsOf, type KnobChange, type RunRecord } from '../core/run-record.ts';
import { shapedSplits } from '../core/shaped-split.ts';
import { Run } from '../engine/run.ts';
import type { RunData } from '../engine/run-data.ts';
import type { PopulationFactory } from '../engine/population/population.ts';
import type { TrainerEngine } from '../engine/trainer-engine.ts';
import { VariantPool } from '../engine/variant-pool.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';
import type { DomainCounts, Reveal, RunRequest, RunSnapshot, TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import type { VariantPart } from '../protocol/variants.ts';
import { BranchComparer } from './branch-comparer.ts';
import { CurrentRun } from './current-run.ts';
import { explained, explainedLater } from './explained.ts';
import type { RunKeeper } from './run-keeper.ts';
import { runDataOf } from './run-data-of.ts';
import type { StudyEnvironment } from './study-environment.ts';
import { TrainingLoop, type LoopState } from './training-loop.ts';

/** What the service needs from outside: the device, the clock, names for runs. */
export interface TrainerEnvironment {
  readonly encoderVersion: string;
  startEngine(choice: BackendChoice): Promise<TrainerEngine>;
  nowMs(): number;
  newRunId(): string;
  keeper(report: (error: HeldoutError) => void): RunKeeper;
}

/** Joins engine and storage behind TrainerApi. One data set and one run, with its branches, at a time. */
export class TrainerService implements TrainerApi {
  readonly keeper: RunKeeper;
  private emit: (event: TrainerEvent) => void = () => {};
  private choice: BackendChoice = 'auto';
  private engine: TrainerEngine | null = null;
  private stepsPerSecond = Infinity;
  private data: { readonly dataset: Dataset; readonly features: Float32Array; readonly featuresHash: string } | null = null;
  private active: CurrentRun | null = null;
  private commands: Promise<unknown> = Promise.resolve();

  constructor(private readonly environment: TrainerEnvironment) {
    this.keeper = environment.keeper(({ code, message, remedy }) => this.emit({ type: 'failed', code, message, remedy }));
  }

  /** Data, engine and clock for studies beside the run. */
  get study(): StudyEnvironment {
    return {
      current: () => this.data,
      makePopulation: (data, head, members) => this.makePopulation(data, head, members),
      nowMs: this.environment.nowMs,
    };
  }

  async start(choice: BackendChoice): Promise<BackendInfo> {
    this.choice = choice;
    return this.startEngine();
  }

  async listen(listener: (event: TrainerEvent) => void): Promise<void> {
    this.emit = listener;
  }

  setData(dataset: Dataset, features: Float32Array): Promise<void> {
    return this.inTurn(async () => {
      await this.endRun();
      this.data = { dataset, features, featuresHash: hashFloats(features) };
    });
  }

  newRun(request: RunRequest): Promise<RunSnapshot> {
    return this.inTurn(async () => {
      const { data } = this;
      if (!data) throw new HeldoutError('bad-input', 'There is no data to train on.', 'Choose a data set first.');
      const record: RunRecord = {
        version: 3,
        id: this.environment.newRunId(),
        datasetId: data.dataset.id,
        encoderVersion: this.environment.encoderVersion,
        featuresHash: data.featuresHash,
        heldOutDomain: request.heldOutDomain,
        head: request.head,
        seeds: request.seeds,
        seed: request.seed,
        groupBy: request.groupBy,
        shape: request.shape,
        initialKnobs: request.knobs,
        initialSteps: request.steps,
        evaluateEvery: EVALUATE_EVERY,
        log: [],
        variantJoins: [],
        backends: [],
        fork: null,
      };
      const runData = explained(() => {
        checkHead(record.head);
        checkSteps(record.initialSteps);
        checkSeeds(record.seeds);
        return this.runData(record);
      });
      const run = await explainedLater(Run.begin(record, runData, this.makePopulation));
      await this.endRun();
      return this.beginLoop(record.id, run, runData, new Map());
    });
  }

  openRun(runId: string): Promise<RunSnapshot | null> {
    return this.inTurn(async () => {
      if (this.active?.runId === runId) await this.active.loop.stop(); // so that its last state is what is loaded
      const kept = await this.keeper.load(runId);
      const record = kept[0]?.record;
      const fits = record && record.datasetId === this.data?.dataset.id && record.encoderVersion === this.environment.encoderVersion && ['', this.data.featuresHash].includes(record.featuresHash);
      if (!record || !fits) return null;
      const runData = explained(() => this.runData(record));
      const run = await Run.resume(kept, runData, this.makePopulation).catch(() => null);
      if (!run) return null;
      await this.endRun();
      const names = new Map(kept.map((branch) => [branch.record.id, branch.name]));
      return this.beginLoop(runId, run, runData, names, kept);
    });
  }

  train(): Promise<void> {
    return this.inTurn(async () => this.current().start());
  }

  pause(): Promise<void> {
    return this.inTurn(() => this.current().loop.stop());
  }

  stepOnce(): Promise<void> {
    return this.inTurn(async () => this.current().stepOnce());
  }

  async change(branch: string, knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord> {
    // Not in turn: a change must reach a running loop at its next step.
    const { loop } = this.current();
    return explained(() => loop.change(branch, knob, value));
  }

  addVariants(runId: string, part: VariantPart): Promise<void> {
    return this.inTurn(async () => {
      if (this.active?.runId === runId) await this.active.addVariants(part);
    });
  }

  fork(branch: string): Promise<RunSnapshot> {
    return this.inTurn(() => this.current().fork(branch, this.environment.newRunId()));
  }

  renameBranch(branch: string, name: string): Promise<void> {
    return this.inTurn(() => this.current().rename(branch, name));
  }

  deleteBranch(branch: string): Promise<RunSnapshot> {
    return this.inTurn(() => this.current().remove(branch));
  }

  reveal(branch: string): Promise<Reveal> {
    return this.inTurn(() => this.current().reveal(branch));
  }

  async counts(): Promise<DomainCounts | null> {
    return this.active?.counts() ?? null;
  }

  async setPace(stepsPerSecond: number): Promise<void> {
    this.stepsPerSecond = stepsPerSecond;
    this.active?.loop.setPace(stepsPerSecond);
  }

  async predict(branch: string, embedding: Float32Array): Promise<readonly number[] | null> {
    return this.active?.predict(branch, embedding) ?? null;
  }

  private get makePopulation(): PopulationFactory {
    if (!this.engine) throw new HeldoutError('no-backend', 'Training has not been started.', 'Reload the page.');
    return this.engine.makePopulation;
  }

  private async startEngine(): Promise<BackendInfo> {
    const engine = await this.environment.startEngine(this.choice);
    this.engine = engine;
    void engine.lost.then(() => {
      if (this.engine !== engine) return;
      this.active?.loop.halt(); // at once: a command under way may be waiting for the loop
      void this.inTurn(() => this.recover());
    });
    return engine.info;
  }

  private runData(record: RunRecord): RunData {
    if (!this.data) throw new RangeError('There is no data to train on.');
    const { dataset, features } = this.data;
    return runDataOf(dataset, features, shapedSplits(dataset, record.heldOutDomain, seedsOf(record), record.shape), record.groupBy);
  }

  private async beginLoop(runId: string, run: Run, data: RunData, names: Map<string, string>, kept?: LoopState['kept'], before?: CurrentRun): Promise<RunSnapshot> {
    if (this.engine) run.noteBackend(this.engine.info.name);
    const { datasetId, heldOutDomain } = run.record;
    const loop = new TrainingLoop(run, new BranchComparer(data), {
      runId,
      nowMs: this.environment.nowMs,
      emit: (event) => this.emit(event),
      save: (saved) => this.keeper.save(runId, saved, (id) => names.get(id) ?? ''),
      addLooks: (add) => this.keeper.addLooks(datasetId, heldOutDomain, add),
    });
    const current = new CurrentRun(runId, loop, data, names, before?.variants ?? new VariantPool(data.population), this.keeper);
    this.active = current;
    loop.setPace(this.stepsPerSecond);
    if (kept) loop.kept = kept;
    if (before) loop.inherit(before.loop);
    loop.looks = await this.keeper.looks(datasetId, heldOutDomain);
    return current.snapshot();
  }

  private async endRun(): Promise<void> {
    const before = this.active;
    await before?.loop.stop();
    before?.loop.halt();
    before?.loop.run.dispose();
    this.active = null;
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
    let info: BackendInfo;
    try {
      info = await this.startEngine();
    } catch (error) {
      const known = error instanceof HeldoutError ? error : new HeldoutError('no-backend', 'The graphics device was lost and nothing could take its place.', 'Reload the page: the run is saved.');
      this.emit({ type: 'failed', code: known.code, message: known.message, remedy: known.remedy });
      return;
    }
    const step = before?.loop.kept?.[0]?.checkpoints[0]?.step ?? 0;
    const doing = before ? ` Training ${wasRunning ? 'goes on' : 'can go on'} from step ${step.toLocaleString('en')}.` : '';
    this.emit({ type: 'backend', info, notice: `The graphics device was lost.${doing}` });
    if (!before) return;
    const { runId, loop, data, names, variants } = before;
    const grown = { ...data, population: variants.data };
    // Changes made since the last checkpoint are in the records that the lost run had.
    const kept = loop.kept?.map((branch) => ({ ...branch, record: loop.run.recordOf(branch.record.id) }));
    const run = kept ? await Run.resume(kept, grown, this.makePopulation) : await Run.begin(rewound(loop.run.record, 0), grown, this.makePopulation);
    if (!run.lacksVariants) await run.join(variants.data); // what joined after the checkpoint joins anew
    await this.beginLoop(runId, run, data, names, loop.kept, before);
    if (wasRunning) this.active?.loop.start();
    await this.active?.loop.reportAll();
  }

  /** Runs commands one after another, whatever the order of their awaits. */
  private inTurn<T>(command: () => Promise<T>): Promise<T> {
    const result = this.commands.then(command);
    this.commands = result.catch(() => {});
    return result;
  }
}
