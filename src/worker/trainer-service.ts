import { softmax, scoreRows } from '../core/metrics.ts';
import type { Dataset } from '../core/examples.ts';
import { hashFloats } from '../core/hash.ts';
import { EVALUATE_EVERY, checkHead, checkSeeds, checkSteps, rewound, seedsOf, type KnobChange, type RunRecord } from '../core/run-record.ts';
import { splitsOfSeeds } from '../core/splits.ts';
import { Run } from '../engine/run.ts';
import type { RunData } from '../engine/run-data.ts';
import type { PopulationFactory } from '../engine/population/population.ts';
import type { TrainerEngine } from '../engine/trainer-engine.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';
import type { DomainCounts, Reveal, RunRequest, RunSnapshot, TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import { BranchComparer } from './branch-comparer.ts';
import type { RunKeeper } from './run-keeper.ts';
import { runDataOf, summaryOf } from './run-data-of.ts';
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

/** What is being trained. */
interface Current {
  readonly runId: string;
  readonly loop: TrainingLoop;
  readonly data: RunData;
  readonly names: Map<string, string>;
}

/** Joins engine and storage behind TrainerApi. One data set and one run, with its branches, at a time. */
export class TrainerService implements TrainerApi {
  readonly keeper: RunKeeper;
  private emit: (event: TrainerEvent) => void = () => {};
  private choice: BackendChoice = 'auto';
  private engine: TrainerEngine | null = null;
  private stepsPerSecond = Infinity;
  private data: { readonly dataset: Dataset; readonly features: Float32Array; readonly featuresHash: string } | null = null;
  private active: Current | null = null;
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
        version: 2,
        id: this.environment.newRunId(),
        datasetId: data.dataset.id,
        encoderVersion: this.environment.encoderVersion,
        featuresHash: data.featuresHash,
        heldOutDomain: request.heldOutDomain,
        head: request.head,
        seeds: request.seeds,
        seed: request.seed,
        groupBy: request.groupBy,
        initialKnobs: request.knobs,
        initialSteps: request.steps,
        evaluateEvery: EVALUATE_EVERY,
        log: [],
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
    return this.inTurn(async () => this.current().loop.start());
  }

  pause(): Promise<void> {
    return this.inTurn(() => this.current().loop.stop());
  }

  stepOnce(): Promise<void> {
    return this.inTurn(() => this.current().loop.once());
  }

  async change(branch: string, knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord> {
    // Not in turn: a change must reach a running loop at its next step.
    const { loop } = this.current();
    return explained(() => loop.change(branch, knob, value));
  }

  fork(branch: string): Promise<RunSnapshot> {
    return this.inTurn(async () => {
      const { loop } = this.current();
      await explainedLater(loop.rearrange(() => loop.run.fork(branch, this.environment.newRunId())));
      return this.snapshot();
    });
  }

  renameBranch(branch: string, name: string): Promise<void> {
    return this.inTurn(async () => {
      const { loop, names } = this.current();
      explained(() => loop.run.recordOf(branch));
      names.set(branch, name);
      await loop.rearrange(async () => undefined);
    });
  }

  deleteBranch(branch: string): Promise<RunSnapshot> {
    return this.inTurn(async () => {
      const { loop } = this.current();
      await explainedLater(loop.rearrange(() => loop.run.remove(branch)));
      return this.snapshot();
    });
  }

  reveal(branch: string): Promise<Reveal> {
    return this.inTurn(async () => {
      const { loop, data } = this.current();
      const record = explained(() => loop.run.recordOf(branch));
      if (!loop.run.finishedOf(branch)) throw new HeldoutError('bad-input', 'The sealed half can be revealed when the run is over.', 'Let it train to its last step.');
      const sealed = data.splits[0]?.sealed ?? new Uint32Array();
      if (sealed.length === 0) throw new HeldoutError('bad-input', 'There are too few held-out examples: none could be sealed.', 'Add examples to the held-out domain.');
      const logits = await loop.run.rowLogits(branch, () => sealed);
      const { classOf, classes } = data.population;
      const targets = sealed.map((row) => classOf[row] as number);
      return { sealed: logits.map((own) => scoreRows(own, classes, targets, 0, targets.length)), reveals: await this.keeper.addReveal(record.datasetId, record.heldOutDomain) };
    });
  }

  async counts(): Promise<DomainCounts | null> {
    const loop = this.active?.loop;
    if (!loop) return null;
    const { datasetId, heldOutDomain } = loop.run.record;
    const looks = await this.keeper.looks(datasetId, heldOutDomain);
    if (!loop.running) loop.looks = looks; // while it trains, it counts for itself
    return { looks, reveals: await this.keeper.reveals(datasetId, heldOutDomain) };
  }

  async setPace(stepsPerSecond: number): Promise<void> {
    this.stepsPerSecond = stepsPerSecond;
    this.active?.loop.setPace(stepsPerSecond);
  }

  async predict(branch: string, embedding: Float32Array): Promise<readonly number[] | null> {
    const run = this.active?.loop.run;
    if (!run?.ids.includes(branch)) return null;
    const heads = (await run.logits(branch, embedding)).map(softmax);
    return (heads[0] ?? []).map((_, c) => heads.reduce((sum, head) => sum + (head[c] as number), 0) / heads.length);
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
    return runDataOf(dataset, features, splitsOfSeeds(dataset, record.heldOutDomain, seedsOf(record)), record.groupBy);
  }

  private async beginLoop(runId: string, run: Run, data: RunData, names: Map<string, string>, kept?: LoopState['kept'], from?: LoopState): Promise<RunSnapshot> {
    if (this.engine) run.noteBackend(this.engine.info.name);
    const { datasetId, heldOutDomain } = run.record;
    const loop = new TrainingLoop(run, new BranchComparer(data), {
      runId,
      nowMs: this.environment.nowMs,
      emit: (event) => this.emit(event),
      save: (saved) => this.keeper.save(runId, saved, (id) => names.get(id) ?? ''),
      addLooks: (add) => this.keeper.addLooks(datasetId, heldOutDomain, add),
    });
    this.active = { runId, loop, data, names };
    loop.setPace(this.stepsPerSecond);
    if (kept) loop.kept = kept;
    if (from) loop.inherit(from);
    loop.looks = await this.keeper.looks(datasetId, heldOutDomain);
    return this.snapshot();
  }

  private async snapshot(): Promise<RunSnapshot> {
    const { runId, loop, data, names } = this.current();
    const { run } = loop;
    const reveals = await this.keeper.reveals(run.record.datasetId, run.record.heldOutDomain);
    // All at once and last: what is reported after this goes on from here.
    return {
      runId,
      branches: run.ids.map((id) => ({ record: run.recordOf(id), name: names.get(id) ?? '', step: run.stepOf(id), heads: run.headsOf(id) })),
      split: summaryOf(data),
      looks: loop.looks,
      reveals,
    };
  }

  private async endRun(): Promise<void> {
    const before = this.active;
    await before?.loop.stop();
    before?.loop.halt();
    before?.loop.run.dispose();
    this.active = null;
  }

  private current(): Current {
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
    const { runId, loop, data, names } = before;
    // Changes made since the last checkpoint are in the records that the lost run had.
    const kept = loop.kept?.map((branch) => ({ ...branch, record: loop.run.recordOf(branch.record.id) }));
    const run = kept ? await Run.resume(kept, data, this.makePopulation) : await Run.begin(rewound(loop.run.record, 0), data, this.makePopulation);
    await this.beginLoop(runId, run, data, names, loop.kept, loop);
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

/** Turns the core's RangeErrors into errors that the page can show. */
function explained<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asExplained(error);
  }
}

function explainedLater<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: unknown) => {
    throw asExplained(error);
  });
}

function asExplained(error: unknown): unknown {
  return error instanceof RangeError ? new HeldoutError('bad-input', error.message, '') : error;
}
