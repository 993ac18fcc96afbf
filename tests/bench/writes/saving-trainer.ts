import { expose } from 'comlink';
import type { Dataset } from '../../../src/core/examples.ts';
import { DEFAULT_KNOBS } from '../../../src/core/knobs.ts';
import { MAX_STEPS } from '../../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../../src/core/shape.ts';
import { compiledKernel } from '../../../src/engine/browser-assets.ts';
import { ENCODER_VERSION } from '../../../src/engine/encoder/version.ts';
import { wasmPopulations } from '../../../src/engine/population/wasm-population.ts';
import { carryErrors } from '../../../src/protocol/wire.ts';
import { Storage } from '../../../src/storage/storage.ts';
import { RunKeeper, type RunStorage } from '../../../src/worker/run-keeper.ts';
import { runStorage } from '../../../src/worker/run-storage.ts';
import { TrainerService } from '../../../src/worker/trainer-service.ts';
import { writeInOwnScopes } from './own-scopes.ts';

/** What a training did between `begin` and `end`. */
export interface TrainedFor {
  readonly steps: number;
  readonly seconds: number;
  /** Milliseconds of each save of the run. */
  readonly saves: readonly number[];
  /** Milliseconds of each count of looks, one an evaluation. */
  readonly counts: readonly number[];
}

/** A thread that trains one head with the page's defaults, as fast as it can, and saves as the page's training worker does. */
class SavingTrainer {
  private storage: Storage | null = null;
  private service: TrainerService | null = null;
  private heldOutDomain = '';
  private steps = 0;
  private startedAt = 0;
  private saves: number[] = [];
  private counts: number[] = [];
  private trouble: string | null = null;

  async open(database: string, isInTurn: boolean, dataset: Dataset, features: Float32Array): Promise<void> {
    if (!isInTurn) writeInOwnScopes();
    const storage = new Storage(database);
    const makePopulation = wasmPopulations(await compiledKernel());
    let runs = 0;
    const service = new TrainerService({
      encoderVersion: ENCODER_VERSION,
      startEngine: async () => ({ info: { name: 'wasm', reason: '', adapter: '' }, makePopulation, lost: new Promise(() => undefined) }),
      nowMs: () => performance.now(),
      newRunId: () => `run ${++runs}`,
      keeper: (report) => new RunKeeper(this.timed(runStorage(storage, () => Date.now())), report),
    });
    await service.listen((event) => {
      if (event.type === 'progress') this.steps = event.branches[0]?.step ?? 0;
      if (event.type === 'failed') this.trouble = event.message;
    });
    await service.start('wasm');
    await service.setData(dataset, features);
    this.storage = storage;
    this.service = service;
    this.heldOutDomain = dataset.domains[0] ?? '';
  }

  /** Starts a fresh run. */
  async begin(): Promise<void> {
    const { service, heldOutDomain } = this;
    if (!service) throw new Error('Open it first.');
    await service.newRun({ heldOutDomain, head: { kind: 'hidden', width: 64 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: DEFAULT_KNOBS, steps: MAX_STEPS });
    this.steps = 0;
    this.saves = [];
    this.counts = [];
    this.startedAt = performance.now();
    await service.train();
  }

  /** Pauses it, which saves it. @throws Error when something failed, or the run was over before */
  async end(): Promise<TrainedFor> {
    await this.service?.pause();
    if (this.trouble !== null) throw new Error(this.trouble);
    if (this.steps >= MAX_STEPS) throw new Error('The run was over too early.');
    return { steps: this.steps, seconds: (performance.now() - this.startedAt) / 1000, saves: this.saves, counts: this.counts };
  }

  async close(): Promise<void> {
    await this.storage?.close();
  }

  private timed(storage: RunStorage): RunStorage {
    const timing = async <T>(into: () => number[], act: () => Promise<T>): Promise<T> => {
      const started = performance.now();
      const result = await act();
      into().push(performance.now() - started);
      return result;
    };
    return {
      ...storage,
      saveRun: (...run) => timing(() => this.saves, () => storage.saveRun(...run)),
      addLooks: (...looks) => timing(() => this.counts, () => storage.addLooks(...looks)),
    };
  }
}

export type SavingTrainerApi = Pick<SavingTrainer, 'open' | 'begin' | 'end' | 'close'>;

carryErrors();
expose(new SavingTrainer());
