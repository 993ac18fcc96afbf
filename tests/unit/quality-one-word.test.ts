import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Example } from '../../src/core/examples.ts';
import { logFactorials, logUpperTail } from '../../src/core/quality/hypergeometric.ts';
import { oneWordFindings } from '../../src/core/quality/one-word-findings.ts';
import { oneWordRules, type OneWordRule } from '../../src/core/quality/one-word-rules.ts';
import { ANY_EMOJI, cuesOf, withoutCue, wordsOf } from '../../src/core/quality/cues.ts';
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
    return { ...example, text: `${word} ${example.text}` };
  });
}

const rulesOf = (examples: readonly Example[]): readonly OneWordRule[] => finish(oneWordRules(datasetOf(examples))).result;

test('words are compared without case, in one form of Unicode and of the apostrophe', () => {
  expect(wordsOf('Don’t say “CAFE\u0301”, don\'t; it’s 24/7 …')).toEqual(["don't", 'say', 'café', "don't", "it's", '24', '7']);
});

test('what gives a label away may be a sign, by itself or repeated, an emoticon, or an emoji of whatever kind', () => {
  expect(cuesOf('Wow!!! Really? 50% :-) 🎉 👍🏽 1️⃣ (no)')).toEqual(['wow', '!', '!!', 'really', '?', '50', '%', ':)', ANY_EMOJI, ANY_EMOJI, ANY_EMOJI, '(', 'no', ')']);
  expect(cuesOf('ratio:Day = 3:2')).toEqual(['ratio', ':', 'day', '=', '3', ':', '2']);
});

