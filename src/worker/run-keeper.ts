import type { Checkpoint } from '../core/checkpoint.ts';
import type { PartSizes } from '../core/curve.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { Run } from '../engine/run.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { Looks } from '../protocol/trainer.ts';

/** What is stored of a run. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly sizes: PartSizes;
  readonly curve: Float64Array;
  readonly checkpoint: Checkpoint;
}

/** The part of storage that training needs. */
export interface RunStorage {
  saveRun(run: KeptRun): Promise<void>;
  loadRun(id: string): Promise<KeptRun | undefined>;
  addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks>;
  getLooks(datasetId: string, domain: string): Promise<Looks>;
}

/**
 * Keeps runs and looks, and goes on without storage when there is none: what cannot be saved is held in memory and reported once.
 */
export class RunKeeper {
  private readonly unsavedLooks = new Map<string, Looks>();
  private reported = false;

  constructor(
    private readonly storage: RunStorage,
    private readonly report: (error: HeldoutError) => void,
  ) {}

  /** Saves the run as it is now. @returns the checkpoint taken, whether or not it could be stored */
  async save(run: Run): Promise<Checkpoint> {
    const checkpoint = await run.checkpoint();
    await this.attempt(() => this.storage.saveRun({ record: run.record, sizes: run.sizes, curve: run.curve, checkpoint }), undefined);
    return checkpoint;
  }

  load(id: string): Promise<KeptRun | undefined> {
    return this.attempt(() => this.storage.loadRun(id), undefined);
  }

  /** Adds to the looks at a held-out domain. @returns their new total */
  async addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks> {
    const stored = await this.attempt(() => this.storage.addLooks(datasetId, domain, add), null);
    if (stored) return stored;
    const key = JSON.stringify([datasetId, domain]);
    const before = this.unsavedLooks.get(key) ?? { evaluations: 0, runs: 0 };
    const after = { evaluations: before.evaluations + add.evaluations, runs: before.runs + add.runs };
    this.unsavedLooks.set(key, after);
    return after;
  }

  async looks(datasetId: string, domain: string): Promise<Looks> {
    const none = this.unsavedLooks.get(JSON.stringify([datasetId, domain])) ?? { evaluations: 0, runs: 0 };
    return (await this.attempt(() => this.storage.getLooks(datasetId, domain), null)) ?? none;
  }

  private async attempt<T>(action: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!this.reported) {
        this.reported = true;
        this.report(error instanceof HeldoutError ? error : new HeldoutError('storage-unavailable', 'This run cannot be saved.', 'Training goes on; a reload will lose it.'));
      }
      return otherwise;
    }
  }
}
