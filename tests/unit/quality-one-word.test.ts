import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Example } from '../../src/core/examples.ts';
import { logFactorials, logUpperTail } from '../../src/core/quality/hypergeometric.ts';
import { oneWordFindings } from '../../src/core/quality/one-word-findings.ts';
import { oneWordRules, type OneWordRule } from '../../src/core/quality/one-word-rules.ts';
import { wordsOf } from '../../src/core/quality/words-of.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { datasetOf, finish, randomTexts } from '../support/quality-data.ts';
import { applied } from '../support/editing.ts';

/** Texts whose labels and domains are drawn by lot. */
function byLot(count: number, seed: number, domains = 4): Example[] {
  const random = new RandomStream(seed, STREAM.rowSample, 1);
  return randomTexts(count, 10, seed).map((text, row) => ({ text, label: random.bits(row, 0) % 2 ? 'ham' : 'spam', domain: `domain ${random.bits(row, 1) % domains}` }));
}

/** The same, a word put before the first rows of a label in each domain. @param counts rows with the word by domain and label */
function planted(examples: readonly Example[], word: string, counts: Readonly<Record<string, Readonly<Record<string, number>>>>): Example[] {
  const left = structuredClone(counts) as Record<string, Record<string, number>>;
  return examples.map((example) => {
    const domain = left[example.domain];
    if (!domain || !domain[example.label]) return example;
    domain[example.label] = (domain[example.label] ?? 0) - 1;
    return { ...example, text: `${word}, ${example.text}` };
  });
}

const rulesOf = (examples: readonly Example[]): readonly OneWordRule[] => finish(oneWordRules(datasetOf(examples))).result;

test('words are compared without case, in one form of Unicode and of the apostrophe', () => {
  expect(wordsOf('Don’t say “CAFE\u0301”, don\'t; it’s 24/7 …')).toEqual(["don't", 'say', 'café', "don't", "it's", '24', '7']);
});

test('the exact test gives the probabilities that counting all draws gives', () => {
  const choose = (n: number, k: number): number => (k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1));
  const sizes = fc.integer({ min: 1, max: 40 }).chain((total) => fc.record({ total: fc.constant(total), marked: fc.integer({ min: 0, max: total }), drawn: fc.integer({ min: 0, max: total }), hits: fc.integer({ min: 0, max: total }) }));
  fc.assert(
    fc.property(sizes, ({ total, marked, drawn, hits }) => {
      let expected = 0;
      for (let k = hits; k <= drawn; k++) expected += (choose(marked, k) * choose(total - marked, drawn - k)) / choose(total, drawn);
      const found = Math.exp(logUpperTail(hits, drawn, marked, total, logFactorials(total)));
      expect(Math.abs(found - expected)).toBeLessThan(1e-9 * expected + 1e-15);
    }),
  );
});

describe('a word that gives the label away', () => {
  test('is not found where labels are drawn by lot', () => {
    for (let seed = 1; seed <= 30; seed++) {
      expect(rulesOf(byLot(300, seed))).toEqual([]);
      expect(rulesOf(byLot(300, seed, 1))).toEqual([]);
    }
  });

  test('is found where it was planted in several domains, with its counts and what its rule would score', () => {
    const examples = planted(byLot(400, 1), 'Winner', { 'domain 0': { spam: 30 }, 'domain 1': { spam: 25, ham: 1 }, 'domain 2': { spam: 20 } });
    const rules = rulesOf(examples);
    expect(rules).toHaveLength(1);
    const isSpam = examples.filter(({ label }) => label === 'spam').length;
    const ham = examples.length - isSpam;
    const withoutWord = { spam: isSpam - 75, ham: ham - 1 };
    expect(rules[0]).toEqual({
      word: 'winner',
      label: 'spam',
      withWord: 76,
      withBoth: 75,
      domains: datasetOf(examples).domains,
      rows: 400,
      right: 75 + Math.max(withoutWord.spam, withoutWord.ham),
      constantRight: Math.max(isSpam, ham),
      reversed: [],
    });
  });

  test('is found though another domain has it the other way round, and that domain is named', () => {
    const examples = planted(byLot(480, 2), 'rainy', { 'domain 0': { spam: 40 }, 'domain 1': { spam: 40 }, 'domain 2': { spam: 2, ham: 30 } });
    const [rule, ...others] = rulesOf(examples);
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ word: 'rainy', label: 'spam', withWord: 80, withBoth: 80, rows: examples.filter(({ domain }) => rule?.domains.includes(domain)).length, reversed: [{ domain: 'domain 2', withWord: 32, withBoth: 2 }] });
    expect(rule?.domains.toSorted()).toEqual(['domain 0', 'domain 1']);
    const [finding] = oneWordFindings(datasetOf(examples), rule ? [rule] : []);
    expect(finding?.title).toBe('The word “rainy” gives away “spam”: 80 of 80 examples');
    expect(finding?.details).toContain('In “domain 2” it is the other way round: 2 of 32 examples with the word.');
  });

  test('is not reported where one domain of several has it, nor where it is rare, nor where it goes with both labels', () => {
    const examples = byLot(400, 3);
    expect(rulesOf(planted(examples, 'once', { 'domain 0': { spam: 40 } }))).toEqual([]);
    expect(rulesOf(planted(examples, 'rare', { 'domain 0': { spam: 6 }, 'domain 1': { spam: 6 } }))).toEqual([]);
    expect(rulesOf(planted(examples, 'both', { 'domain 0': { spam: 30, ham: 20 }, 'domain 1': { spam: 30, ham: 20 } }))).toEqual([]);
  });

  test('counts once for each text, however often it stands there', () => {
    const examples = planted(planted(byLot(400, 1), 'Winner', { 'domain 0': { spam: 30 }, 'domain 1': { spam: 30 } }), 'winner WINNER', { 'domain 0': { spam: 30 }, 'domain 1': { spam: 30 } });
    expect(rulesOf(examples)[0]).toMatchObject({ withWord: 60, withBoth: 60 });
  });

  test('is gone after its remedy, and the texts without it are as they were', () => {
    const examples = planted(byLot(400, 1), 'Winner', { 'domain 0': { spam: 40 }, 'domain 1': { spam: 40 } });
    const dataset = datasetOf(examples);
    const [finding] = oneWordFindings(dataset, rulesOf(examples));
    expect(finding).toMatchObject({ severity: 'look', examples: [{}, {}, {}], remedies: [{ label: 'Take “winner” out of every text' }] });
    const cleaned = applied(dataset, finding?.remedies[0]?.edit ?? expect.fail('no remedy'));
    expect(rulesOf(cleaned.examples)).toEqual([]);
    cleaned.examples.forEach(({ text }, row) => expect(text).toBe(examples[row]?.text.replace(/^Winner, /u, '')));
  });
});
