import { effectiveKnobs } from '../core/effective-knobs.ts';
import type { KnobValues } from '../core/knobs.ts';
import { rowLoss, type PartScore } from '../core/metrics.ts';
import type { HeadSpec } from '../core/run-record.ts';
import type { MemberSpec, Population, PopulationData, PopulationFactory } from '../engine/population/population.ts';

/** One population's training, from the first step to the last checkpoint. */
export interface Wave {
  readonly data: PopulationData;
  readonly head: HeadSpec;
  /** What all members train on and are scored on: they differ in their configurations alone, so that these are compared like with like. */
  readonly member: MemberSpec;
  /** One a member [K]. */
  readonly configurations: readonly KnobValues[];
  /** Steps after which all are scored, rising; the last is the trainings' length. */
  readonly checkpoints: readonly number[];
  /** Rows whose answers are wanted one by one; may be empty. */
  readonly sealed: Uint32Array;
}

export interface WaveScores {
  /** scores[k][c]: member k's parts at checkpoint c. */
  readonly scores: readonly (readonly (readonly PartScore[])[])[];
  /** correct[k][c] [n]: 1 for each sealed row that member k gets right at checkpoint c, else 0. */
  readonly correct: readonly (readonly Uint8Array[])[];
}

/** The world around a wave. */
export interface WaveControl {
  nowMs(): number;
  /** Called between slices, after `headSteps` more steps of single heads: lets messages in, and throws to end the wave. */
  rest(headSteps: number): Promise<void>;
}

/** Work about this long between two rests: long enough for workers or a GPU to be worth asking, short enough for Cancel. */
const SLICE_MS = 50;
/** Rows that are scored in one call, over all members: some 0.1 s where one thread computes. */
const SCORED_AT_ONCE = 50_000;

/** Trains a wave. What comes out does not depend on how it is sliced. */
export async function trainWave(makePopulation: PopulationFactory, wave: Wave, control: WaveControl): Promise<WaveScores> {
  const population = await makePopulation(wave.data, wave.head, wave.configurations.map(() => wave.member));
  try {
    const members = wave.configurations.map((_, member) => member);
    const scores: (readonly PartScore[])[][] = members.map(() => []);
    const correct: Uint8Array[][] = members.map(() => []);
    const slices = new Slices(population, wave, control);
    const scoredRows = [...wave.member.parts, wave.sealed].reduce((sum, rows) => sum + rows.length, 0);
    const atOnce = Math.max(1, Math.floor(SCORED_AT_ONCE / Math.max(1, scoredRows)));
    for (const checkpoint of wave.checkpoints) {
      await slices.trainTo(checkpoint);
      for (let from = 0; from < members.length; from += atOnce) {
        const some = members.slice(from, from + atOnce);
        const scored = await population.advance(some.map((member) => ({ member, steps: [], score: true })));
        const answers = wave.sealed.length > 0 ? await Promise.all(some.map((member) => population.rowLogits(member, wave.sealed))) : [];
        some.forEach((member, i) => {
          scores[member]?.push(scored[i] ?? []);
          if (answers[i]) correct[member]?.push(rightRows(answers[i], wave.data, wave.sealed));
        });
        await control.rest(0);
      }
    }
    return { scores, correct };
  } finally {
    population.dispose();
  }
}

/** Advances all members together in slices whose length follows the machine's speed. */
class Slices {
  /** Steps of single heads in the next slice. */
  private size: number;

  constructor(
    private readonly population: Population,
    private readonly wave: Wave,
    private readonly control: WaveControl,
  ) {
    this.size = population.count;
  }

  async trainTo(step: number): Promise<void> {
    const { count } = this.population;
    for (let at = this.population.stepOf(0); at < step; ) {
      const steps = Math.min(step - at, Math.max(1, Math.floor(this.size / count)));
      // Where even one step of all takes too long, members take it in groups.
      const group = Math.min(count, Math.max(1, Math.floor(this.size / steps)));
      for (let from = 0; from < count; from += group) await this.slice(from, Math.min(count, from + group), at, at + steps);
      at += steps;
    }
  }

  private async slice(fromMember: number, toMember: number, fromStep: number, toStep: number): Promise<void> {
    const { configurations, checkpoints } = this.wave;
    const total = checkpoints.at(-1) ?? toStep;
    const startMs = this.control.nowMs();
    const work = Array.from({ length: toMember - fromMember }, (_, i) => ({
      member: fromMember + i,
      steps: Array.from({ length: toStep - fromStep }, (__, s) => effectiveKnobs(configurations[fromMember + i] as KnobValues, fromStep + s, total)),
      score: false,
    }));
    await this.population.advance(work);
    const headSteps = work.length * (toStep - fromStep);
    const tookMs = Math.max(1, this.control.nowMs() - startMs);
    this.size = Math.max(1, headSteps * Math.min(2, Math.max(0.5, SLICE_MS / tookMs)));
    await this.control.rest(headSteps);
  }
}

/** 1 for each row that the logits [n, C] get right, else 0. */
function rightRows(logits: Float32Array, { classOf, classes }: PopulationData, rows: Uint32Array): Uint8Array {
  return Uint8Array.from(rows, (row, i) => (rowLoss(logits, classes, i, classOf[row] as number).correct ? 1 : 0));
}
