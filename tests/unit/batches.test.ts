import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { BatchOrder } from '../../src/core/batches.ts';

/** Domains of the given sizes, rows numbered through. */
function domainsOf(sizes: readonly number[]): Uint32Array[] {
  let next = 100;
  return sizes.map((size) => Uint32Array.from({ length: size }, () => next++));
}

const someSizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
const seed = fc.integer({ min: 0, max: 0xffffffff });

describe('the order of batches', () => {
  test('takes the same number of rows of every domain, domain after domain', () => {
    fc.assert(
      fc.property(someSizes, seed, fc.integer({ min: 1, max: 40 }), (sizes, someSeed, perDomain) => {
        const domains = domainsOf(sizes);
        const batch = new BatchOrder(domains, someSeed).next(perDomain);
        expect(batch.length).toBe(sizes.length * perDomain);
        domains.forEach((rows, d) => {
          for (const row of batch.subarray(d * perDomain, (d + 1) * perDomain)) expect(rows).toContain(row);
        });
      }),
    );
  });

  test('shows every row once before it shows one twice', () => {
    fc.assert(
      fc.property(someSizes, seed, (sizes, someSeed) => {
        const domains = domainsOf(sizes);
        const order = new BatchOrder(domains, someSeed);
        const seen = domains.map(() => [] as number[]);
        for (let step = 0; step < 40; step++) order.next(1).forEach((row, d) => seen[d]?.push(row));
        domains.forEach((rows, d) => {
          const drawn = seen[d] as number[];
          for (let from = 0; from + rows.length <= drawn.length; from += rows.length) {
            expect(drawn.slice(from, from + rows.length).sort((a, b) => a - b)).toEqual([...rows]);
          }
        });
      }),
    );
  });

  test('does not depend on how it is cut into batches', () => {
    fc.assert(
      fc.property(someSizes, seed, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (sizes, someSeed, cuts) => {
        const domains = domainsOf(sizes);
        const total = cuts.reduce((sum, cut) => sum + cut, 0);
        const whole = new BatchOrder(domains, someSeed).next(total);
        const order = new BatchOrder(domains, someSeed);
        const parts = domains.map(() => [] as number[]);
        for (const cut of cuts) {
          const batch = order.next(cut);
          domains.forEach((_, d) => parts[d]?.push(...batch.subarray(d * cut, (d + 1) * cut)));
        }
        expect(parts.flat()).toEqual([...whole]);
      }),
    );
  });

  test('goes on from a stored position as if it had not stopped', () => {
    fc.assert(
      fc.property(someSizes, seed, fc.nat(30), (sizes, someSeed, steps) => {
        const domains = domainsOf(sizes);
        const order = new BatchOrder(domains, someSeed);
        for (let step = 0; step < steps; step++) order.next(3);
        const resumed = new BatchOrder(domains, someSeed, [...order.position]);
        expect([...resumed.next(5)]).toEqual([...order.next(5)]);
      }),
    );
  });

  test('differs from epoch to epoch, domain to domain and seed to seed', () => {
    const rows = Uint32Array.from({ length: 30 }, (_, i) => i);
    const order = new BatchOrder([rows, rows], 1);
    const [first, second] = [order.next(30), order.next(30)];
    const other = new BatchOrder([rows, rows], 2).next(30);
    const orders = [first.subarray(0, 30), first.subarray(30), second.subarray(0, 30), other.subarray(0, 30)];
    expect(new Set(orders.map((each) => each.join())).size).toBe(4);
  });

  test('needs rows in every domain', () => {
    expect(() => new BatchOrder([Uint32Array.of(1), new Uint32Array()], 1)).toThrow(RangeError);
  });
});
