import { expect, test } from 'vitest';
import { EMBEDDING_WIDTH } from '../../src/engine/encoder/encoder.ts';
import { sampled } from '../bench/sampled.ts';

const examples = Array.from({ length: 20 }, (_, i) => ({ text: `text ${i}`, label: i % 2 ? 'a' : 'b', domain: 'd' }));
const whole = {
  dataset: { id: 'all', name: 'all', examples, labels: ['b', 'a'], domains: ['d'], groups: [], hasDomains: false },
  features: Float32Array.from({ length: 20 * EMBEDDING_WIDTH }, (_, i) => Math.floor(i / EMBEDDING_WIDTH)),
};

test('a sample is not taken for the whole data set, nor for a sample of another size', () => {
  const ids = [whole, sampled(whole, 5), sampled(whole, 6)].map(({ dataset }) => dataset.id);
  expect(new Set(ids).size).toBe(3);
});

test('a sample is the same each time, of distinct rows, each with its own embedding', () => {
  const { dataset, features } = sampled(whole, 8);
  expect(sampled(whole, 8).dataset.examples).toEqual(dataset.examples);
  expect(new Set(dataset.examples).size).toBe(8);
  dataset.examples.forEach(({ text }, i) => expect(`text ${features[i * EMBEDDING_WIDTH]}`).toBe(text));
});
