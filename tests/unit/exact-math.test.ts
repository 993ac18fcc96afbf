import { describe, expect, test } from 'vitest';
import { cosPi, exp, log, pow, sinPi } from '../../src/core/exact-math.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';

const N = 50_000;
const random = new RandomStream(12, STREAM.bootstrap);
/** Evenly spread in [low, high). */
const spread = (i: number, low: number, high: number): number => low + (high - low) * ((random.bits(i) + random.bits(i, 1) / 4294967296) / 4294967296);
/** Math's functions may be off by a unit in the last place themselves. */
const UNIT = 2 ** -52;

function largest(f: (i: number) => number): number {
  let found = 0;
  for (let i = 0; i < N; i++) found = Math.max(found, f(i));
  return found;
}

describe('exp', () => {
  test.each([[-1, 1], [-40, 0], [-708, 709.7]])('is Math’s within two units in the last place between %f and %f', (low, high) => {
    expect(largest((i) => Math.abs(exp(spread(i, low, high)) / Math.exp(spread(i, low, high)) - 1))).toBeLessThan(2 * UNIT);
  });

  test('has the limits of Math’s', () => {
    for (const x of [0, -0, Infinity, -Infinity, NaN, 709.782712893384, 709.8, 1e300, -1e300, -745.2]) expect(exp(x), String(x)).toBe(Math.exp(x));
    expect(exp(-744)).toBeCloseTo(Math.exp(-744), 322);
  });
});

describe('log', () => {
  test.each([[0.5, 2], [1, 200], [1e-9, 1], [1e-300, 1e300]])('is Math’s within two units in the last place between %f and %f', (low, high) => {
    const value = (i: number): number => exp(spread(i, Math.log(low), Math.log(high)));
    expect(largest((i) => Math.abs(log(value(i)) - Math.log(value(i))) / Math.abs(Math.log(value(i))))).toBeLessThan(2 * UNIT);
  });

  test('has the limits of Math’s', () => {
    for (const x of [1, 0, -0, -1, Infinity, -Infinity, NaN]) expect(log(x), String(x)).toBe(Math.log(x));
    for (const x of [5e-324, 2.2250738585072014e-308, Number.MAX_VALUE]) expect(log(x) / Math.log(x)).toBeCloseTo(1, 15);
  });
});

describe('pow', () => {
  test('is Math’s within the error that its comment states', () => {
    const error = (i: number): number => {
      const [base, exponent] = [spread(i, 1e-7, 1), spread(i + N, 0, 50)];
      const expected = Math.pow(base, exponent);
      return Math.abs(pow(base, exponent) / expected - 1) / (1 + Math.abs(exponent * Math.log(base)));
    };
    expect(largest(error)).toBeLessThan(3e-16);
    expect([pow(0, 3), pow(1, 7), pow(5, 0), pow(0, 0)]).toEqual([0, 1, 1, 1]);
  });
});

describe('cosine and sine of half turns', () => {
  test('are Math’s within 5e-16 in the first turn', () => {
    expect(largest((i) => Math.abs(cosPi(spread(i, -1, 1)) - Math.cos(Math.PI * spread(i, -1, 1))))).toBeLessThan(5e-16);
    expect(largest((i) => Math.abs(sinPi(spread(i, -1, 1)) - Math.sin(Math.PI * spread(i, -1, 1))))).toBeLessThan(5e-16);
  });

  test('repeat after a whole turn, and are exact at quarter turns', () => {
    for (let i = 0; i < 100; i++) expect(cosPi(spread(i, 0, 1) / 4294967296 + 1000) - cosPi(spread(i, 0, 1) / 4294967296)).toBeCloseTo(0, 12);
    expect([0, 0.5, 1, 1.5, 2, 1e9 + 0.5].map(cosPi)).toEqual([1, 0, -1, 0, 1, 0]);
    expect([0, 0.5, 1, -0.5].map(sinPi)).toEqual([0, 1, 0, -1]);
  });
});
