import type { Example } from '../examples.ts';

/** How many rows have each name, names in order of first appearance; only names that some row has. */
export type Tally = ReadonlyMap<string, number>;

export interface Tallies {
  /** Rows counted. */
  readonly live: number;
  readonly labels: Tally;
  readonly domains: Tally;
  readonly groups: Tally;
}

/** Counts examples by name, one at a time. */
export class TallyCounter {
  private live: number;
  private readonly labels: Counts;
  private readonly domains: Counts;
  private readonly groups: Counts;

  /** @param from tallies to go on from */
  constructor(from?: Tallies) {
    this.live = from?.live ?? 0;
    this.labels = new Counts(from?.labels);
    this.domains = new Counts(from?.domains);
    this.groups = new Counts(from?.groups);
  }

  add(example: Example): void {
    this.count(example, 1);
  }

  remove(example: Example): void {
    this.count(example, -1);
  }

  tallies(): Tallies {
    return { live: this.live, labels: this.labels.tally(), domains: this.domains.tally(), groups: this.groups.tally() };
  }

  private count({ label, domain, group }: Example, by: 1 | -1): void {
    this.live += by;
    this.labels.count(label, by);
    this.domains.count(domain, by);
    if (group !== undefined) this.groups.count(group, by);
  }
}

/** Counters that are changed in place: one look-up a row. */
class Counts {
  private readonly counters: Map<string, { count: number }>;

  constructor(from: Tally = new Map()) {
    this.counters = new Map([...from].map(([name, count]) => [name, { count }]));
  }

  count(name: string, by: 1 | -1): void {
    const known = this.counters.get(name);
    if (known) known.count += by;
    else this.counters.set(name, { count: by });
  }

  tally(): Tally {
    return new Map([...this.counters].flatMap(([name, { count }]) => (count > 0 ? [[name, count] as const] : [])));
  }
}
