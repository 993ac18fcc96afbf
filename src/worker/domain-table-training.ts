import { CONFIGURATIONS, METHODS, configurations, type Method } from '../core/configurations.ts';
import { byRule, CHECKPOINTS, type CellEntry, type PairEntry, type TableCell, type TableRequest } from '../core/domain-table.ts';
import { splitWithoutPair, validationByDomain } from '../core/domain-table-survey.ts';
import type { Dataset } from '../core/examples.ts';
import type { PartScore } from '../core/metrics.ts';
import { bestCheckpoint, bestLastCheckpoint, checkpointSteps, meanAccuracy, meanGrid, type AccuracyGrid, type Choice } from '../core/selection.ts';
import { splitDataset } from '../core/splits.ts';
import type { PopulationData, PopulationFactory } from '../engine/population/population.ts';
import { trainWave, type Wave, type WaveControl, type WaveScores } from './domain-table-wave.ts';

/** Trains single cells of a table: all methods in all configurations, in one population. */
export class DomainTableTraining {
  constructor(
    private readonly makePopulation: PopulationFactory,
    private readonly dataset: Dataset,
    /** [N, D] */
    private readonly features: Float32Array,
    private readonly request: TableRequest,
    private readonly control: WaveControl,
  ) {}

  /**
   * Holds one domain out.
   * @param leaveOneOut accuracies of each method by leave-one-domain-out validation; null where there are none
   * @returns one cell a method, in their order
   */
  async withoutOne(heldOut: string, seed: number, methods: readonly Method[], leaveOneOut: (method: Method) => AccuracyGrid | null): Promise<readonly CellEntry[]> {
    const split = splitDataset(this.dataset, heldOut, seed);
    const validation = validationByDomain(this.dataset, split);
    const scored = await this.train(seed, methods, split.train, [...validation, split.watched], split.sealed, split.labels);
    return methods.map((method, m) => {
      const own = ownScores(scored, m);
      const grids = {
        training: gridOf(own.scores, (parts) => meanAccuracy(parts.slice(0, -1))),
        leaveOneOut: leaveOneOut(method),
        oracle: gridOf(own.scores, (parts) => meanAccuracy(parts.slice(-1))),
      };
      const choices = byRule((rule): Choice | null => {
        const grid = grids[rule];
        return grid && (rule === 'oracle' ? bestLastCheckpoint(grid) : bestCheckpoint(grid));
      });
      const sealedCorrect = byRule((rule) => {
        const choice = choices[rule];
        return choice && (own.correct[choice.configuration]?.[choice.checkpoint] as Uint8Array);
      });
      const scores = byRule((rule) => {
        const choice = choices[rule];
        return choice && { choice, correct: (sealedCorrect[rule] as Uint8Array).reduce((sum, one) => sum + one, 0) };
      });
      const cell: TableCell = { heldOut, seed, method, scores };
      return { kind: 'cell', cell, sealedCorrect };
    });
  }

  /** Leaves two domains out, each to be validated on for the other. @returns one entry a method, in their order */
  async withoutTwo(first: string, second: string, seed: number, methods: readonly Method[]): Promise<readonly PairEntry[]> {
    const split = splitWithoutPair(this.dataset, first, second, seed);
    const scored = await this.train(seed, methods, split.train, [split.first, split.second], new Uint32Array(), split.labels);
    return methods.map((_, m) => {
      const { scores } = ownScores(scored, m);
      return { kind: 'pair', first: gridOf(scores, ([part]) => meanAccuracy(part ? [part] : [])), second: gridOf(scores, ([, part]) => meanAccuracy(part ? [part] : [])) };
    });
  }

  private train(seed: number, methods: readonly Method[], train: readonly Uint32Array[], parts: readonly Uint32Array[], sealed: Uint32Array, labels: readonly string[]): Promise<WaveScores> {
    const { head, steps } = this.request;
    const wave: Wave = {
      data: this.populationData(labels),
      head,
      member: { seed, train, parts },
      configurations: methods.flatMap((method) => configurations(method, seed)),
      checkpoints: checkpointSteps(steps, CHECKPOINTS),
      sealed,
    };
    return trainWave(this.makePopulation, wave, this.control);
  }

  private populationData(labels: readonly string[]): PopulationData {
    const { examples } = this.dataset;
    const classOfLabel = new Map(labels.map((label, index) => [label, index]));
    return {
      features: this.features,
      width: this.features.length / examples.length,
      classOf: Uint32Array.from(examples, ({ label }) => classOfLabel.get(label) ?? 0),
      classes: labels.length,
    };
  }
}

/** The accuracies by which leave-one-domain-out validation chooses: the mean over the domains left out beside the held-out one. */
export function leaveOneOutGrid(heldOut: string, pairs: readonly { readonly domains: readonly [string, string]; readonly entry: PairEntry }[]): AccuracyGrid {
  // What is validated on is the other domain of the pair.
  return meanGrid(pairs.map(({ domains, entry }) => (domains[0] === heldOut ? entry.second : entry.first)));
}

/** Methods without repeats, in the usual order, so that equal requests train equal populations. */
export function inOrder(methods: readonly Method[]): readonly Method[] {
  return METHODS.filter((method) => methods.includes(method));
}

function ownScores({ scores, correct }: WaveScores, m: number): WaveScores {
  const [from, to] = [m * CONFIGURATIONS, (m + 1) * CONFIGURATIONS];
  return { scores: scores.slice(from, to), correct: correct.slice(from, to) };
}

function gridOf(scores: WaveScores['scores'], accuracy: (parts: readonly PartScore[]) => number): AccuracyGrid {
  return scores.map((byCheckpoint) => byCheckpoint.map(accuracy));
}
