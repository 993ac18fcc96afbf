import type { KeptBranch, Run } from '../engine/run.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { Looks } from '../protocol/trainer.ts';

/** What is stored of a branch. */
export interface StoredBranch extends KeptBranch {
  readonly name: string;
}

/** The part of storage that training needs. */
export interface RunStorage {
  saveRun(runId: string, branches: readonly StoredBranch[]): Promise<void>;
  /** The branches in their order; none when the run is not stored. */
  loadRun(runId: string): Promise<readonly StoredBranch[]>;
  addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks>;
  getLooks(datasetId: string, domain: string): Promise<Looks>;
  /** @returns times revealed by now */
  addReveal(datasetId: string, domain: string): Promise<number>;
  getReveals(datasetId: string, domain: string): Promise<number>;
}

/**
 * Keeps runs, looks and reveals, and goes on without storage when there is none: what cannot be saved is held in memory and reported once.
 */
export class RunKeeper {
  private readonly unsavedLooks = new Map<string, Looks>();
  private readonly unsavedReveals = new Map<string, number>();
  private reported = false;

  constructor(
    private readonly storage: RunStorage,
    private readonly report: (error: HeldoutError) => void,
  ) {}

  /** Saves the run as it is now. @returns its branches as they were taken, whether or not they could be stored */
  async save(runId: string, run: Run, nameOf: (branch: string) => string): Promise<readonly KeptBranch[]> {
    const kept = await run.kept();
    await this.attempt(async () => {
      await this.storage.saveRun(runId, kept.map((branch) => ({ ...branch, name: nameOf(branch.record.id) })));
      this.reported = false; // if it is refused again, that is news
    }, undefined);
    return kept;
  }

  load(runId: string): Promise<readonly StoredBranch[]> {
    return this.attempt(() => this.storage.loadRun(runId), []);
  }

  /** Adds to the looks at a held-out domain. @returns their new total */
  async addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks> {
    const key = JSON.stringify([datasetId, domain]);
    const due = sum(add, this.unsavedLooks.get(key));
    this.unsavedLooks.delete(key); // so that nobody else adds them meanwhile
    const stored = await this.attempt(() => this.storage.addLooks(datasetId, domain, due), null);
    if (stored) return stored;
    const unsaved = sum(due, this.unsavedLooks.get(key));
    this.unsavedLooks.set(key, unsaved);
    return unsaved;
  }

  async looks(datasetId: string, domain: string): Promise<Looks> {
    const none = this.unsavedLooks.get(JSON.stringify([datasetId, domain])) ?? { evaluations: 0, runs: 0 };
    return (await this.attempt(() => this.storage.getLooks(datasetId, domain), null)) ?? none;
  }

  /** Counts a reveal of a domain's sealed half. @returns times revealed by now */
  async addReveal(datasetId: string, domain: string): Promise<number> {
    const stored = await this.attempt(() => this.storage.addReveal(datasetId, domain), null);
    if (stored !== null) return stored;
    const key = JSON.stringify([datasetId, domain]);
    const after = (this.unsavedReveals.get(key) ?? 0) + 1;
    this.unsavedReveals.set(key, after);
    return after;
  }

  async reveals(datasetId: string, domain: string): Promise<number> {
    const none = this.unsavedReveals.get(JSON.stringify([datasetId, domain])) ?? 0;
    return (await this.attempt(() => this.storage.getReveals(datasetId, domain), null)) ?? none;
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

function sum(a: Looks, b: Looks = { evaluations: 0, runs: 0 }): Looks {
  return { evaluations: a.evaluations + b.evaluations, runs: a.runs + b.runs };
}
