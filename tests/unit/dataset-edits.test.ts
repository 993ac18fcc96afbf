import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { mergedName, type DatasetEdit } from '../../src/core/dataset-edits.ts';
import { SINGLE_DOMAIN, type Dataset, type Example } from '../../src/core/examples.ts';
import { wordsOf } from '../../src/core/quality/cues.ts';
import { datasetOf } from '../support/quality-data.ts';
import { applied } from '../support/editing.ts';

const text = fc.array(fc.constantFrom('Rain', 'rain', 'raincoat', 'don’t', 'cafe\u0301', 'Sun,', 'ÉTÉ', '😀', '…', 'a\n\nb', 'rain’s'), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const row: fc.Arbitrary<Example> = fc.record({ text, label: fc.constantFrom('yes', 'no'), domain: fc.constantFrom('a', 'b', 'c'), group: fc.constantFrom('g', 'h') });
const datasets = fc.array(row, { minLength: 2, maxLength: 20 }).map(datasetOf);
const drop = (rows: Iterable<number>): DatasetEdit => ({ kind: 'drop', rows: Uint32Array.from(rows) });

/** A data set, and one of every kind of edit on it that leaves something. */
const edits = datasets.chain((dataset) =>
  fc
    .oneof(
      fc.subarray([...dataset.examples.keys()], { maxLength: dataset.examples.length - 1 }).map(drop),
      fc.subarray([...dataset.domains]).map((domains): DatasetEdit => ({ kind: 'merge-domains', domains, into: 'merged' })),
      fc.constantFrom('rain', "don't", 'café').map((word): DatasetEdit => ({ kind: 'remove-word', word })),
    )
    .map((edit) => ({ dataset, edit })),
);

test('no edit touches the data set that it is made on', () => {
  fc.assert(
    fc.property(edits, ({ dataset, edit }) => {
      const before = structuredClone(dataset);
      try {
        applied(dataset, edit);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError); // nothing would be left
      }
      expect(dataset).toEqual(before);
    }),
  );
});

describe('dropping rows', () => {
  test('leaves every other row as it is, in order', () => {
    fc.assert(
      fc.property(datasets, fc.func(fc.boolean()), (dataset, isDropped) => {
        const dropped = [...dataset.examples.keys()].filter((index) => isDropped(index));
        fc.pre(dropped.length < dataset.examples.length);
        const kept = dataset.examples.filter((_, index) => !dropped.includes(index));
        fc.pre(new Set(kept.map(({ domain }) => domain)).size > 1);
        const result = applied(dataset, drop(dropped));
        expect(result.examples).toEqual(kept);
        expect(result).toEqual({ ...datasetOf(kept), id: undefined, name: 'made up, cleaned' });
      }),
    );
  });

  test('to a single domain gives what an import without domains would', () => {
    const result = applied(datasetOf([{ text: 'one', label: 'yes', domain: 'a' }, { text: 'two', label: 'no', domain: 'b' }, { text: 'three', label: 'no', domain: 'a' }]), drop([1]));
    expect(result).toMatchObject({ hasDomains: false, domains: [SINGLE_DOMAIN], examples: [{ text: 'one', domain: SINGLE_DOMAIN }, { text: 'three', domain: SINGLE_DOMAIN }] });
  });

  test('refuses rows that there are not, and to leave nothing', () => {
    const dataset = datasetOf([{ text: 'one', label: 'yes', domain: 'a' }, { text: 'two', label: 'no', domain: 'b' }]);
    expect(() => applied(dataset, drop([2]))).toThrow(RangeError);
    expect(() => applied(dataset, drop([0, 1]))).toThrow('No example would be left.');
  });
});

test('merging domains changes their rows’ domain and nothing else', () => {
  fc.assert(
    fc.property(datasets, fc.subarray(['a', 'b', 'c'], { maxLength: 2 }), (dataset, domains) => {
      const result = applied(dataset, { kind: 'merge-domains', domains, into: 'merged' });
      fc.pre(result.hasDomains);
      expect(result.examples).toEqual(dataset.examples.map((example) => (domains.includes(example.domain) ? { ...example, domain: 'merged' } : example)));
      expect(result.domains).toEqual([...new Set(result.examples.map(({ domain }) => domain))]);
    }),
  );
});

describe('taking a word out', () => {
  const without = (dataset: Dataset, word: string): readonly Example[] => applied(dataset, { kind: 'remove-word', word }).examples;

  test('leaves no text with it, the other words in place, and texts without it as they are', () => {
    fc.assert(
      fc.property(datasets, fc.constantFrom('rain', "don't", 'café', 'sun'), (dataset, word) => {
        fc.pre(dataset.examples.some(({ text: words }) => wordsOf(words).some((other) => other !== word)));
        fc.pre(dataset.hasDomains);
        const expected = dataset.examples.map((example) => wordsOf(example.text).filter((other) => other !== word));
        const result = without(dataset, word);
        expect(result.map((example) => wordsOf(example.text)).filter((words) => words.length > 0)).toEqual(expected.filter((words) => words.length > 0));
        const untouched = dataset.examples.filter((example) => !wordsOf(example.text).includes(word));
        const texts = result.map((example) => example.text);
        for (const example of untouched) expect(texts).toContain(example.text);
      }),
    );
  });

  test('closes the gap, minds whole words only, and drops a text that was nothing else', () => {
    const dataset = datasetOf(['It is Rain , and rain. Raincoats!', 'RAIN!', 'Rain: wet', 'Dry  as ever'].map((words) => ({ text: words, label: 'yes', domain: 'a' })));
    expect(without(dataset, 'rain').map((example) => example.text)).toEqual(['It is, and. Raincoats!', 'wet', 'Dry  as ever']);
  });
});

test('merged domains get a name that no other domain has', () => {
  const dataset = datasetOf(['x', 'y', 'small domains'].map((domain) => ({ text: domain, label: 'yes', domain })));
  expect(mergedName(dataset, ['x', 'y'])).toBe('small domains 2');
  expect(mergedName(dataset, ['x', 'small domains'])).toBe('small domains');
});
