import { describe, expect, test } from 'vitest';
import { HELD_OUT_SAMPLE, SINGLE_DOMAIN, distinct, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { hashWords } from '../../src/core/hash.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { DEFAULT_SHAPE, type ShapeValues } from '../../src/core/shape.ts';
import { shapedSplits } from '../../src/core/shaped-split.ts';
import { trainableRows } from '../../src/core/splits.ts';
import { plainSplit } from '../support/plain-splits.ts';

function datasetOf(examples: readonly Example[], hasDomains = true): Dataset {
  const rows = hasDomains ? examples : examples.map((example) => ({ ...example, domain: SINGLE_DOMAIN }));
  return { id: 'id', name: 'name', examples: rows, labels: distinct(rows.map(({ label }) => label)), domains: distinct(rows.map(({ domain }) => domain)), groups: [], hasDomains };
}

const DOMAINS = ['web', 'mail', '"quoted"', 'Zürich', 'shop'] as const;
const LABELS = ['yes', 'no', 'perhaps', 'never'] as const;
const HELD_OUT = 'mail';
/** What one text may look like: all of them have one key. */
const COATS: readonly ((text: string) => string)[] = [(text) => text, (text) => text.toUpperCase(), (text) => `  ${text}\t`, (text) => text.replaceAll(' ', '\u00a0 \n'), (text) => text.normalize('NFD')];

/**
 * Three thousand rows of a thousand texts: copies in other letters and with other spaces, one text under several labels and in several
 * domains, cells of very different sizes, a label of few rows and one of the held-out domain alone. Always the same.
 */
function mediumRows(): Example[] {
  const random = new RandomStream(5, STREAM.rowSample);
  const of = (row: number, unit: number, below: number): number => Math.floor(below * random.uniform(row, unit) ** 2);
  return Array.from({ length: 3000 }, (_, row) => {
    const text = `Straße ${of(row, 0, 400)} of the café ${of(row, 1, 3)}`;
    const domain = DOMAINS[of(row, 2, DOMAINS.length)] as string;
    return { text: (COATS[of(row, 3, COATS.length)] as (text: string) => string)(text), label: domain === HELD_OUT && row % 9 === 0 ? 'here only' : (LABELS[of(row, 4, LABELS.length)] as string), domain };
  });
}

const SHAPES: readonly [string, Partial<ShapeValues>][] = [
  ['as it is', {}],
  ['with wrong labels', { labelNoise: 0.3 }],
  ['with wrong labels in validation too', { labelNoise: 0.5, noiseInValidation: true, validationShare: 0.4 }],
  ['with few examples', { examplesPerClass: 7, validationShare: 0.05 }],
  ['uneven', { classImbalance: 0.6, domainImbalance: 1, validationShare: 0.5 }],
  ['few, uneven and wrong', { examplesPerClass: 40, labelNoise: 0.11, classImbalance: 1, domainImbalance: 0.35 }],
];

describe.each([
  ['with domains', datasetOf(mediumRows()), HELD_OUT],
  ['of one domain', datasetOf(mediumRows(), false), HELD_OUT_SAMPLE],
])('data %s', (_, dataset, heldOut) => {
  test.each(SHAPES)('shaped %s, are split as the plain computation splits them, for every seed', (_name, changes) => {
    const shape = { ...DEFAULT_SHAPE, ...changes };
    const seeds = [0, 1, 2 ** 32 - 1];
    expect(shapedSplits(dataset, heldOut, seeds, shape)).toEqual(seeds.map((seed) => plainSplit(dataset, heldOut, seed, shape)));
  });

  test('are not split otherwise because they were split before, or when they are copied', () => {
    const shape = { ...DEFAULT_SHAPE, labelNoise: 0.2, classImbalance: 0.3 };
    const split = (data: Dataset, domain: string) => shapedSplits(data, domain, [3], shape)[0];
    const first = split(dataset, heldOut);
    for (const domain of dataset.hasDomains ? dataset.domains : []) expect(split(dataset, domain)).toEqual(plainSplit(dataset, domain, 3, shape));
    trainableRows(dataset, heldOut).fill(0); // what is handed out is the caller's own
    expect(split(dataset, heldOut)).toEqual(first);
    expect(split({ ...dataset, examples: [...dataset.examples] }, heldOut)).toEqual(first);
  });
});

test('the rows are of few texts in many coats, so that the comparison says something', () => {
  const { examples } = datasetOf(mediumRows());
  const keys = new Set(examples.map(({ text }) => textKey(text)));
  expect(keys.size).toBeLessThan(examples.length / 2);
  expect(new Set(examples.map(({ text }) => text)).size).toBeGreaterThan(keys.size * 1.3);
});

describe('two texts that draw the same random word', () => {
  const SEED = 1;
  /** Found by looking through many. */
  const TWINS = { split: ['text 52447', 'text 110425'], trainingSubset: ['text 18456', 'text 85412'] } as const;
  const wordOf = (stream: 'split' | 'trainingSubset', text: string): number => new RandomStream(SEED, STREAM[stream]).bits(...hashWords(textKey(text)));
  const others = (domain: string): Example[] => ['yes', 'no'].flatMap((label) => [0, 1, 2].map((i) => ({ text: `${domain} ${label} ${i}`, label, domain })));
  /** A training domain whose label “twin” has these two texts alone, in either order. */
  const withTwins = (texts: readonly string[]): Dataset => datasetOf([...texts.map((text) => ({ text, label: 'twin', domain: 'a' })), ...others('a'), ...others('b'), ...others('c')]);

  test.each([false, true])('go to train and validation by their texts, whatever their order in the file: reversed %o', (isReversed) => {
    const [one, two] = TWINS.split;
    expect(wordOf('split', one)).toBe(wordOf('split', two));
    const dataset = withTwins(isReversed ? [two, one] : [one, two]);
    const [split] = shapedSplits(dataset, 'c', [SEED], DEFAULT_SHAPE);
    expect(split).toEqual(plainSplit(dataset, 'c', SEED, DEFAULT_SHAPE));
    expect([...(split?.validation ?? [])].map((row) => dataset.examples[row]?.text)).toContain('text 110425');
  });

  test.each([false, true])('stay or go by their texts when there are to be fewer rows: reversed %o', (isReversed) => {
    const [one, two] = TWINS.trainingSubset;
    expect(wordOf('trainingSubset', one)).toBe(wordOf('trainingSubset', two));
    // With a third text beside them, one of which goes to validation, two are left to choose from where that is the third.
    const shape = { ...DEFAULT_SHAPE, examplesPerClass: 1 };
    const candidates = Array.from({ length: 40 }, (_, i) => withTwins([...(isReversed ? [two, one] : [one, two]), `third ${i}`]));
    const torn = candidates.filter((dataset) => !plainSplit(dataset, 'c', SEED, DEFAULT_SHAPE).validation.some((row) => row < 2));
    expect(torn.length).toBeGreaterThan(0);
    for (const dataset of torn) {
      const [split] = shapedSplits(dataset, 'c', [SEED], shape);
      expect(split).toEqual(plainSplit(dataset, 'c', SEED, shape));
      expect(split?.train.flatMap((rows) => [...rows]).map((row) => dataset.examples[row]?.text)).toContain('text 18456');
    }
  });
});
