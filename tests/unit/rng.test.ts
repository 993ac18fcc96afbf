import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { RandomStream, STREAM, betaSymmetric, threefry2x32 } from '../../src/core/rng.ts';

/** Mean and variance of the values. */
function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] as number) / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += ((values[i] as number) - mean) ** 2 / n;
  return { mean, variance };
}

describe('Threefry-2x32 with 20 rounds', () => {
  // Known answers that come with the authors' Random123.
  test.each([
    { key: [0, 0], counter: [0, 0], words: ['6b200159', '99ba4efe'] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: ['1cb996fc', 'bb002be7'] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: ['c4923a9c', '483df7a0'] },
  ])('gives $words for the key $key and the counter $counter', ({ key, counter, words }) => {
    const out = new Uint32Array(2);
    threefry2x32(key[0] as number, key[1] as number, counter[0] as number, counter[1] as number, out);
    expect([...out].map((word) => word.toString(16).padStart(8, '0'))).toEqual(words);
  });
});

describe('a random stream', () => {
  const N = 20_000;
  const stream = new RandomStream(7, STREAM.dropout, 3);

  test('gives the same number at the same place whatever was drawn before', () => {
    const a = new RandomStream(1, STREAM.weights);
    const b = new RandomStream(1, STREAM.weights);
    for (let i = 0; i < 100; i++) b.bits(i, i);
    expect(a.bits(5, 9)).toBe(b.bits(5, 9));
  });

  test('differs by seed, stream, step, row and unit', () => {
    const words = [
      new RandomStream(1, STREAM.weights, 0).bits(0, 0),
      new RandomStream(2, STREAM.weights, 0).bits(0, 0),
      new RandomStream(1, STREAM.dropout, 0).bits(0, 0),
      new RandomStream(1, STREAM.weights, 1).bits(0, 0),
      new RandomStream(1, STREAM.weights, 0).bits(1, 0),
      new RandomStream(1, STREAM.weights, 0).bits(0, 1),
    ];
    expect(new Set(words).size).toBe(words.length);
  });

  test('uniform values are in [0, 1) with mean 1/2 and variance 1/12', () => {
    const values = Array.from({ length: N }, (_, i) => stream.uniform(i));
    const { mean, variance } = moments(values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / N));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / N));
  });

  test('open uniform values are never 0', () => {
    for (let i = 0; i < N; i++) expect(stream.uniformOpen(i)).toBeGreaterThan(0);
  });

  test('normal values have mean 0, variance 1, and the tails of a normal', () => {
    const values = new Float32Array(N);
    stream.fillNormal(0, values);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    const beyond = values.filter((value) => Math.abs(value) > 1.96).length / N;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / N));
  });

  test('the two normals of a pair are uncorrelated', () => {
    const values = new Float32Array(N);
    stream.fillNormal(1, values);
    let products = 0;
    for (let i = 0; i < N; i += 2) products += (values[i] as number) * (values[i + 1] as number);
    expect(Math.abs(products / (N / 2))).toBeLessThan(5 / Math.sqrt(N / 2));
  });

  test('an odd number of normals is a prefix of a longer fill', () => {
    const short = new Float32Array(5);
    const long = new Float32Array(8);
    stream.fillNormal(2, short);
    stream.fillNormal(2, long);
    expect([...short]).toEqual([...long.subarray(0, 5)]);
  });

  test('a permutation holds each position once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 300 }), fc.nat(1000), (seed, length, row) => {
        const order = new RandomStream(seed, STREAM.batchOrder).permutation(length, row);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
      }),
    );
  });

  test('every position is equally likely to come first in a permutation', () => {
    const counts = new Array<number>(6).fill(0);
    for (let row = 0; row < 6000; row++) {
      const first = stream.permutation(6, row)[0] as number;
      counts[first] = (counts[first] as number) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(25.7); // 99.99 % point at 5 degrees of freedom
  });

  test.each([0.1, 0.4, 1])('beta draws at alpha %f have mean 1/2 and variance 1/(4(2·alpha + 1))', (alpha) => {
    const values = Array.from({ length: 10_000 }, (_, row) => betaSymmetric(stream, row, alpha));
    const { mean, variance } = moments(values);
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(expected / values.length));
    expect(Math.abs(variance - expected)).toBeLessThan(0.06 * expected);
  });
});
