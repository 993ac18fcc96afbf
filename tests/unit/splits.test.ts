import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { HELD_OUT_SAMPLE, NO_DOMAIN, SINGLE_DOMAIN, distinct, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { VALIDATION_SHARE, defaultHeldOut, heldOutChoices, splitDataset, splitsOfSeeds, type Split } from '../../src/core/splits.ts';
import { TELLING_ROWS } from '../../src/core/statistics.ts';

function datasetOf(examples: readonly Example[], hasDomains = true): Dataset {
  const rows = hasDomains ? examples : examples.map((example) => ({ ...example, domain: SINGLE_DOMAIN }));
  return { id: 'id', name: 'name', examples: rows, labels: distinct(rows.map(({ label }) => label)), domains: distinct(rows.map(({ domain }) => domain)), groups: [], hasDomains };
}

/** Enough rows that every split is possible, followed by rows with few different texts, so that duplicates abound. */
const BASE: readonly Example[] = ['a', 'b', 'c'].flatMap((domain) =>
  ['yes', 'no'].flatMap((label) => Array.from({ length: 4 }, (_, i) => ({ text: `${domain} ${label} ${i}`, label, domain }))),
);
const extraRow: fc.Arbitrary<Example> = fc.record({
  text: fc.constantFrom('one', 'One', 'one ', 'two', 'TWO', 'three', 'caf\u00e9', 'cafe\u0301', 'a yes 0', 'b no 1'),
  label: fc.constantFrom('yes', 'no', 'perhaps'),
  domain: fc.constantFrom('a', 'b', 'c'),
});
const examples = fc.array(extraRow, { maxLength: 30 }).map((extra) => [...BASE, ...extra]);
const seed = fc.integer({ min: 0, max: 0xffffffff });

const keysOf = (dataset: Dataset, rows: Iterable<number>): Set<string> => new Set([...rows].map((row) => textKey((dataset.examples[row] as Example).text)));
const trainRows = (split: Split): number[] => split.train.flatMap((rows) => [...rows]);
const textsOf = (dataset: Dataset, rows: Iterable<number>): string[] => [...rows].map((row) => JSON.stringify(dataset.examples[row])).sort();
const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] => [...a].filter((key) => b.has(key));

describe.each([
  ['with domains', true],
  ['without domains', false],
])('a split of a data set %s', (_, hasDomains) => {
  const heldOut = hasDomains ? 'b' : HELD_OUT_SAMPLE;

  test('never has one text on two sides', () => {
    fc.assert(
      fc.property(examples, seed, (rows, someSeed) => {
        const dataset = datasetOf(rows, hasDomains);
        const split = splitDataset(dataset, heldOut, someSeed);
        const parts = [trainRows(split), split.validation, split.watched, split.sealed].map((part) => keysOf(dataset, part));
        for (let i = 0; i < parts.length; i++) for (let j = 0; j < i; j++) expect(overlap(parts[i] as Set<string>, parts[j] as Set<string>)).toEqual([]);
      }),
    );
  });

  test('has every row on exactly one side, or counts it as left out', () => {
    fc.assert(
      fc.property(examples, seed, (rows, someSeed) => {
        const dataset = datasetOf(rows, hasDomains);
        const split = splitDataset(dataset, heldOut, someSeed);
        const used = [...trainRows(split), ...split.validation, ...split.watched, ...split.sealed];
        expect(new Set(used).size).toBe(used.length);
        expect(used.length + split.sharedWithHeldOut + split.unseenLabels).toBe(rows.length);
      }),
    );
  });

  test('has the same watched and sealed halves for every seed', () => {
    fc.assert(
      fc.property(examples, seed, seed, (rows, seed1, seed2) => {
        const dataset = datasetOf(rows, hasDomains);
        const [one, two] = [splitDataset(dataset, heldOut, seed1), splitDataset(dataset, heldOut, seed2)];
        expect([...one.watched]).toEqual([...two.watched]);
        expect([...one.sealed]).toEqual([...two.sealed]);
      }),
    );
  });

  test('is the same for the same seed', () => {
    const dataset = datasetOf(BASE, hasDomains);
    expect(splitDataset(dataset, heldOut, 5)).toEqual(splitDataset(dataset, heldOut, 5));
  });

  test('of distinct texts does not depend on the order of rows', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...BASE], { minLength: BASE.length }), seed, (shuffled, someSeed) => {
        const [one, two] = [datasetOf(BASE, hasDomains), datasetOf(shuffled, hasDomains)];
        const [first, second] = [splitDataset(one, heldOut, someSeed), splitDataset(two, heldOut, someSeed)];
        expect(textsOf(two, second.watched)).toEqual(textsOf(one, first.watched));
        expect(textsOf(two, second.sealed)).toEqual(textsOf(one, first.sealed));
        expect(textsOf(two, second.validation)).toEqual(textsOf(one, first.validation));
        expect(textsOf(two, trainRows(second))).toEqual(textsOf(one, trainRows(first)));
      }),
    );
  });
});

