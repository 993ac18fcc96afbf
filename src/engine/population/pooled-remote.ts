import type { Checkpoint } from '../../core/checkpoint.ts';
import type { PartScore } from '../../core/metrics.ts';
import { memberAt } from './checks.ts';
import type { PopulationHost } from './pooled-host.ts';
import type { MemberWork, Population, PopulationFactory } from './population.ts';

/** A member's number of steps, while answers about it are still on their way. */
class StepCount {
  private done = 0;
  private readonly underWay: ((step: number) => number)[] = [];

  /** Steps done, or told to be done. */
  get now(): number {
    return this.underWay.reduce((step, effect) => effect(step), this.done);
  }

  /** Counts what `call` does to the number from now on, unless it fails. Calls end in the order in which they are counted. */
  count(effect: (step: number) => number, call: Promise<unknown>): void {
    this.underWay.push(effect);
    const ended = (step: number): void => {
      this.underWay.splice(this.underWay.indexOf(effect), 1);
      this.done = step;
    };
    call.then(
      () => ended(effect(this.done)),
      () => ended(this.done),
    );
  }
}

/** This side of a population on another thread. */
class RemotePopulation implements Population {
  private readonly steps: readonly StepCount[];

  constructor(
    private readonly host: PopulationHost,
    private readonly number: number,
    readonly count: number,
  ) {
    this.steps = Array.from({ length: count }, () => new StepCount());
  }

  stepOf(member: number): number {
    return memberAt(this.steps, member).now;
  }

  async advance(work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    const counts = work.map(({ member }) => memberAt(this.steps, member));
    const call = this.host.advance(this.number, work);
    work.forEach(({ steps }, i) => counts[i]?.count((step) => step + steps.length, call));
    return call;
  }

  async logits(member: number, embeddings: Float32Array): Promise<Float32Array> {
    return this.host.logits(this.number, member, embeddings);
  }

  async rowLogits(member: number, rows: Uint32Array): Promise<Float32Array> {
    return this.host.rowLogits(this.number, member, rows);
  }

  async checkpoint(member: number): Promise<Checkpoint> {
    return this.host.checkpoint(this.number, member);
  }

  async restore(member: number, checkpoint: Checkpoint): Promise<void> {
    const count = memberAt(this.steps, member);
    const call = this.host.restore(this.number, member, checkpoint);
    count.count(() => checkpoint.step, call);
    return call;
  }

  dispose(): void {
    this.host.dispose(this.number).catch(() => {}); // a thread that is gone has let go of it
  }
}

/** Populations on the thread behind `host`. Embeddings travel there once, however many populations in a row train on them. */
export function remotePopulations(host: PopulationHost): PopulationFactory {
  let kept: Float32Array | null = null;
  return async ({ features, ...data }, head, members) => {
    // Both calls at once, with nothing between them: another population's embeddings must not take their place.
    const keeping = kept === features ? Promise.resolve() : host.keepFeatures(features);
    kept = features;
    const making = host.make(data, head, members);
    const [keptNow, made] = await Promise.allSettled([keeping, making]);
    if (keptNow.status === 'rejected') {
      if (kept === features) kept = null;
      throw keptNow.reason;
    }
    if (made.status === 'rejected') throw made.reason;
    return new RemotePopulation(host, made.value, members.length);
  };
}
