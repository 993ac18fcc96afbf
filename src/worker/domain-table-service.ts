import { checkTableRequest, entryKey, sameRequest, tableKey, type CellEntry, type DomainTable, type PairEntry, type TableRequest } from '../core/domain-table.ts';
import { canLeaveOneOut, tableWaves, trainingsIn, type TableWave } from '../core/domain-table-plan.ts';
import { surveyDomains, type TableSurvey } from '../core/domain-table-survey.ts';
import type { Method } from '../core/configurations.ts';
import type { Dataset } from '../core/examples.ts';
import { hashFloats } from '../core/hash.ts';
import type { AccuracyGrid } from '../core/selection.ts';
import type { DomainTableApi, TablePlan, TableProgress } from '../protocol/domain-table.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { Looks } from '../protocol/trainer.ts';
import { breathe } from './breathing.ts';
import { tableBests } from './domain-table-bests.ts';
import { DomainTableKeeper, type TableStorage } from './domain-table-keeper.ts';
import { TableReporter } from './domain-table-reporter.ts';
import { DomainTableTraining, inOrder, leaveOneOutGrid } from './domain-table-training.ts';
import type { StudyEnvironment } from './study-environment.ts';

export interface DomainTableEnvironment {
  readonly study: StudyEnvironment;
  readonly storage: TableStorage;
  /** The sealed halves of these domains are about to be scored. Must not fail for want of storage. */
  markRevealed(datasetId: string, domains: readonly string[]): Promise<void>;
  /** The watched half of a domain has been looked at, to choose by it. Must not fail for want of storage. */
  addLooks(datasetId: string, domain: string, looks: Looks): Promise<void>;
}

/** What is worked on, until the data is replaced. */
interface Opened {
  readonly dataset: Dataset;
  readonly features: Float32Array;
  readonly featuresHash: string;
  readonly keeper: DomainTableKeeper;
  readonly survey: TableSurvey;
}

/** The leave-one-domain-out table behind DomainTableApi: decides what is missing, trains it, keeps it. */
export class DomainTableService implements DomainTableApi {
  private opened: Promise<Opened> | null = null;
  private openedFeatures: Float32Array | null = null;
  private running: { cancelled: boolean; done: Promise<unknown> } | null = null;

  constructor(private readonly environment: DomainTableEnvironment) {}

  async plan(request: TableRequest): Promise<TablePlan> {
    const opened = await this.open(request);
    const { domains, leaveOneOutProblem } = opened.survey;
    const waves = tableWaves(opened.survey, ordered(request));
    const trainings = trainingsIn(waves);
    return { domains, leaveOneOutProblem, trainings, trainingsDone: trainings - trainingsIn(missingWaves(opened, waves, ordered(request))) };
  }

  async run(request: TableRequest, onProgress: (progress: TableProgress) => void): Promise<DomainTable> {
    if (this.running) throw new HeldoutError('bad-input', 'A table is being trained already.', 'Cancel it first.');
    const running = { cancelled: false, done: Promise.resolve() as Promise<unknown> };
    this.running = running;
    const result = this.train(ordered(request), onProgress, () => running.cancelled);
    running.done = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.running = null;
    }
  }

  async cancel(): Promise<void> {
    if (!this.running) return;
    this.running.cancelled = true;
    await this.running.done;
  }

  async load(datasetId: string): Promise<DomainTable | null> {
    if (this.environment.study.current()?.dataset.id !== datasetId) return null;
    this.opened = null; // what was kept may have been deleted since
    const opened = await this.open();
    const kept = opened.keeper.get(tableKey(datasetId), 'table');
    if (!kept) return null;
    const whole = missingWaves(opened, tableWaves(opened.survey, kept.request), kept.request).length === 0; // else it is of other embeddings, or an older page
    return tableOf(opened, kept.request, whole ? kept.best : null);
  }

  private async train(request: TableRequest, onProgress: (progress: TableProgress) => void, isCancelled: () => boolean): Promise<DomainTable> {
    const opened = await this.open(request);
    const { dataset, features, keeper, survey } = opened;
    const { study } = this.environment;
    const waves = tableWaves(survey, request);
    const missing = missingWaves(opened, waves, request);
    const reporter = new TableReporter(onProgress, study.nowMs, request.steps, trainingsIn(waves), trainingsIn(waves) - trainingsIn(missing), () => keeper.problem);
    const rest = async (headSteps: number): Promise<void> => {
      reporter.worked(headSteps);
      await breathe();
      if (isCancelled() || study.current()?.features !== features) throw new HeldoutError('cancelled', 'The table was cancelled.', '');
    };
    const cells = (): CellEntry[] => cellsOf(opened, request);
    await rest(0);
    const fresh = new Set(missing.filter(({ domains }) => domains.length === 1).map(({ domains: [name] }) => name));
    for (const { cell } of cells()) fresh.delete(cell.heldOut); // revealed when that cell was trained
    if (fresh.size > 0) await this.environment.markRevealed(dataset.id, [...fresh]);
    const before = keeper.get(tableKey(dataset.id), 'table');
    if (missing.length > 0 || before === null || !sameRequest(before.request, request)) await keeper.put(new Map([[tableKey(dataset.id), { kind: 'table', request, best: null }]]));
    reporter.finished(cells().map(({ cell }) => cell));
    const training = new DomainTableTraining(study.makePopulation, dataset, features, request, { nowMs: study.nowMs, rest });
    for (const wave of missing) {
      reporter.begin(wave);
      // The oracle looks at the last checkpoint of each training.
      const trainings = trainingsIn([wave]);
      if (wave.domains.length === 1) await this.environment.addLooks(dataset.id, wave.domains[0], { evaluations: trainings, runs: trainings });
      const entries = await trainedEntries(opened, request, training, wave).catch((error: unknown) => {
        throw stopped(error);
      });
      await keeper.put(new Map(entries.map((entry, m) => [keyOf(opened, request, wave, wave.methods[m] as Method), entry])));
      reporter.finished(entries.flatMap((entry) => (entry.kind === 'cell' ? [entry.cell] : [])));
    }
    const known = keeper.get(tableKey(dataset.id), 'table')?.best ?? null;
    if (known) return tableOf(opened, request, known);
    reporter.compare();
    const best = await tableBests(survey.domains, request, cells(), () => rest(0));
    await keeper.put(new Map([[tableKey(dataset.id), { kind: 'table', request, best }]]));
    reporter.finished([]);
    return tableOf(opened, request, best);
  }

  /** @throws HeldoutError 'bad-input' without data, or on a request or data that make no table */
  private async open(request?: TableRequest): Promise<Opened> {
    const current = this.environment.study.current();
    if (!current) throw new HeldoutError('bad-input', 'There is no data to train on.', 'Choose a data set first.');
    if (this.openedFeatures !== current.features || this.opened === null) {
      this.openedFeatures = current.features;
      const opening = this.openData(current.dataset, current.features);
      this.opened = opening;
      opening.catch(() => {
        if (this.opened === opening) this.opened = null;
      });
    }
    try {
      if (request) checkTableRequest(request);
      return await this.opened;
    } catch (error) {
      throw error instanceof RangeError ? new HeldoutError('bad-input', error.message, '') : error;
    }
  }

  private async openData(dataset: Dataset, features: Float32Array): Promise<Opened> {
    const surveying = surveyDomains(dataset);
    let next = surveying.next();
    for (; !next.done; next = surveying.next()) await breathe();
    const keeper = new DomainTableKeeper(this.environment.storage, dataset.id);
    await keeper.open();
    return { dataset, features, featuresHash: hashFloats(features), keeper, survey: next.value };
  }
}

