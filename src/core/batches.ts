import { RandomStream, STREAM } from './rng.ts';

/**
 * The order in which a run sees its training rows. Each domain is read in a fresh random order per epoch, and each step takes an
 * equal number of rows from every domain, small domains coming round more often.
 */
export class BatchOrder {
  private readonly orders: { epoch: number; order: Uint32Array }[];

  /** @param rows rows[d] are the training rows of domain d; none may be empty. */
  constructor(
    private readonly rows: readonly Uint32Array[],
    private readonly seed: number,
    private readonly cursors: number[] = rows.map(() => 0),
  ) {
    if (rows.some((domain) => domain.length === 0)) throw new RangeError('A training domain has no rows.');
    this.orders = rows.map(() => ({ epoch: -1, order: new Uint32Array() }));
  }

  /** Rows already taken from each domain: with the seed, all that is needed to go on later. */
  get position(): readonly number[] {
    return [...this.cursors];
  }

  /** The next batch: `perDomain` rows of each domain, domain after domain. Length = domains × perDomain. */
  next(perDomain: number): Uint32Array {
    const batch = new Uint32Array(this.rows.length * perDomain);
    let at = 0;
    for (let domain = 0; domain < this.rows.length; domain++) {
      const rows = this.rows[domain] as Uint32Array;
      for (let i = 0; i < perDomain; i++) {
        const cursor = this.cursors[domain] as number;
        const order = this.orderOf(domain, Math.floor(cursor / rows.length));
        batch[at++] = rows[order[cursor % rows.length] as number] as number;
        this.cursors[domain] = cursor + 1;
      }
    }
    return batch;
  }

  private orderOf(domain: number, epoch: number): Uint32Array {
    const known = this.orders[domain];
    if (known?.epoch === epoch) return known.order;
    const order = new RandomStream(this.seed, STREAM.batchOrder, epoch).permutation(this.rows[domain]?.length ?? 0, domain);
    this.orders[domain] = { epoch, order };
    return order;
  }
}
