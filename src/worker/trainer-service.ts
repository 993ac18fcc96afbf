import type { Dataset } from '../core/examples.ts';
import { EVALUATE_EVERY, checkHead, checkSteps, type KnobChange, type RunRecord } from '../core/run-record.ts';
import { splitDataset, type Split } from '../core/splits.ts';
import { Run } from '../engine/run.ts';
import type { TrainingData } from '../engine/trainer.ts';
import { tfjsTrainers, type TrainerFactory } from '../engine/trainer-factory.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, BackendName } from '../protocol/progress.ts';
import type { Looks, RunRequest, RunSnapshot, SplitSummary, TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import type { RunKeeper } from './run-keeper.ts';
import { TrainingLoop, type LoopState } from './training-loop.ts';

/** What the service needs from outside: the device, the clock, names for runs. */
export interface TrainerEnvironment {
  readonly encoderVersion: string;
  startBackend(choice: BackendChoice): Promise<BackendInfo>;
  onDeviceLost(callback: () => void): void;
  /** What trains heads on a backend. */
  trainersFor(backend: BackendName): Promise<TrainerFactory>;
  nowMs(): number;
  newRunId(): string;
  keeper(report: (error: HeldoutError) => void): RunKeeper;
}

/** Joins engine and storage behind TrainerApi. One data set and one run at a time. */
export class TrainerService implements TrainerApi {
  private readonly keeper: RunKeeper;
  private emit: (event: TrainerEvent) => void = () => {};
  private choice: BackendChoice = 'auto';
  private backend: BackendInfo | null = null;
  private stepsPerSecond = Infinity;
  private makeTrainer: TrainerFactory = tfjsTrainers;
  private dataset: Dataset | null = null;
  private features: Float32Array = new Float32Array();
  private loop: TrainingLoop | null = null;
  private commands: Promise<unknown> = Promise.resolve();

  constructor(private readonly environment: TrainerEnvironment) {
    this.keeper = environment.keeper(({ code, message, remedy }) => this.emit({ type: 'failed', code, message, remedy }));
    environment.onDeviceLost(() => {
      this.loop?.halt(); // at once: a command under way may be waiting for the loop
      void this.inTurn(() => this.recover());
    });
  }

  async start(choice: BackendChoice): Promise<BackendInfo> {
    this.choice = choice;
    return this.startBackend();
  }

  async listen(listener: (event: TrainerEvent) => void): Promise<void> {
    this.emit = listener;
  }

  setData(dataset: Dataset, features: Float32Array): Promise<void> {
    return this.inTurn(async () => {
      await this.endRun();
      this.dataset = dataset;
      this.features = features;
    });
  }

  newRun(request: RunRequest): Promise<RunSnapshot> {
    return this.inTurn(async () => {
      const { dataset } = this;
      if (!dataset) throw new HeldoutError('bad-input', 'There is no data to train on.', 'Choose a data set first.');
      const split = explained(() => {
        checkHead(request.head);
        checkSteps(request.steps);
        return splitDataset(dataset, request.heldOutDomain, request.seed);
      });
      await this.endRun();
      const record: RunRecord = {
        version: 1,
        id: this.environment.newRunId(),
        datasetId: dataset.id,
        encoderVersion: this.environment.encoderVersion,
        heldOutDomain: request.heldOutDomain,
        head: request.head,
        seed: request.seed,
        initialKnobs: request.knobs,
        initialSteps: request.steps,
        evaluateEvery: EVALUATE_EVERY,
        log: [],
        backends: [],
      };
      return this.beginLoop(new Run(record, this.trainingData(dataset, split), this.makeTrainer), split);
    });
  }

  openRun(runId: string): Promise<RunSnapshot | null> {
    return this.inTurn(async () => {
      const { dataset } = this;
      if (this.loop?.run.record.id === runId) await this.loop.stop(); // so that its last state is what is loaded
      const kept = await this.keeper.load(runId);
      if (!dataset || !kept || kept.record.datasetId !== dataset.id || kept.record.encoderVersion !== this.environment.encoderVersion) return null;
      const split = explained(() => splitDataset(dataset, kept.record.heldOutDomain, kept.record.seed));
      const run = new Run(kept.record, this.trainingData(dataset, split), this.makeTrainer);
      try {
        run.restore(kept.checkpoint, kept.curve);
      } catch {
        run.dispose();
        return null;
      }
      await this.endRun();
      return this.beginLoop(run, split, kept);
    });
  }

  train(): Promise<void> {
    return this.inTurn(async () => this.activeLoop().start());
  }

  pause(): Promise<void> {
    return this.inTurn(() => this.activeLoop().stop());
  }

  stepOnce(): Promise<void> {
    return this.inTurn(() => this.activeLoop().once());
  }

  async change(knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord> {
    // Not in turn: a change must reach a running loop at its next step.
    return explained(() => this.activeLoop().change(knob, value));
  }

  async setPace(stepsPerSecond: number): Promise<void> {
    this.stepsPerSecond = stepsPerSecond;
    this.loop?.setPace(stepsPerSecond);
  }

  async predict(embedding: Float32Array): Promise<readonly number[] | null> {
    return this.loop ? this.loop.run.predict(embedding) : null;
  }

  private async startBackend(): Promise<BackendInfo> {
    const backend = await this.environment.startBackend(this.choice);
    this.makeTrainer = await this.environment.trainersFor(backend.name);
    this.backend = backend;
    return backend;
  }

  private trainingData(dataset: Dataset, split: Split): TrainingData {
    const classIndex = new Map(split.labels.map((label, index) => [label, index]));
    return {
      features: this.features,
      width: this.features.length / dataset.examples.length,
      classOf: Uint32Array.from(dataset.examples, (example) => classIndex.get(example.label) ?? 0),
      split,
    };
  }

  private async beginLoop(run: Run, split: Split, from?: LoopState): Promise<RunSnapshot> {
    const { datasetId, heldOutDomain } = run.record;
    if (this.backend) run.noteBackend(this.backend.name);
    this.loop = new TrainingLoop(run, split, this.keeper, this.environment.nowMs, (event) => this.emit(event));
    this.loop.setPace(this.stepsPerSecond);
    if (from) this.loop.inherit(from);
    this.loop.looks = await this.keeper.looks(datasetId, heldOutDomain);
    return snapshot(run, split, this.loop.looks);
  }

  private async endRun(): Promise<void> {
    await this.loop?.stop();
    this.loop?.run.dispose();
    this.loop = null;
  }

  private activeLoop(): TrainingLoop {
    if (!this.loop) throw new HeldoutError('bad-input', 'There is no run to train.', 'Choose a data set first.');
    return this.loop;
  }

  /** Moves to a new device, or to the next backend, and goes on from the last checkpoint. */
  private async recover(): Promise<void> {
    const { loop } = this;
    const wasRunning = loop?.running ?? false;
    loop?.halt();
    loop?.run.dispose();
    try {
      await this.startBackend();
    } catch (error) {
      const known = error instanceof HeldoutError ? error : new HeldoutError('no-backend', 'The graphics device was lost and nothing could take its place.', 'Reload the page: the run is saved.');
      this.emit({ type: 'failed', code: known.code, message: known.message, remedy: known.remedy });
      return;
    }
    const doing = loop ? ` Training ${wasRunning ? 'goes on' : 'can go on'} from step ${loop.checkpointStep.toLocaleString('en')}.` : '';
    this.emit({ type: 'backend', info: this.backend as BackendInfo, notice: `The graphics device was lost.${doing}` });
    if (!loop || !this.dataset) return;
    const { record, curve } = loop.run;
    const split = loop.split;
    const run = new Run(record, this.trainingData(this.dataset, split), this.makeTrainer);
    if (loop.checkpoint) run.restore(loop.checkpoint, curve);
    await this.beginLoop(run, split, loop);
    if (wasRunning) this.loop?.start();
    this.loop?.reportAll();
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
    if (error instanceof RangeError) throw new HeldoutError('bad-input', error.message, '');
    throw error;
  }
}

function snapshot(run: Run, split: Split, looks: Looks): RunSnapshot {
  return { record: run.record, split: summary(split), sizes: run.sizes, curve: run.curve, step: run.step, looks };
}

function summary(split: Split): SplitSummary {
  return {
    heldOutDomain: split.heldOutDomain,
    hasDomains: split.hasDomains,
    trainDomains: split.trainDomains.map((name, i) => ({ name, rows: split.train[i]?.length ?? 0 })),
    validation: split.validation.length,
    watched: split.watched.length,
    sealed: split.sealed.length,
    labels: split.labels,
    sharedWithHeldOut: split.sharedWithHeldOut,
    unseenLabels: split.unseenLabels,
  };
}
