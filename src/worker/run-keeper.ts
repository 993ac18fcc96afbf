import type { KeptBranch, Run } from '../engine/run.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { Looks } from '../protocol/trainer.ts';
import { KeptCount, type CountStore } from './kept-count.ts';

/** What is stored of a branch. */
export interface StoredBranch extends KeptBranch {
  readonly name: string;
  /** Steps at which the held-out domain was looked at beside the evaluations; missing for none. */
  readonly lookedAside?: readonly number[];
}

/** The part of storage that training needs. */
export interface RunStorage {
  saveRun(runId: string, branches: readonly StoredBranch[]): Promise<void>;
  /** The branches in their order; none when the run is not stored. */
  loadRun(runId: string): Promise<readonly StoredBranch[]>;
  addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks>;
  getLooks(datasetId: string, domain: string): Promise<Looks>;
  /** @returns times revealed by now */
  addReveals(datasetId: string, domain: string, times: number): Promise<number>;
  getReveals(datasetId: string, domain: string): Promise<number>;
}

/** A run as it was taken to be saved. */
export interface TakenRun {
  readonly branches: readonly KeptBranch[];
  /** Why it could not be stored; null where it is. */
  readonly refusal: HeldoutError | null;
}

/**
 * Keeps runs, looks and reveals, and goes on without storage when there is none: what cannot be saved is held in memory and reported once.
 */
export class RunKeeper {
  private readonly lookCount: KeptCount<Looks>;
  private readonly revealCount: KeptCount<number>;
  private reported = false;

  constructor(
    private readonly storage: RunStorage,
    private readonly tell: (error: HeldoutError) => void,
  ) {
    const report = (error: unknown): void => void this.refused(error);
    const looks: CountStore<Looks> = {
      add: (...more) => storage.addLooks(...more),
      get: (...place) => storage.getLooks(...place),
      none: { evaluations: 0, runs: 0 },
      sum: (a, b) => ({ evaluations: a.evaluations + b.evaluations, runs: a.runs + b.runs }),
    };
    const reveals: CountStore<number> = { add: (...more) => storage.addReveals(...more), get: (...place) => storage.getReveals(...place), none: 0, sum: (a, b) => a + b };
    this.lookCount = new KeptCount(looks, report);
    this.revealCount = new KeptCount(reveals, report);
  }

  /** Saves the run as it is now, with what is known of each branch beside it, and counts that could not be saved before. */
  async save(runId: string, run: Run, aboutOf: (branch: string) => Omit<StoredBranch, keyof KeptBranch>): Promise<TakenRun> {
    const branches = await run.kept();
    try {
      await this.storage.saveRun(runId, branches.map((branch) => ({ ...branch, ...aboutOf(branch.record.id) })));
    } catch (error) {
      return { branches, refusal: this.refused(error) };
    }
    this.reported = false; // if it is refused again, that is news
    await this.storeUnsaved();
    return { branches, refusal: null };
  }

  async load(runId: string): Promise<readonly StoredBranch[]> {
    try {
      return await this.storage.loadRun(runId);
    } catch (error) {
      this.refused(error);
      return [];
    }
  }

  /** Adds to the looks at a held-out domain. @returns their new total, of which storage has all that it would take */
  addLooks(datasetId: string, domain: string, add: Looks): Promise<Looks> {
    return this.lookCount.add(datasetId, domain, add);
  }

  looks(datasetId: string, domain: string): Promise<Looks> {
    return this.lookCount.get(datasetId, domain);
  }

  /** Counts a reveal of a domain's sealed half. @returns times revealed by now */
  addReveal(datasetId: string, domain: string): Promise<number> {
    return this.revealCount.add(datasetId, domain, 1);
  }

  reveals(datasetId: string, domain: string): Promise<number> {
    return this.revealCount.get(datasetId, domain);
  }

  /** Tries again to store counts that were refused: there may be room now. @returns why they are refused again; null when none is left to store */
  async storeUnsaved(): Promise<HeldoutError | null> {
    const refusal = (await this.lookCount.storeUnsaved()) ?? (await this.revealCount.storeUnsaved());
    return refusal === null ? null : inWords(refusal);
  }

  /** Forgets counts that were refused: all that they would be added to is deleted. */
  async forgetUnsaved(): Promise<void> {
    await Promise.all([this.lookCount.forget(), this.revealCount.forget()]);
    this.reported = false;
  }

  /** Tells of a refusal, once until something is saved again. */
  private refused(error: unknown): HeldoutError {
    const explained = inWords(error);
    if (!this.reported) this.tell(explained);
    this.reported = true;
    return explained;
  }
}

function inWords(error: unknown): HeldoutError {
  return error instanceof HeldoutError ? error : new HeldoutError('storage-unavailable', 'This run cannot be saved.', 'Training goes on; a reload will lose it.');
}
