import type { Dataset } from '../core/examples.ts';
import { objectiveProblem } from '../core/objectives.ts';
import { checkHead, checkSteps } from '../core/run-record.ts';
import { shapedSplits } from '../core/shaped-split.ts';
import type { Split } from '../core/splits.ts';
import { axisValues, gridPlaces, knobsAt, seedWaves, sweepProblem, sweepSeeds, type SweepRequest } from '../core/sweep-grid.ts';
import type { SweepResult } from '../core/sweep-scores.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { SweepApi, SweepProgress } from '../protocol/sweep.ts';
import type { Looks } from '../protocol/trainer.ts';
import { runDataOf } from './run-data-of.ts';
import type { StudyEnvironment } from './study-environment.ts';
import { SweepTally, type SweepTicket } from './sweep-tally.ts';
import { trainWave } from './sweep-wave.ts';

export interface SweepEnvironment extends StudyEnvironment {
  /** Adds to the looks at a held-out domain's watched half. */
  countLooks(datasetId: string, heldOutDomain: string, add: Looks): Promise<unknown>;
}

/** Trains grids of heads on the training worker's data and engine, one at a time. */
export class SweepService implements SweepApi {
  private ticket: SweepTicket = { cancelled: true };
  private done: Promise<unknown> = Promise.resolve();

  constructor(private readonly environment: SweepEnvironment) {}

  run(request: SweepRequest, onProgress: (progress: SweepProgress) => void): Promise<SweepResult> {
    this.ticket.cancelled = true;
    const ticket = { cancelled: false };
    this.ticket = ticket;
    const result = this.done.then(() => this.sweep(request, ticket, onProgress)).catch(explain);
    this.done = result.catch(() => undefined);
    return result;
  }

  async cancel(): Promise<void> {
    this.ticket.cancelled = true;
    await this.done;
  }

  private async sweep(request: SweepRequest, ticket: SweepTicket, onProgress: (progress: SweepProgress) => void): Promise<SweepResult> {
    const { conditions } = request;
    const { dataset, features } = this.currentData(request);
    checkGrid(request);
    const seeds = sweepSeeds(request);
    const splits = shapedSplits(dataset, conditions.heldOutDomain, seeds, conditions.shape);
    checkObjective(request, dataset, splits);
    const [xValues, yValues] = [axisValues(request.x), axisValues(request.y)];
    const places = gridPlaces(xValues.length, yValues.length);
    const cells = places.map(({ column, row }) => knobsAt(request, xValues[column] as number, yValues[row] as number));
    const tally = new SweepTally(request, places, (add) => this.environment.countLooks(dataset.id, conditions.heldOutDomain, add), () => this.environment.nowMs(), onProgress);
    let complete = true;
    for (const wave of seedWaves(seeds, cells.length)) {
      const data = runDataOf(dataset, features, splits.filter((_, i) => wave.includes(seeds[i] as number)), conditions.groupBy);
      const task = { data, head: conditions.head, seeds: wave, cells, steps: conditions.steps };
      complete = !ticket.cancelled && (await trainWave(task, this.environment.makePopulation, tally.listener(ticket)));
      if (!complete) break;
      tally.waveDone();
    }
    return { request, cells: tally.cells, cancelled: !complete, looks: tally.looks };
  }

  private currentData({ conditions }: SweepRequest): { readonly dataset: Dataset; readonly features: Float32Array } {
    const current = this.environment.current();
    if (current?.dataset.id !== conditions.datasetId) throw new HeldoutError('bad-input', 'The data of this sweep is not the one that is open.', 'Start the sweep again.');
    return current;
  }
}

/** @throws RangeError saying why, where the grid is impossible */
function checkGrid(request: SweepRequest): void {
  checkHead(request.conditions.head);
  checkSteps(request.conditions.steps);
  refuse(sweepProblem(request));
}

/** @throws RangeError saying why, where the objective cannot be trained on these splits */
function checkObjective({ conditions: { head, knobs, groupBy } }: SweepRequest, dataset: Dataset, splits: readonly Split[]): void {
  const byGroups = knobs.objective === 'groupDro' && groupBy === 'group';
  const domains = byGroups ? dataset.groups.length : Math.min(...splits.map(({ train }) => train.length));
  refuse(objectiveProblem(knobs.objective, head.kind !== 'linear', domains));
}

function refuse(problem: string | null): void {
  if (problem !== null) throw new RangeError(problem);
}

function explain(error: unknown): never {
  if (error instanceof HeldoutError) throw error;
  if (error instanceof RangeError) throw new HeldoutError('bad-input', error.message, '');
  throw new HeldoutError('no-backend', `The sweep stopped: ${error instanceof Error ? error.message : String(error)}`, 'What it has scored so far stays. Run it again.');
}