describe('a split that holds a domain out', () => {
  test('scores rows of that domain alone, and trains on none of them', () => {
    fc.assert(
      fc.property(examples, seed, fc.constantFrom('a', 'b', 'c'), (rows, someSeed, heldOut) => {
        const dataset = datasetOf(rows);
        const split = splitDataset(dataset, heldOut, someSeed);
        for (const row of [...split.watched, ...split.sealed]) expect(dataset.examples[row]?.domain).toBe(heldOut);
        split.train.forEach((part, d) => {
          for (const row of part) expect(dataset.examples[row]?.domain).toBe(split.trainDomains[d]);
        });
        expect(split.trainDomains).not.toContain(heldOut);
      }),
    );
  });

  test('leaves out and counts training rows whose text stands in the held-out domain too', () => {
    const shared = { text: 'A   YES 0', label: 'yes', domain: 'b' };
    const split = splitDataset(datasetOf([...BASE, shared]), 'a', 1);
    expect(split.sharedWithHeldOut).toBe(1);
    expect(trainRows(split).concat([...split.validation])).not.toContain(BASE.length);
  });

  test('excludes and counts held-out rows of labels unseen in training', () => {
    const odd = [0, 1, 2].map((i) => ({ text: `odd ${i}`, label: 'perhaps', domain: 'a' }));
    const split = splitDataset(datasetOf([...BASE, ...odd]), 'a', 1);
    expect(split.unseenLabels).toBe(3);
    expect(split.labels).toEqual(['yes', 'no']);
    expect(split.watched.length + split.sealed.length).toBe(8);
  });

  test('has halves that differ by at most a row, overall and for each label, texts being distinct', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }), (counts) => {
        const heldOut = counts.flatMap((count, l) => Array.from({ length: count }, (_, i) => ({ text: `h ${l} ${i}`, label: `${l}`, domain: 'x' })));
        const training = counts.flatMap((_, l) => [0, 1, 2].map((i) => ({ text: `t ${l} ${i}`, label: `${l}`, domain: 'y' })));
        const dataset = datasetOf([...heldOut, ...training]);
        const split = splitDataset(dataset, 'x', 1);
        expect(Math.abs(split.watched.length - split.sealed.length)).toBeLessThanOrEqual(1);
        for (const label of dataset.labels) {
          const inPart = (rows: Uint32Array): number => rows.filter((row) => dataset.examples[row]?.label === label).length;
          expect(Math.abs(inPart(split.watched) - inPart(split.sealed))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('takes the validation share of each training domain and label', () => {
    const rows = ['a', 'b', 'c'].flatMap((domain) => ['yes', 'no'].flatMap((label) => Array.from({ length: 20 }, (_, i) => ({ text: `${domain} ${label} ${i}`, label, domain }))));
    const dataset = datasetOf(rows);
    const split = splitDataset(dataset, 'c', 3);
    for (const domain of ['a', 'b']) {
      for (const label of ['yes', 'no']) {
        const count = split.validation.filter((row) => dataset.examples[row]?.domain === domain && dataset.examples[row]?.label === label).length;
        expect(count).toBe(20 * VALIDATION_SHARE);
      }
    }
  });

  test('validates on other rows under another seed', () => {
    const dataset = datasetOf(BASE);
    const picks = new Set([1, 2, 3, 4, 5].map((someSeed) => splitDataset(dataset, 'a', someSeed).validation.join()));
    expect(picks.size).toBeGreaterThan(1);
  });
});

describe('what can be held out', () => {
  test('is each domain, or a sample of the only one', () => {
    expect(heldOutChoices(datasetOf(BASE))).toEqual(['a', 'b', 'c']);
    expect(heldOutChoices(datasetOf(BASE, false))).toEqual([HELD_OUT_SAMPLE]);
  });

  test('is refused by name when unknown', () => {
    expect(() => splitDataset(datasetOf(BASE), 'z', 1)).toThrow('“z”');
  });

  test('is refused when training would be left with one label', () => {
    const rows = [...BASE.filter(({ domain }) => domain === 'a'), { text: 'x', label: 'yes', domain: 'b' }, { text: 'y', label: 'yes', domain: 'b' }];
    expect(() => splitDataset(datasetOf(rows), 'a', 1)).toThrow('fewer than two labels');
  });

  test('is refused when no held-out row could be watched', () => {
    const rows = [...BASE, { text: 'only', label: 'perhaps', domain: 'd' }];
    expect(() => splitDataset(datasetOf(rows), 'd', 1)).toThrow('no row to watch');
  });
});

describe('what is held out at first', () => {
  /** Rows of two labels in turn. */
  const rowsOf = (domain: string, count: number): Example[] => Array.from({ length: count }, (_, i) => ({ text: `${domain} row ${i}`, label: i % 2 === 0 ? 'yes' : 'no', domain }));
  const firstOf = (...sizes: readonly (readonly [string, number])[]): string => defaultHeldOut(datasetOf(sizes.flatMap(([domain, count]) => rowsOf(domain, count))));

  test('is the last domain that can be, where domains are equal', () => {
    expect(defaultHeldOut(datasetOf(BASE))).toBe('c');
    expect(defaultHeldOut(datasetOf([...BASE, { text: 'only', label: 'perhaps', domain: 'd' }]))).toBe('c');
    expect(defaultHeldOut(datasetOf(BASE, false))).toBe(HELD_OUT_SAMPLE);
  });

  test('is the last domain with enough rows to watch, whatever comes after it', () => {
    const [enough, short] = [2 * TELLING_ROWS, 2 * TELLING_ROWS - 2];
    expect(firstOf(['a', 500], ['b', enough], ['c', short], ['d', 3])).toBe('b');
    expect(firstOf(['a', enough], ['b', 500])).toBe('b');
    const { watched } = splitDataset(datasetOf([...rowsOf('a', 10), ...rowsOf('b', enough)]), 'b', 1);
    expect(watched).toHaveLength(TELLING_ROWS);
  });

  test('has the most rows to watch where none has enough', () => {
    expect(firstOf(['a', 10], ['b', 30], ['c', 16])).toBe('b');
    expect(firstOf(['a', 10], ['b', 30], ['c', 30])).toBe('c');
  });

  test('counts only rows whose label is trained on', () => {
    const strange = rowsOf('b', 400).map((row, i) => ({ ...row, label: i < 4 ? row.label : 'b only' }));
    expect(defaultHeldOut(datasetOf([...rowsOf('a', 60), ...strange]))).toBe('a');
  });

  test('is never the rows without a domain, unless nothing else works', () => {
    expect(firstOf(['a', 6], ['b', 4], [NO_DOMAIN, 400])).toBe('a');
    const [yes, no] = [rowsOf('a', 50).map((row) => ({ ...row, label: 'yes' })), rowsOf('b', 50).map((row) => ({ ...row, label: 'no' }))];
    const apart = datasetOf([...yes, ...no, { text: 'a row 0', label: 'yes', domain: NO_DOMAIN }]); // without a, the text is held out
    for (const domain of ['a', 'b']) expect(() => splitDataset(apart, domain, 1)).toThrow('fewer than two labels');
    expect(defaultHeldOut(apart)).toBe(NO_DOMAIN);
  });

  test('is nothing, with the reason, when each label stands in one domain', () => {
    const rows = ['a', 'b'].flatMap((domain) => [0, 1, 2, 3].map((i) => ({ text: `${domain} ${i}`, label: `label ${domain}`, domain })));
    expect(() => defaultHeldOut(datasetOf(rows))).toThrow('fewer than two labels');
  });
});

describe('the watched half does not depend on the order of rows', () => {
  const sameInAnyOrder = (rows: fc.Arbitrary<readonly Example[]>): void => {
    const pairs = rows.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })));
    fc.assert(
      fc.property(pairs, fc.constantFrom('a', 'b', 'c'), ([list, shuffled], heldOut) => {
        const [one, two] = [datasetOf(list), datasetOf(shuffled)];
        expect(textsOf(two, splitDataset(two, heldOut, 1).watched)).toEqual(textsOf(one, splitDataset(one, heldOut, 1).watched));
      }),
    );
  };

  test('when labels have odd numbers of texts', () => {
    sameInAnyOrder(fc.nat(3).map((count) => [...BASE, ...['a', 'b', 'c'].flatMap((domain) => ['yes', 'no'].slice(0, count).map((label) => ({ text: `${domain} ${label} odd`, label, domain })))]));
  });

  test('when one text stands under several labels and domains', () => {
    sameInAnyOrder(examples);
  });
});

