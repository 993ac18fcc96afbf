import { commonLength, evaluationsAt } from '../core/bands.ts';
import type { Run } from '../engine/run.ts';
import type { Looks } from '../protocol/trainer.ts';

/** Counts looks at a run's held-out domain: each evaluation of a branch once, though the run is opened again, split, or moved to another device. */
export class LookCounter {
  /** At the domain, over all runs. */
  total: Looks = { evaluations: 0, runs: 0 };
  /** Evaluations of each branch that are counted. */
  private counted: Map<string, number>;
  /** Steps of each branch at which the domain was looked at beside the evaluations. */
  private aside: ReadonlyMap<string, readonly number[]> = new Map();

  /** @param add adds to the looks at the domain, and resolves to their new total */
  constructor(
    private readonly run: Run,
    private readonly add: (add: Looks) => Promise<Looks>,
  ) {
    this.counted = new Map(run.ids.map((id) => [id, commonLength(run.headsOf(id))]));
  }

  /** Takes over what was counted of the same run before. */
  inherit({ counted, aside }: LookCounter): void {
    this.aside = aside;
    for (const id of this.run.ids) this.counted.set(id, counted.get(id) ?? this.counted.get(id) ?? 0);
  }

  /** Takes over looks beside the evaluations of a branch that were counted on an earlier visit. */
  recall(id: string, steps: readonly number[]): void {
    this.aside = new Map([...this.aside, [id, steps]]);
  }

  /** Steps of a branch at which the domain was looked at beside the evaluations, the earliest look first. */
  asideOf(id: string): readonly number[] {
    return this.aside.get(id) ?? [];
  }

  /** To be called when the run's branches have become others: what a branch shares with the one that it left was looked at once. */
  follow(): void {
    const before = new Map(this.counted);
    for (const id of this.run.ids) {
      const { fork } = this.run.recordOf(id);
      this.counted.set(id, before.get(id) ?? (fork && before.get(fork.from)) ?? 0);
      if (fork && !before.has(id)) this.recall(id, this.asideOf(fork.from));
    }
  }

  /** Counts the evaluations that are new. */
  async count(): Promise<void> {
    let evaluations = 0;
    let before = 0;
    for (const id of this.run.ids) {
      const length = commonLength(this.run.headsOf(id));
      const counted = this.counted.get(id) ?? 0;
      before += counted;
      evaluations += Math.max(0, length - counted);
      this.counted.set(id, Math.max(length, counted));
    }
    if (evaluations > 0) this.total = await this.add({ evaluations, runs: before === 0 ? 1 : 0 });
  }

  /** Counts a look at the domain beside the evaluations, once for each step; none where the branch has just been evaluated. @returns all looks */
  async countAside(id: string): Promise<Looks> {
    const heads = this.run.headsOf(id);
    const step = this.run.stepOf(id);
    const length = commonLength(heads);
    const isEvaluated = length > 0 && evaluationsAt(heads, length - 1)[0]?.step === step;
    const before = this.asideOf(id);
    if (!isEvaluated && !before.includes(step)) {
      this.recall(id, [...before, step]);
      this.total = await this.add({ evaluations: 1, runs: 0 });
    }
    return this.total;
  }
}
