import { distinct, groupsOf, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';

/** A data set of these rows, as an import would describe it. */
export function datasetOf(examples: readonly Example[]): Dataset {
  const domains = distinct(examples.map(({ domain }) => domain));
  return { id: 'made up', name: 'made up', examples, labels: distinct(examples.map(({ label }) => label)), domains, groups: groupsOf(examples), hasDomains: domains.length > 1 };
}

export function keysOf({ examples }: Dataset): string[] {
  return examples.map(({ text }) => textKey(text));
}

/** Runs a computation that yields to its end. @returns its result, and the shares of it that it reported at each yield, if it did */
export function finish<T, P>(work: Generator<P, T>): { readonly result: T; readonly shares: readonly P[] } {
  const shares: P[] = [];
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return { result: next.value, shares };
    shares.push(next.value);
  }
}

/** 600 made-up words of three to nine letters. */
export const WORDS: readonly string[] = Array.from({ length: 600 }, (_, i) => {
  const random = new RandomStream(3, STREAM.rowSample, i);
  return Array.from({ length: 3 + (random.bits(0) % 7) }, (_unused, j) => 'bcdfglmnprstvaeiou'[random.bits(1, j) % 18]).join('');
});

/** Texts of `length` words each, drawn so that some words are frequent and many are rare. */
export function randomTexts(count: number, length: number, seed: number): string[] {
  const random = new RandomStream(seed, STREAM.rowSample);
  return Array.from({ length: count }, (_, row) => Array.from({ length }, (_unused, j) => WORDS[Math.floor(WORDS.length * random.uniform(row, j) ** 2)]).join(' '));
}
