import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Example } from '../../src/core/examples.ts';
import { MIN_RESEMBLANCE, alikePairs } from '../../src/core/quality/alike-pairs.ts';
import { SIGNATURE_LENGTH, agreement, writeSignature } from '../../src/core/quality/min-hash.ts';
import { alikeRows, copiesToDrop, nearConflictFinding, nearCopies, nearCopyFinding } from '../../src/core/quality/near-copies.ts';
import { resemblance, shingleText, shingles } from '../../src/core/quality/shingles.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { datasetOf, finish, keysOf, randomTexts } from '../support/quality-data.ts';
import { applied } from '../support/editing.ts';

/** Runs of four characters, as strings. */
function runsOf(text: string): Set<string> {
  const letters = shingleText(text);
  return new Set(letters.length < 4 ? [letters] : Array.from({ length: letters.length - 3 }, (_, i) => letters.slice(i, i + 4)));
}

/** Resemblance by its definition. */
function plainResemblance(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  const common = [...one].filter((run) => two.has(run)).length;
  return common / (one.size + two.size - common);
}

/** The text with one letter of one of its words changed. */
function misspelt(text: string, seed: number): string {
  const at = new RandomStream(seed, STREAM.rowSample).bits(0) % text.length;
  return `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
}

describe('the resemblance of two texts', () => {
  test('is the share of runs of four characters that they have in common', () => {
    const word = fc.constantFrom('abcd', 'abce', 'no', 'naïve', 'e\u0301', '😀', '…', 'x');
    const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(resemblance(shingles(shingleText(a)), shingles(shingleText(b)))).toBeCloseTo(plainResemblance(runsOf(a), runsOf(b)), 12);
      }),
    );
  });

  test('does not mind case, punctuation and white space', () => {
    expect(shingleText('Great  phone!!! (Really.)')).toBe(shingleText('great phone, really'));
    expect(shingleText('😀😀')).toBe('😀😀');
  });

  test('is estimated by the agreement of signatures, without bias', () => {
    const [shared, own] = [60, 40];
    let agreeing = 0;
    const trials = 200;
    const signatures = new Uint32Array(2 * SIGNATURE_LENGTH);
    for (let trial = 0; trial < trials; trial++) {
      const random = new RandomStream(trial, STREAM.rowSample);
      const draw = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => random.bits(from + i));
      const common = draw(0, shared);
      [draw(1000, own), draw(2000, own)].forEach((rest, which) => writeSignature(Uint32Array.from([...common, ...rest]), signatures, which * SIGNATURE_LENGTH));
      agreeing += agreement(signatures, 0, 1);
    }
    const mean = agreeing / (trials * SIGNATURE_LENGTH);
    const expected = shared / (shared + 2 * own);
    // One trial's share varies by less than that of 60 independent draws would.
    const standardError = Math.sqrt((expected * (1 - expected)) / (60 * trials));
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
  });
});

describe('the search for pairs', () => {
  test('finds every planted near copy among a thousand texts', () => {
    const texts = randomTexts(1000, 12, 1);
    const planted = Array.from({ length: 100 }, (_, i) => misspelt(texts[i * 7] as string, i));
    const pairs = finish(alikePairs([...texts, ...planted])).result;
    planted.forEach((_, i) => expect(pairs).toContainEqual(expect.objectContaining({ earlier: i * 7, later: 1000 + i })));
  });

  test('reports no pair that shares less than it says', () => {
    const texts = randomTexts(300, 5, 2);
    const all = [...texts, ...texts.map((text, i) => (i % 2 ? misspelt(text, i) : `${text} ${texts[(i + 1) % 300] ?? ''}`))];
    const pairs = finish(alikePairs(all)).result;
    expect(pairs.length).toBeGreaterThan(100);
    for (const { earlier, later, resemblance: share } of pairs) {
      expect(earlier).toBeLessThan(later);
      expect(share).toBeGreaterThanOrEqual(MIN_RESEMBLANCE);
      expect(share).toBeCloseTo(plainResemblance(runsOf(all[earlier] as string), runsOf(all[later] as string)), 12);
    }
  });

  test('misses none that a comparison of every two texts finds above 0.75', () => {
    const texts = randomTexts(80, 8, 3).flatMap((text, i) => [text, misspelt(text, i), `${text} indeed`]);
    const found = finish(alikePairs(texts)).result.map(({ earlier, later }) => `${earlier} ${later}`);
    const runs = texts.map(runsOf);
    const expected = runs.flatMap((one, later) => runs.slice(0, later).flatMap((two, earlier) => (plainResemblance(one, two) >= 0.75 ? [`${earlier} ${later}`] : [])));
    expect(expected.length).toBeGreaterThan(130);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('compares one text with few others where very many are alike', () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `subscribe to my channel for free videos and win a phone today ${i}`);
    const pairs = finish(alikePairs(texts)).result;
    expect(new Set(pairs.map(({ later }) => later)).size).toBe(2999);
    expect(pairs.length).toBeLessThanOrEqual(3000 * 8);
  });

  test('reports its progress, never going back', () => {
    const { shares } = finish(alikePairs(randomTexts(2000, 6, 4)));
    expect(shares.length).toBeGreaterThan(30);
    shares.forEach((share, i) => expect(share).toBeGreaterThanOrEqual(shares[i - 1] ?? 0));
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });
});

describe('near copies in a data set', () => {
  const original = 'The battery of this phone lasts two whole days and it charges in no time';
  const copy = 'The battery of this phone lasts two whole days, and it charges in no time at all.';
  const neighbour = 'This phone charges quickly, and its battery lasts for some two days or so';
  const rows: readonly Example[] = [
    ...randomTexts(40, 9, 5).map((text, i) => ({ text, label: i % 2 ? 'good' : 'bad', domain: i % 3 ? 'shop' : 'blog' })),
    { text: original, label: 'good', domain: 'shop' },
    { text: neighbour, label: 'good', domain: 'shop' },
    { text: copy, label: 'good', domain: 'blog' },
    { text: `${copy} Yes`, label: 'bad', domain: 'blog' },
  ];
  const dataset = datasetOf(rows);
  const keys = keysOf(dataset);
  const pairs = finish(alikeRows(dataset, keys)).result;
  /** All texts point the same way, so that shingles alone decide. */
  const oneWay = (): Float32Array => Float32Array.of(1, 0);

  test('are found, and a text on the same topic is not one', () => {
    const finding = nearCopyFinding(dataset, keys, nearCopies(pairs, oneWay));
    expect(finding).toMatchObject({ count: 1, severity: 'serious', title: '1 near copy', examples: [{ text: copy, note: `good · blog: nearly “${original}”` }] });
    expect(finding?.details[1]).toBe('1 copy is in another domain than the original.');
    expect(finding?.remedies[0]?.edit).toEqual({ kind: 'drop', rows: Uint32Array.of(42) });
    expect(finding?.rows).toEqual(Uint32Array.of(40, 42));
  });

  test('count only where the embeddings agree, too', () => {
    const apart = (row: number): Float32Array => (row === 42 ? Float32Array.of(0.89, Math.sqrt(1 - 0.89 ** 2)) : Float32Array.of(1, 0));
    const close = (row: number): Float32Array => (row === 42 ? Float32Array.of(0.91, Math.sqrt(1 - 0.91 ** 2)) : Float32Array.of(1, 0));
    expect(copiesToDrop(dataset, nearCopies(pairs, apart)).has(42)).toBe(false);
    expect(copiesToDrop(dataset, nearCopies(pairs, close)).get(42)).toBe(40);
  });

  test('under different labels are reported, and dropped by a remedy of their own only', () => {
    const finding = nearConflictFinding(dataset, keysOf(dataset), nearCopies(pairs, oneWay));
    expect(finding?.count).toBe(2); // with the original and with its copy
    expect(finding?.remedies.map(({ label }) => label)).toEqual(['Leave out both texts of each pair (3 rows)', 'Keep the first text of each pair (leave out 1 row)']);
    for (const { edit } of finding?.remedies ?? []) {
      const left = datasetOf(applied(dataset, edit).examples);
      expect(nearConflictFinding(left, keysOf(left), nearCopies(finish(alikeRows(left, keysOf(left))).result, oneWay))).toBeNull();
    }
    expect(copiesToDrop(dataset, nearCopies(pairs, oneWay)).has(43)).toBe(false);
  });

  test('are dropped with their repeats, and for each a text that it nearly repeats is kept', () => {
    const base = randomTexts(60, 9, 6);
    const texts = [...base, ...base.slice(0, 20).map(misspelt), ...base.slice(0, 10).map((text, i) => misspelt(misspelt(text, i), i + 50)), misspelt(base[0] as string, 0)];
    const made = datasetOf(texts.map((text, i) => ({ text, label: i % 2 ? 'good' : 'bad', domain: i % 3 ? 'shop' : 'blog' })));
    const found = nearCopies(finish(alikeRows(made, keysOf(made))).result, oneWay);
    const originalOf = copiesToDrop(made, found);
    expect(originalOf.size).toBeGreaterThan(10);
    for (const [later, earlier] of originalOf) {
      expect(originalOf.has(earlier)).toBe(false);
      expect(made.examples[earlier]?.label).toBe(made.examples[later]?.label);
    }
    const remedy = nearCopyFinding(made, keysOf(made), found)?.remedies[0];
    const cleaned = datasetOf(applied(made, remedy?.edit ?? expect.fail('no remedy')).examples);
    const left = nearCopies(finish(alikeRows(cleaned, keysOf(cleaned))).result, oneWay);
    expect(copiesToDrop(cleaned, left).size).toBe(0);
  });

  test('are not looked for among equal texts', () => {
    const made = datasetOf(['Same text', 'same  text', 'SAME TEXT'].map((text) => ({ text, label: 'good', domain: 'shop' })));
    expect(finish(alikeRows(made, keysOf(made))).result).toEqual([]);
  });
});
