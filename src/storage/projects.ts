import { MAX_RUNS } from '../core/run-record.ts';
import { continues, type StandingBranch } from '../core/run-continuation.ts';
import type { Dataset } from '../core/examples.ts';
import type { DomainCounts } from '../protocol/trainer.ts';
import { together, type Database, type Transaction } from './database.ts';
import { headOf } from './datasets.ts';
import { prune, putBranches, revisionOf } from './runs.ts';
import type { StoredRun } from './schema.ts';

/** What a project file brings. */
export interface ProjectToKeep {
  /** Null when it is there without being stored, as a bundled one is. */
  readonly dataset: Dataset | null;
  readonly datasetId: string;
  /** Branches of each run, the newest run first. */
  readonly runs: readonly (readonly StoredRun[])[];
  /** By held-out domain. */
  readonly counts: ReadonlyMap<string, DomainCounts>;
}

/** What became of a project's runs: how many of each. */
export interface ProjectKept {
  readonly added: number;
  /** In the place of a stored one, which they go on from. */
  readonly continued: number;
  /** Not taken: stored already, and not gone on with by the file. */
  readonly left: number;
  /** Not taken for want of room among MAX_RUNS branches. */
  readonly omitted: number;
}

type Stores = Transaction<['datasets', 'examples', 'runs', 'checkpoints', 'looks', 'seals'], 'readwrite'>;

/** Projects that come from a file, each all in one transaction. */
export class ProjectStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds a project to what is stored, and takes nothing away: a data set with the same rows stays as it is, a run only makes way for one
   * that goes on from it, and counts never go down. The newest run is always taken; then the oldest stored one may go, as it does for
   * any new run. Others are taken while there is room.
   * @param importedAt milliseconds since 1970. @throws HeldoutError see `Database.transact`; nothing is then stored
   */
  async keepProject({ dataset, datasetId, runs, counts }: ProjectToKeep, importedAt: number): Promise<ProjectKept> {
    return this.database.transact(['datasets', 'examples', 'runs', 'checkpoints', 'looks', 'seals'], 'readwrite', async (tx) => {
      if (dataset && (await tx.objectStore('datasets').getKey(dataset.id)) === undefined) {
        await together([() => tx.objectStore('datasets').put(headOf(dataset, importedAt)), () => tx.objectStore('examples').put(dataset.examples, dataset.id)]);
      }
      for (const [domain, { looks, reveals }] of counts) await raiseCounts(tx, [datasetId, domain], looks, reveals);
      const kept = { added: 0, continued: 0, left: 0, omitted: 0 };
      const stores = { runs: tx.objectStore('runs'), checkpoints: tx.objectStore('checkpoints') };
      const taken = new Set<string>();
      for (const run of runs) {
        const outcome = await this.outcomeOf(tx, run, taken.size === 0 && kept.left === 0);
        kept[outcome]++;
        if (outcome === 'left' || outcome === 'omitted') continue;
        const before = await stores.runs.index('runId').getAll(run[0]?.runId ?? '');
        await together(putBranches(stores, run, revisionOf(before[0]) + 1)); // which a tab that has the run open will notice
        for (const { record } of run) taken.add(record.id);
      }
      await prune(stores, taken);
      return kept;
    });
  }

  private async outcomeOf(tx: Stores, run: readonly StoredRun[], newest: boolean): Promise<keyof ProjectKept> {
    const runs = tx.objectStore('runs');
    // A branch that is stored as another run's is not to be written over.
    for (const { record, runId } of run) if (((await runs.get(record.id))?.runId ?? runId) !== runId) return 'left';
    const stored = await runs.index('runId').getAll(run[0]?.runId ?? '');
    if (stored.length > 0) {
      const standing = await Promise.all(stored.map(async (entry): Promise<StandingBranch> => ({ ...entry, step: (await tx.objectStore('checkpoints').get(entry.id))?.[0]?.step ?? null })));
      const isSame = standing.every(({ record, step }) => run.some((branch) => branch.record.id === record.id && stepOf(branch) === step)) && standing.length === run.length;
      return !isSame && continues(run.map((branch) => ({ ...branch, step: stepOf(branch) })), standing) ? 'continued' : 'left';
    }
    return newest || (await runs.count()) + run.length <= MAX_RUNS ? 'added' : 'omitted';
  }
}

function stepOf({ checkpoints }: StoredRun): number | null {
  return checkpoints[0]?.step ?? null;
}

async function raiseCounts(tx: Stores, key: [string, string], looks: DomainCounts['looks'], reveals: number): Promise<void> {
  const [before, seals] = await Promise.all([tx.objectStore('looks').get(key), tx.objectStore('seals').get(key)]);
  const raised = { evaluations: Math.max(before?.evaluations ?? 0, looks.evaluations), runs: Math.max(before?.runs ?? 0, looks.runs) };
  await together([() => tx.objectStore('looks').put(raised, key), () => tx.objectStore('seals').put(Math.max(seals ?? 0, reveals), key)]);
}