test('what is taken out of a text takes no other cue with it, and leaves no gap', () => {
  expect(withoutCue('Wow!!! What a day! 🎉', '!!')).toBe('Wow What a day! 🎉');
  expect(withoutCue('Wow!!! What a day! 🎉', '!')).toBe('Wow What a day 🎉');
  expect(withoutCue('So 🎉👍🏽 good, 1️⃣ of us', ANY_EMOJI)).toBe('So good, of us');
  expect(withoutCue('Well done :-) and (again) :)', ':)')).toBe('Well done and (again)');
  expect(withoutCue('Wow, what a day', '!')).toBe('Wow, what a day');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '!', '?', ':', ')', '-', '🎉', '1', '\u20e3', '.') }), (text) => {
      for (const cue of new Set(cuesOf(text))) expect(cuesOf(withoutCue(text, cue)), `${text} without ${cue}`).not.toContain(cue);
    }),
  );
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
      ofLabel: isSpam,
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
    expect(finding?.details).toContain('In “domain 2” it is the other way round: 2 of 32 examples with it.');
  });

  test('is not reported where less than half of a label in one domain of several has it, nor where it is rare, nor where it goes with both labels', () => {
    const examples = byLot(400, 3);
    expect(rulesOf(planted(examples, 'once', { 'domain 0': { spam: 20 } }))).toEqual([]);
    expect(rulesOf(planted(examples, 'rare', { 'domain 0': { spam: 6 }, 'domain 1': { spam: 6 } }))).toEqual([]);
    expect(rulesOf(planted(examples, 'both', { 'domain 0': { spam: 30, ham: 20 }, 'domain 1': { spam: 30, ham: 20 } }))).toEqual([]);
  });

  test('is found where it marks most of a label in one domain only, and is scored there', () => {
    const examples = planted(byLot(400, 3), 'once', { 'domain 0': { spam: 40 } });
    const there = examples.filter(({ domain }) => domain === 'domain 0');
    const spam = there.filter(({ label }) => label === 'spam').length;
    const rules = rulesOf(examples);
    expect(rules).toEqual([expect.objectContaining({ word: 'once', label: 'spam', domains: ['domain 0'], rows: there.length, withWord: 40, withBoth: 40, ofLabel: spam })]);
    expect(oneWordFindings(datasetOf(examples), rules)[0]?.details).toContain(`It stands in 40 of the ${spam} examples labelled “spam” in “domain 0”.`);
  });

  test('is found where it marks a rare label, of which little is gained over always giving the frequent one', () => {
    const examples = byLot(2000, 5).map((example, row): Example => (row % 25 === 0 ? { ...example, label: 'spam', text: `${example.text} unsubscribe` } : { ...example, label: 'ham' }));
    const rules = rulesOf(examples);
    expect(rules).toEqual([expect.objectContaining({ word: 'unsubscribe', label: 'spam', withWord: 80, withBoth: 80, ofLabel: 80, rows: 2000, right: 2000, constantRight: 1920 })]);
    expect(oneWordFindings(datasetOf(examples), rules)[0]).toMatchObject({ severity: 'serious', title: 'The word “unsubscribe” gives away “spam”: 80 of 80 examples' });
  });

  test('is found where it marks one label of many, also where a domain has it seldom', () => {
    const examples = byLot(1100, 6, 12).map((example, row): Example => ({ ...example, label: `class ${row % 22}`, text: row % 22 === 7 ? `translate ${example.text}` : example.text }));
    expect(rulesOf(examples)).toEqual([expect.objectContaining({ word: 'translate', label: 'class 7', withWord: 50, withBoth: 50, ofLabel: 50, rows: 1100 })]);
  });

  test('is no shortcut where the label is called by it', () => {
    const examples = byLot(1100, 6, 1).map((example, row): Example => ({ ...example, label: row % 11 === 7 ? 'Translate_text' : `class ${row % 11}`, text: row % 11 === 7 ? `translate ${example.text}` : example.text }));
    const [finding] = oneWordFindings(datasetOf(examples), rulesOf(examples));
    expect(finding).toMatchObject({ severity: 'look', title: 'The word “translate” gives away “Translate_text”: 100 of 100 examples' });
    expect(finding?.details).toContain('The label is called by this word: it may well be what it is about.');
  });

  test('may be a repeated sign or an emoji, whichever it is', () => {
    const random = byLot(400, 7);
    const always = rulesOf(random.map((example): Example => (example.label === 'spam' ? { ...example, text: `${example.text}??` } : example)));
    expect(always.map(({ word }) => word)).toEqual(['??']);
    const words = rulesOf(random.map((example): Example => (example.label === 'spam' ? { ...example, text: `bye byebye ${example.text}` } : example)));
    expect(words.map(({ word }) => word)).toEqual(['bye', 'byebye']);
    const marked = random.map((example, row): Example => (example.label === 'spam' ? { ...example, text: `${example.text}${row % 2 ? '!!' : '!!!!'} ${['🎉', '👍🏽', '❤️', '🇫🇷'][row % 4]}` } : { ...example, text: `${example.text}!` }));
    const spam = marked.filter(({ label }) => label === 'spam').length;
    const rules = rulesOf(marked);
    expect(rules.map(({ word, withBoth }) => [word, withBoth])).toEqual([
      ['!!', spam],
      [ANY_EMOJI, spam],
    ]);
    const [sign, emoji] = oneWordFindings(datasetOf(marked), rules);
    expect(sign?.title).toBe(`The sign “!” twice or more in a row gives away “spam”: ${spam} of ${spam} examples`);
    expect(emoji).toMatchObject({ title: `An emoji gives away “spam”: ${spam} of ${spam} examples`, remedies: [{ label: 'Take every emoji out of every text' }] });
    const cleaned = applied(datasetOf(marked), emoji?.remedies[0]?.edit ?? expect.fail('no remedy'));
    cleaned.examples.forEach(({ text }) => expect(text).not.toMatch(/\p{Extended_Pictographic}|\p{RI}/u));
  });

  test('is counted where more are found than are told one by one', () => {
    const examples = byLot(1400, 8, 1).map((example, row): Example => ({ ...example, label: `class ${row % 14}`, text: `${'abcdefghijklmn'[row % 14]}${row % 14} ${example.text}` }));
    const rules = rulesOf(examples);
    expect(rules).toHaveLength(14);
    const findings = oneWordFindings(datasetOf(examples), rules);
    expect(findings).toHaveLength(6);
    expect(findings[5]).toMatchObject({ severity: 'look', title: '9 more words give a label away', count: 9, remedies: [{ label: 'Take the 9 words out of every text' }] });
    const left = applied(datasetOf(examples), findings[5]?.remedies[0]?.edit ?? expect.fail('no remedy'));
    expect(rulesOf(left.examples).map(({ word }) => word).sort()).toEqual(rules.slice(0, 5).map(({ word }) => word).sort());
    expect(findings[5]?.details[0]).toMatch(/^“\p{L}\d+” \(“class \d+”, 100 of 100 examples\)/u);
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
    cleaned.examples.forEach(({ text }, row) => expect(text).toBe(examples[row]?.text.replace(/^Winner /u, '')));
  });
});
