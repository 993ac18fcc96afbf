import type { Checkpoint } from '../../core/checkpoint.ts';
import type { PartScore } from '../../core/metrics.ts';
import type { HeadSpec } from '../../core/run-record.ts';
import type { MemberSpec, MemberWork, Population, PopulationData, PopulationFactory } from './population.ts';

/**
 * Populations on another thread, each named by a number. Arguments and answers are plain data, so that one message carries a call.
 * Calls are taken in the order in which they are made; what is not said here is as in `Population`.
 */
export interface PopulationHost {
  /** Resolves when populations can be made. @throws Error when they never can be */
  ready(): Promise<void>;
  /** Keeps the embeddings [N, D] that populations made from now on train on, in place of those before. */
  keepFeatures(features: Float32Array): Promise<void>;
  /** @returns the population's number. @throws see PopulationFactory */
  make(data: DataBesideFeatures, head: HeadSpec, members: readonly MemberSpec[]): Promise<number>;
  advance(population: number, work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]>;
  logits(population: number, member: number, embeddings: Float32Array): Promise<Float32Array>;
  rowLogits(population: number, member: number, rows: Uint32Array): Promise<Float32Array>;
  checkpoint(population: number, member: number): Promise<Checkpoint>;
  restore(population: number, member: number, checkpoint: Checkpoint): Promise<void>;
  dispose(population: number): Promise<void>;
}

export type DataBesideFeatures = Omit<PopulationData, 'features'>;

/** The far side: lives on the other thread, and makes its populations there. */
export class LocalHost implements PopulationHost {
  private factory: Promise<PopulationFactory> | null = null;
  private features: Float32Array = new Float32Array();
  private readonly populations = new Map<number, Population>();
  private made = 0;

  /** @param start asked for a factory once, at the first call that needs it */
  constructor(private readonly start: () => Promise<PopulationFactory>) {}

  async ready(): Promise<void> {
    await this.started();
  }

  async keepFeatures(features: Float32Array): Promise<void> {
    this.features = features;
  }

  async make(data: DataBesideFeatures, head: HeadSpec, members: readonly MemberSpec[]): Promise<number> {
    const { features } = this; // before any wait, in which others may be kept
    const factory = await this.started();
    const population = await factory({ ...data, features }, head, members);
    const number = this.made++;
    this.populations.set(number, population);
    return number;
  }

  async advance(population: number, work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    return this.population(population).advance(work);
  }

  async logits(population: number, member: number, embeddings: Float32Array): Promise<Float32Array> {
    return this.population(population).logits(member, embeddings);
  }

  async rowLogits(population: number, member: number, rows: Uint32Array): Promise<Float32Array> {
    return this.population(population).rowLogits(member, rows);
  }

  async checkpoint(population: number, member: number): Promise<Checkpoint> {
    return this.population(population).checkpoint(member);
  }

  async restore(population: number, member: number, checkpoint: Checkpoint): Promise<void> {
    return this.population(population).restore(member, checkpoint);
  }

  async dispose(population: number): Promise<void> {
    this.population(population).dispose();
    this.populations.delete(population);
  }

  private started(): Promise<PopulationFactory> {
    this.factory ??= this.start();
    return this.factory;
  }

  private population(number: number): Population {
    const population = this.populations.get(number);
    if (!population) throw new Error(`There is no population ${number} here.`);
    return population;
  }
}
