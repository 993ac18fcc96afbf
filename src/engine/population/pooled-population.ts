import type { Checkpoint } from '../../core/checkpoint.ts';
import type { PartScore } from '../../core/metrics.ts';
import type { HeadSpec } from '../../core/run-record.ts';
import { memberAt } from './checks.ts';
import { usefulThreads } from './pooled-sharing.ts';
import type { MemberSpec, MemberWork, Population, PopulationData, PopulationFactory } from './population.ts';

/** Threads beside this one. */
export interface PopulationWorkers {
  /** How many there may be. */
  readonly most: number;
  /**
   * What makes populations on up to `count` of them, which are started where they were not. Fewer, or none, where they cannot be
   * started or have died.
   */
  makers(count: number): Promise<readonly PopulationFactory[]>;
  /** Ends them; populations on them fail from then on. `makers` starts new ones. */
  close(): void;
}

/**
 * Members dealt out by turns to several populations, each on a thread of its own. All of a call's work for one thread travels in one
 * message, and answers are joined in the order of the call, so where a member lives changes nothing but the time.
 */
export class PooledPopulation implements Population {
  private open = true;
  /** Where each member lives, and its number there. */
  private readonly seats: readonly { readonly share: Population; readonly place: number }[];

  private constructor(private readonly shares: readonly Population[]) {
    const count = shares.reduce((sum, share) => sum + share.count, 0);
    this.seats = Array.from({ length: count }, (_, member) => ({ share: shares[member % shares.length] as Population, place: Math.floor(member / shares.length) }));
  }

  /**
   * @param makers one for each thread, at most one a member; this thread's last: others must have their messages before it falls to work
   * @throws RangeError see PopulationFactory
   */
  static async make(makers: readonly PopulationFactory[], data: PopulationData, head: HeadSpec, members: readonly MemberSpec[]): Promise<PooledPopulation> {
    const making = makers.map((maker, turn) => maker(data, head, members.filter((_, member) => member % makers.length === turn)));
    try {
      return new PooledPopulation(await allOf(making));
    } catch (error) {
      for (const made of await Promise.allSettled(making)) if (made.status === 'fulfilled') made.value.dispose();
      throw error;
    }
  }

  get count(): number {
    return this.seats.length;
  }

  stepOf(member: number): number {
    const { share, place } = this.seat(member);
    return share.stepOf(place);
  }

  async advance(work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    const seats = work.map(({ member }) => this.seat(member));
    seats.forEach((seat, entry) => {
      if (seats.indexOf(seat) < entry) throw new RangeError(`Member ${work[entry]?.member} is named twice.`);
    });
    const scores = new Array<readonly PartScore[] | null>(work.length).fill(null);
    const doing = this.shares.map(async (share) => {
      const own = [...work.keys()].filter((entry) => seats[entry]?.share === share);
      if (own.length === 0) return;
      const answers = await share.advance(own.map((entry) => ({ ...(work[entry] as MemberWork), member: seats[entry]?.place as number })));
      own.forEach((entry, i) => (scores[entry] = answers[i] ?? null));
    });
    await allOf(doing);
    return scores;
  }

  async logits(member: number, embeddings: Float32Array): Promise<Float32Array> {
    const { share, place } = this.seat(member);
    return share.logits(place, embeddings);
  }

  async rowLogits(member: number, rows: Uint32Array): Promise<Float32Array> {
    const { share, place } = this.seat(member);
    return share.rowLogits(place, rows);
  }

  async checkpoint(member: number): Promise<Checkpoint> {
    const { share, place } = this.seat(member);
    return share.checkpoint(place);
  }

  async restore(member: number, checkpoint: Checkpoint): Promise<void> {
    const { share, place } = this.seat(member);
    return share.restore(place, checkpoint);
  }

  /** Frees the members; the threads stay for the next population. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    for (const share of this.shares) share.dispose();
  }

  private seat(member: number): { readonly share: Population; readonly place: number } {
    if (!this.open) throw new Error('This population was disposed of.');
    return memberAt(this.seats, member);
  }
}

/** All answers, or the first failure in order of the list, once nothing is under way any more. */
async function allOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}

/** Populations on this thread and as many others as shorten the work; on this one alone where none would. @param local this thread's */
export function pooledPopulations(local: PopulationFactory, workers: PopulationWorkers): PopulationFactory {
  return async (data, head, members) => {
    const others = usefulThreads(data, head, members, workers.most);
    const makers = others > 0 ? await workers.makers(others) : [];
    return makers.length === 0 ? local(data, head, members) : PooledPopulation.make([...makers, local], data, head, members);
  };
}
