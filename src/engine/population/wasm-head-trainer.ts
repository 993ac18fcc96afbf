import type { Checkpoint } from '../../core/checkpoint.ts';
import type { Evaluation, PartSizes } from '../../core/curve.ts';
import { softmax } from '../../core/metrics.ts';
import type { HeadSpec } from '../../core/run-record.ts';
import type { TrainingData } from '../trainer.ts';
import type { MemberKnobs } from './member-knobs.ts';
import { PopulationTrainer } from './population-trainer.ts';

/** A population of one, with HeadTrainer's surface, so that a Run can take either. See PopulationTrainer for what is bit-exact. */
export class WasmHeadTrainer {
  private readonly population: PopulationTrainer;

  /** @throws RangeError see PopulationTrainer. */
  constructor(module: WebAssembly.Module, data: TrainingData, head: HeadSpec, seed: number) {
    this.population = new PopulationTrainer(module, data, head, [seed]);
  }

  /** Rows scored in each part at every evaluation. */
  get sizes(): PartSizes {
    return this.population.sizes;
  }

  /** Steps done since the start of the run. */
  get step(): number {
    return this.population.step;
  }

  /** One optimization step with the given amounts. */
  trainStep(knobs: MemberKnobs): void {
    this.population.trainStep([knobs]);
  }

  /** Scores of the three parts in evaluation mode. */
  async evaluate(): Promise<Evaluation> {
    return this.population.evaluate()[0] as Evaluation;
  }

  /** Class probabilities of one embedding [D], in the order of the split's labels. */
  async predict(embedding: Float32Array): Promise<number[]> {
    return softmax(this.population.logits(0, embedding));
  }

  /** Logits [n, C], flat, of n embeddings [n, D] in evaluation mode. */
  async logits(embeddings: Float32Array): Promise<Float32Array> {
    return this.population.logits(0, embeddings);
  }

  /** A copy of everything needed to go on later. */
  async checkpoint(): Promise<Checkpoint> {
    return this.population.checkpoint(0);
  }

  /** Goes back (or on) to a checkpoint of this run. @throws RangeError when it is one of another head. */
  restore(checkpoint: Checkpoint): void {
    this.population.restore(0, checkpoint);
  }

  dispose(): void {
    this.population.dispose();
  }
}