test('splits of several seeds are those of each seed alone', () => {
  fc.assert(
    fc.property(examples, fc.array(seed, { minLength: 1, maxLength: 4 }), (rows, seeds) => {
      const dataset = datasetOf(rows);
      expect(splitsOfSeeds(dataset, 'c', seeds)).toEqual(seeds.map((own) => splitDataset(dataset, 'c', own)));
    }),
    { numRuns: 30 },
  );
});

describe('the validation share', () => {
  const EIGHT = datasetOf(['a', 'b', 'c'].flatMap((domain) => ['yes', 'no'].flatMap((label) => Array.from({ length: 8 }, (_, i) => ({ text: `${domain} ${label} ${i}`, label, domain })))));

  test('is a fifth where none is asked for, of the very rows that it has always been', () => {
    const splits = splitsOfSeeds(EIGHT, 'c', [1, 2]);
    expect(splits.map(({ train }) => train.map((rows) => [...rows]))).toEqual([
      [[0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15], [16, 17, 19, 20, 22, 23, 25, 27, 28, 29, 30, 31]],
      [[0, 1, 2, 3, 6, 7, 9, 10, 11, 12, 13, 14], [17, 18, 19, 21, 22, 23, 24, 25, 26, 28, 29, 31]],
    ]);
    expect(splits.map(({ validation }) => [...validation])).toEqual([[1, 5, 9, 13, 18, 21, 24, 26], [4, 5, 8, 15, 16, 20, 27, 30]]);
    expect(splits.map(({ watched }) => [...watched])).toEqual(Array(2).fill([33, 34, 35, 37, 40, 43, 44, 47]));
    expect(splitsOfSeeds(EIGHT, 'c', [1, 2], 0.2)).toEqual(splits);
  });

  test('that is larger validates on the rows of a smaller one and more, and leaves the held-out rows as they are', () => {
    const share = fc.integer({ min: 5, max: 50 }).map((per) => per / 100);
    fc.assert(
      fc.property(examples, seed, share, share, (rows, someSeed, one, other) => {
        const dataset = datasetOf(rows);
        const [smaller, larger] = [Math.min(one, other), Math.max(one, other)].map((own) => splitsOfSeeds(dataset, 'c', [someSeed], own)[0] as Split) as [Split, Split];
        const inLarger = new Set(larger.validation);
        expect(smaller.validation.filter((row) => !inLarger.has(row))).toHaveLength(0);
        expect([...larger.watched, ...larger.sealed]).toEqual([...smaller.watched, ...smaller.sealed]);
      }),
    );
  });

  test('is that of each training domain and label, rounded', () => {
    expect(splitsOfSeeds(EIGHT, 'c', [1], 0.5)[0]?.validation).toHaveLength(16);
    expect(splitsOfSeeds(EIGHT, 'c', [1], 0.05)[0]?.validation).toHaveLength(4); // one of eight, at least
  });
});
