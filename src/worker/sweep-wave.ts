import type { Evaluation } from '../core/curve.ts';
import { effectiveKnobs } from '../core/effective-knobs.ts';
import type { KnobValues } from '../core/knobs.ts';
import type { PartScore } from '../core/metrics.ts';
import type { HeadSpec } from '../core/run-record.ts';
import { checkpointSteps } from '../core/selection.ts';
import type { MemberWork, Population, PopulationFactory } from '../engine/population/population.ts';
import { memberSpecs, type RunData } from '../engine/run-data.ts';
import { breathe } from './breathing.ts';

/** Work about this long, then let messages in. */
const SLICE_MS = 24;
/** Times that every head is scored: after each tenth of its steps. */
export const SCORINGS = 10;

/** Heads that train together: every cell with every seed. */
export interface WaveTask {
  readonly data: RunData;
  readonly head: HeadSpec;
  /** S seeds, one for each split of the data. */
  readonly seeds: readonly number[];
  readonly cells: readonly KnobValues[];
  readonly steps: number;
}

/** What a wave tells while it trains. */
export interface WaveListener {
  nowMs(): number;
  cancelled(): boolean;
  /** So many more steps of single heads are done. */
  stepped(headSteps: number): void;
  /** So many heads have been scored, `fresh` of them for the first time. */
  looked(heads: number, fresh: number): Promise<void>;
  /** All heads have been scored at one step: [cell][seed]. */
  scored(evaluations: readonly (readonly Evaluation[])[]): void;
}

/** Trains and scores a wave, in slices between which messages arrive. @returns whether it came to its end. @throws RangeError see PopulationFactory */
export async function trainWave(task: WaveTask, makePopulation: PopulationFactory, listener: WaveListener): Promise<boolean> {
  const { data, head, seeds, cells, steps } = task;
  const specs = memberSpecs(data, seeds);
  const population = await makePopulation(data.population, head, cells.flatMap(() => specs));
  try {
    const wave = new Wave(task, population, listener);
    for (const step of checkpointSteps(steps, SCORINGS)) {
      if (!(await wave.trainTo(step)) || !(await wave.score(step))) return false;
    }
    return true;
  } finally {
    population.dispose();
  }
}

/** Cell c's head of seed number s is member c·S + s. */
class Wave {
  private readonly members: readonly number[];
  private readonly training: Portions;
  private readonly scoring: Portions;
  private scoredBefore = false;

  constructor(
    private readonly task: WaveTask,
    private readonly population: Population,
    private readonly listener: WaveListener,
  ) {
    this.members = Array.from({ length: population.count }, (_, member) => member);
    this.training = new Portions(listener);
    this.scoring = new Portions(listener);
  }

  /** Brings every member to `step`. @returns false when cancelled before */
  async trainTo(step: number): Promise<boolean> {
    for (;;) {
      const from = Math.min(...this.members.map((member) => this.population.stepOf(member)));
      if (from >= step) return true;
      if (this.listener.cancelled()) return false;
      const behind = this.members.filter((member) => this.population.stepOf(member) === from).slice(0, this.training.amount);
      const steps = Math.max(1, Math.min(step - from, Math.floor(this.training.amount / behind.length)));
      await this.training.timed(() => this.population.advance(behind.map((member) => this.work(member, from, steps))));
      this.listener.stepped(behind.length * steps);
      await breathe();
    }
  }

  /** Scores every member. @returns false when cancelled before all are scored: then none of the scores count */
  async score(step: number): Promise<boolean> {
    const evaluations: Evaluation[] = [];
    while (evaluations.length < this.members.length) {
      if (this.listener.cancelled()) return false;
      const next = this.members.slice(evaluations.length, evaluations.length + this.scoring.amount);
      const scores = await this.scoring.timed(() => this.population.advance(next.map((member) => ({ member, steps: [], score: true }))));
      await this.listener.looked(next.length, this.scoredBefore ? 0 : next.length);
      for (const parts of scores) {
        const [train, validation, heldOut] = parts as readonly [PartScore, PartScore, PartScore];
        evaluations.push({ step, scores: { train, validation, heldOut } });
      }
      await breathe();
    }
    this.scoredBefore = true;
    const { cells, seeds } = this.task;
    this.listener.scored(cells.map((_, cell) => evaluations.slice(cell * seeds.length, (cell + 1) * seeds.length)));
    return true;
  }

  private work(member: number, from: number, steps: number): MemberWork {
    const { cells, seeds, steps: totalSteps } = this.task;
    const knobs = cells[Math.floor(member / seeds.length)] as KnobValues;
    return { member, steps: Array.from({ length: steps }, (_, i) => effectiveKnobs(knobs, from + i, totalSteps)), score: false };
  }
}

/** How much to do before messages are let in: twice as much where it takes little time, half where it takes too much. */
class Portions {
  amount = 1;

  constructor(private readonly clock: Pick<WaveListener, 'nowMs'>) {}

  async timed<T>(work: () => Promise<T>): Promise<T> {
    const fromMs = this.clock.nowMs();
    const result = await work();
    const tookMs = this.clock.nowMs() - fromMs;
    if (tookMs < SLICE_MS / 2) this.amount = 2 * this.amount;
    else if (tookMs > SLICE_MS) this.amount = Math.max(1, Math.floor(this.amount / 2));
    return result;
  }
}