/** Why a training failed, and what is to be done about it. */
function stopped(error: unknown): HeldoutError {
  if (error instanceof HeldoutError) return error;
  return new HeldoutError('no-backend', `Training the table stopped: ${error instanceof Error ? error.message : String(error)}`, 'Press Resume: finished cells are kept.');
}

function ordered(request: TableRequest): TableRequest {
  return { ...request, methods: inOrder(request.methods) };
}

function keyOf({ dataset, featuresHash }: Opened, request: TableRequest, { domains, seed }: Pick<TableWave, 'domains' | 'seed'>, method: Method): string {
  return entryKey(dataset.id, featuresHash, request, domains, seed, method);
}

/** The waves with only those methods that have no finished entry yet. A cell without a rule that can be had by now is not finished. */
function missingWaves(opened: Opened, waves: readonly TableWave[], request: TableRequest): readonly TableWave[] {
  const isMissing = (wave: TableWave, method: Method): boolean => {
    const key = keyOf(opened, request, wave, method);
    if (wave.domains.length === 2) return opened.keeper.get(key, 'pair') === null;
    const kept = opened.keeper.get(key, 'cell');
    if (kept === null) return true;
    const d = opened.survey.domains.findIndex(({ name }) => name === wave.domains[0]);
    return kept.sealedCorrect.leaveOneOut === null && canLeaveOneOut(opened.survey, request, d, method);
  };
  return waves.map((wave) => ({ ...wave, methods: wave.methods.filter((method) => isMissing(wave, method)) })).filter(({ methods }) => methods.length > 0);
}

function trainedEntries(opened: Opened, request: TableRequest, training: DomainTableTraining, { domains, seed, methods }: TableWave): Promise<readonly (CellEntry | PairEntry)[]> {
  const [first, second] = domains;
  if (second !== undefined) return training.withoutTwo(first, second, seed, methods);
  return training.withoutOne(first, seed, methods, (method) => gridWithout(opened, request, first, seed, method));
}

function gridWithout(opened: Opened, request: TableRequest, heldOut: string, seed: number, method: Method): AccuracyGrid | null {
  const { domains, pairs } = opened.survey;
  const d = domains.findIndex(({ name }) => name === heldOut);
  if (!canLeaveOneOut(opened.survey, request, d, method)) return null;
  const own = pairs.filter(({ a, b }) => a === d || b === d);
  return leaveOneOutGrid(
    heldOut,
    own.map(({ a, b }) => {
      const names = [domains[a]?.name as string, domains[b]?.name as string] as const;
      return { domains: names, entry: opened.keeper.get(keyOf(opened, request, { domains: names, seed }, method), 'pair') as PairEntry };
    }),
  );
}

/** Finished cells of a request. */
function cellsOf(opened: Opened, request: TableRequest): CellEntry[] {
  const single = tableWaves(opened.survey, request).filter(({ domains }) => domains.length === 1);
  return single.flatMap((wave) => wave.methods.flatMap((method) => opened.keeper.get(keyOf(opened, request, wave, method), 'cell') ?? []));
}

function tableOf(opened: Opened, request: TableRequest, best: DomainTable['best']): DomainTable {
  const { dataset, survey } = opened;
  return { datasetId: dataset.id, datasetName: dataset.name, request, domains: survey.domains, cells: cellsOf(opened, request).map(({ cell }) => cell), best };
}
