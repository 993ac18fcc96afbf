import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { PARTS } from '../../src/core/curve.ts';
import { SINGLE_DOMAIN, distinct, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { sliderPosition, sliderValue } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE, SHAPE_SLIDERS, checkShape, examplesPerClassRange, sameShape, shapeProblem, type ShapeValues } from '../../src/core/shape.ts';
import { countsInWords, imbalanceInWords, noiseInWords, scoredLabelsInWords, shapeInWords, shareInWords, trainedInWords } from '../../src/core/shape-words.ts';
import { shapedSplits, type ShapedSplit } from '../../src/core/shaped-split.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { settingsSchema } from '../../src/worker/settings-schema.ts';

function datasetOf(examples: readonly Example[], hasDomains = true): Dataset {
  return { id: 'id', name: 'name', examples, labels: distinct(examples.map(({ label }) => label)), domains: distinct(examples.map(({ domain }) => domain)), groups: [], hasDomains };
}

const HELD_OUT = 'd';
/** `size` texts of every class in every domain, the rows of all mixed. */
function evenData(size: number, labels: readonly string[], domains: readonly string[]): Dataset {
  return datasetOf(Array.from({ length: size }, (_, i) => domains.flatMap((domain) => labels.map((label) => ({ text: `${domain} ${label} ${i}`, label, domain })))).flat());
}
const EVEN = evenData(50, ['x', 'y', 'z'], ['a', 'b', 'c', HELD_OUT]);

/** Every class in every domain, followed by rows with few different texts, so that copies of a text, also under several labels, abound. */
const BASE: readonly Example[] = ['a', 'b', 'c', HELD_OUT].flatMap((domain) => ['x', 'y', 'z'].flatMap((label) => [0, 1, 2].map((i) => ({ text: `${domain} ${label} ${i}`, label, domain }))));
const extraRow: fc.Arbitrary<Example> = fc.record({
  text: fc.constantFrom('one', 'One', 'one ', 'two', 'TWO', 'three', 'four', 'five', 'a x 0'),
  label: fc.constantFrom('x', 'y', 'z', 'rare'),
  domain: fc.constantFrom('a', 'b', 'c', HELD_OUT),
});
const examples = fc.array(extraRow, { maxLength: 40 }).map((extra) => [...BASE, ...extra]);
const seed = fc.integer({ min: 0, max: 0xffffffff });
const hundredths = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max }).map((per) => per / 100);
const shapes: fc.Arbitrary<ShapeValues> = fc.record({
  examplesPerClass: fc.option(fc.integer({ min: 1, max: 12 })),
  labelNoise: hundredths(50),
  noiseInValidation: fc.boolean(),
  classImbalance: hundredths(100),
  domainImbalance: hundredths(100),
  validationShare: fc.integer({ min: 5, max: 50 }).map((per) => per / 100),
});

function shaped(dataset: Dataset, shape: Partial<ShapeValues>, someSeed = 1, heldOut = HELD_OUT): ShapedSplit {
  return shapedSplits(dataset, heldOut, [someSeed], { ...DEFAULT_SHAPE, ...shape })[0] as ShapedSplit;
}

const trainRows = (split: Pick<ShapedSplit, 'train'>): number[] => split.train.flatMap((rows) => [...rows]);
const ownClass = (dataset: Dataset, { labels }: ShapedSplit, row: number): number => labels.indexOf(dataset.examples[row]?.label ?? '');
const wrongRows = (dataset: Dataset, split: ShapedSplit, rows: Iterable<number>): number[] =>
  [...rows].filter((row) => split.classOf !== null && split.classOf[row] !== ownClass(dataset, split, row));
/** Training rows of each (domain, label), by their name. */
function cellSizes(dataset: Dataset, split: Pick<ShapedSplit, 'train'>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const row of trainRows(split)) {
    const name = `${dataset.examples[row]?.domain} ${dataset.examples[row]?.label}`;
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
  }
  return sizes;
}

test('the data as it is gives the plain split, to the row, and the data’s own classes', () => {
  fc.assert(
    fc.property(examples, seed, (rows, someSeed) => {
      const dataset = datasetOf(rows);
      const { classOf, effect, ...split } = shaped(dataset, {}, someSeed);
      expect(split).toEqual(splitDataset(dataset, HELD_OUT, someSeed));
      expect(classOf).toBeNull();
      expect(effect).toMatchObject({ leftOut: 0, wrongInTraining: 0, wrongInValidation: 0 });
      expect(effect.largestCell).toBe(Math.max(...cellSizes(dataset, split).values()));
    }),
  );
});

test('no shape touches validation and held-out rows, nor any label of a held-out row', () => {
  fc.assert(
    fc.property(examples, seed, shapes, (rows, someSeed, shape) => {
      const dataset = datasetOf(rows);
      const split = shaped(dataset, shape, someSeed);
      const plain = shaped(dataset, { validationShare: shape.validationShare }, someSeed);
      for (const part of ['validation', 'watched', 'sealed', 'labels', 'trainDomains'] as const) expect(split[part]).toEqual(plain[part]);
      expect(wrongRows(dataset, split, [...split.watched, ...split.sealed])).toEqual([]);
    }),
  );
});

test('no shape empties a class in a training domain, and what it says it did is what it did', () => {
  fc.assert(
    fc.property(examples, seed, shapes, (rows, someSeed, shape) => {
      const dataset = datasetOf(rows);
      const split = shaped(dataset, shape, someSeed);
      const plain = shaped(dataset, { validationShare: shape.validationShare }, someSeed);
      const [before, after] = [cellSizes(dataset, plain), cellSizes(dataset, split)];
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
      expect(split.effect).toEqual({
        trained: trainRows(split).length,
        leftOut: trainRows(plain).length - trainRows(split).length,
        largestCell: Math.max(...before.values()),
        byClass: split.labels.map((label) => trainRows(split).filter((row) => dataset.examples[row]?.label === label).length),
        wrongInTraining: wrongRows(dataset, split, trainRows(split)).length,
        wrongInValidation: wrongRows(dataset, split, split.validation).length,
      });
    }),
  );
});

describe('fewer training rows', () => {
  test('are a subset of more, at every turn of every slider', () => {
    const amounts = fc.tuple(fc.option(fc.integer({ min: 1, max: 12 })), fc.option(fc.integer({ min: 1, max: 12 })), hundredths(100), hundredths(100), hundredths(100), hundredths(100));
    fc.assert(
      fc.property(examples, seed, amounts, (rows, someSeed, [few, many, classes1, classes2, domains1, domains2]) => {
        const dataset = datasetOf(rows);
        const [low, high] = [few ?? Infinity, many ?? Infinity].sort((a, b) => a - b).map((limit) => (limit === Infinity ? null : limit)) as [number | null, number | null];
        const more = shaped(dataset, { examplesPerClass: high, classImbalance: Math.min(classes1, classes2), domainImbalance: Math.min(domains1, domains2) }, someSeed);
        const fewer = shaped(dataset, { examplesPerClass: low, classImbalance: Math.max(classes1, classes2), domainImbalance: Math.max(domains1, domains2) }, someSeed);
        const inMore = new Set(trainRows(more));
        expect(trainRows(fewer).filter((row) => !inMore.has(row))).toEqual([]);
      }),
    );
  });

  test('are as many of each class in each training domain as were asked for, copies of a text counted', () => {
    fc.assert(
      fc.property(examples, seed, fc.integer({ min: 1, max: 12 }), (rows, someSeed, limit) => {
        const dataset = datasetOf(rows);
        const [before, after] = [cellSizes(dataset, shaped(dataset, {}, someSeed)), cellSizes(dataset, shaped(dataset, { examplesPerClass: limit }, someSeed))];
        for (const [cell, size] of before) expect(after.get(cell)).toBe(Math.min(size, limit));
      }),
    );
  });

  test('take copies of a text side by side: of one text at most are some in and some out', () => {
    fc.assert(
      fc.property(examples, seed, fc.integer({ min: 1, max: 12 }), (rows, someSeed, limit) => {
        const dataset = datasetOf(rows);
        const kept = new Set(trainRows(shaped(dataset, { examplesPerClass: limit }, someSeed)));
        const torn = new Map<string, Set<string>>();
        const states = new Map<string, Set<boolean>>();
        for (const row of trainRows(shaped(dataset, {}, someSeed))) {
          const { text, label, domain } = dataset.examples[row] as Example;
          const cell = `${domain} ${label}`;
          const name = `${cell} ${textKey(text)}`;
          const seen = states.get(name) ?? new Set();
          states.set(name, seen.add(kept.has(row)));
          if (seen.size === 2) torn.set(cell, (torn.get(cell) ?? new Set()).add(name));
        }
        for (const names of torn.values()) expect(names.size).toBe(1);
      }),
    );
  });

  test('of distinct texts do not depend on the order of rows', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...BASE], { minLength: BASE.length }), seed, fc.integer({ min: 1, max: 3 }), (shuffled, someSeed, limit) => {
        const textsOf = (rows: readonly Example[]): string[] => {
          // The order of labels and domains is the data's; the rows may come in any.
          const dataset = { ...datasetOf(rows), labels: ['x', 'y', 'z'], domains: ['a', 'b', 'c', HELD_OUT] };
          const split = shaped(dataset, { examplesPerClass: limit, classImbalance: 0.5, domainImbalance: 0.5, labelNoise: 0.3 }, someSeed);
          return trainRows(split).map((row) => `${dataset.examples[row]?.text}: ${split.classOf?.[row]}`).sort();
        };
        expect(textsOf(shuffled)).toEqual(textsOf(BASE));
      }),
    );
  });

  test('are others under another seed', () => {
    const picks = new Set([1, 2, 3, 4].map((someSeed) => trainRows(shaped(EVEN, { examplesPerClass: 5 }, someSeed)).join()));
    expect(picks.size).toBe(4);
  });
});

describe('imbalance', () => {
  // 40 training rows of each class in each domain.
  const sizes = (shape: Partial<ShapeValues>): Record<string, number> => Object.fromEntries(cellSizes(EVEN, shaped(EVEN, shape)));

  test('of 1 leaves the last class a tenth, and those between on a geometric slope', () => {
    expect(sizes({ classImbalance: 1 })).toEqual(Object.fromEntries(['a', 'b', 'c'].flatMap((domain) => [[`${domain} x`, 40], [`${domain} y`, Math.round(40 / Math.sqrt(10))], [`${domain} z`, 4]])));
    expect(shaped(EVEN, { classImbalance: 1 }).effect).toMatchObject({ byClass: [120, 39, 12], leftOut: 360 - 171, largestCell: 40 });
  });

  test('of domains goes by training domain, in the data’s order', () => {
    expect(sizes({ domainImbalance: 1 })).toEqual(Object.fromEntries(['x', 'y', 'z'].flatMap((label) => [[`a ${label}`, 40], [`b ${label}`, 13], [`c ${label}`, 4]])));
  });

  test('of both multiplies, after the limit on examples', () => {
    expect(sizes({ classImbalance: 1, domainImbalance: 0.5, examplesPerClass: 20 })).toMatchObject({ 'a x': 20, 'c x': Math.round(20 * 10 ** -0.5), 'b y': Math.round(20 * 10 ** -0.75), 'c z': 1 });
  });

  test('of domains does nothing with one of them', () => {
    const single = datasetOf(evenData(20, ['x', 'y'], [SINGLE_DOMAIN]).examples, false);
    const heldOut = 'Held-out sample';
    expect(shaped(single, { domainImbalance: 1 }, 1, heldOut).train).toEqual(shaped(single, {}, 1, heldOut).train);
  });
});

describe('wrong labels', () => {
  test('at a lower rate are wrong, in the same way, at a higher one', () => {
    fc.assert(
      fc.property(examples, seed, hundredths(50), hundredths(50), (rows, someSeed, one, other) => {
        const dataset = datasetOf(rows);
        const low = shaped(dataset, { labelNoise: Math.min(one, other), noiseInValidation: true }, someSeed);
        const high = shaped(dataset, { labelNoise: Math.max(one, other), noiseInValidation: true }, someSeed);
        for (const row of wrongRows(dataset, low, [...trainRows(low), ...low.validation])) expect(high.classOf?.[row]).toBe(low.classOf?.[row]);
      }),
    );
  });

  test('do not depend on which rows the other sliders leave', () => {
    fc.assert(
      fc.property(examples, seed, shapes, (rows, someSeed, shape) => {
        const dataset = datasetOf(rows);
        const noise = { ...shape, labelNoise: 0.3 };
        const [all, left] = [shaped(dataset, { ...noise, examplesPerClass: null, classImbalance: 0, domainImbalance: 0 }, someSeed), shaped(dataset, noise, someSeed)];
        for (const row of trainRows(left)) expect(left.classOf?.[row]).toBe(all.classOf?.[row]);
      }),
    );
  });

  test('are alike for copies of a text with one label', () => {
    fc.assert(
      fc.property(examples, seed, (rows, someSeed) => {
        const dataset = datasetOf(rows);
        const split = shaped(dataset, { labelNoise: 0.5 }, someSeed);
        const given = new Map<string, number | undefined>();
        for (const row of trainRows(split)) {
          const name = `${textKey(dataset.examples[row]?.text ?? '')} ${dataset.examples[row]?.label}`;
          if (given.has(name)) expect(split.classOf?.[row]).toBe(given.get(name));
          given.set(name, split.classOf?.[row]);
        }
      }),
    );
  });

  test('stay out of validation unless they are asked for, and are the same in training either way', () => {
    const without = shaped(EVEN, { labelNoise: 0.4 });
    const within = shaped(EVEN, { labelNoise: 0.4, noiseInValidation: true });
    expect(without.effect.wrongInValidation).toBe(0);
    expect(within.effect.wrongInValidation).toBeGreaterThan(0);
    for (const row of trainRows(within)) expect(within.classOf?.[row]).toBe(without.classOf?.[row]);
  });

  test('come at the rate asked for, and to every other class alike', () => {
    const many = evenData(1000, ['x', 'y', 'z'], ['a', 'b', HELD_OUT]);
    const split = shaped(many, { labelNoise: 0.3 });
    const rows = trainRows(split);
    const wrong = wrongRows(many, split, rows);
    // Both within four standard deviations of a binomial draw of n = 4,800 rows.
    expect(Math.abs(wrong.length - 0.3 * rows.length)).toBeLessThan(4 * Math.sqrt(rows.length * 0.3 * 0.7));
    const next = wrong.filter((row) => split.classOf?.[row] === (ownClass(many, split, row) + 1) % 3).length;
    expect(Math.abs(next - wrong.length / 2)).toBeLessThan(4 * Math.sqrt(wrong.length / 4));
  });

  test('of several seeds are of each its own', () => {
    const [one, two] = shapedSplits(EVEN, HELD_OUT, [1, 2], { ...DEFAULT_SHAPE, labelNoise: 0.3 });
    expect(one).toEqual(shaped(EVEN, { labelNoise: 0.3 }, 1));
    expect(two).toEqual(shaped(EVEN, { labelNoise: 0.3 }, 2));
    expect(one?.classOf).not.toEqual(two?.classOf);
  });
});

describe('a shape', () => {
  const settings = { datasetId: 'd', heldOutDomain: HELD_OUT, head: { kind: 'linear' }, seed: 1, steps: 100, knobs: {}, runId: 'r' };

  test.each<[string, Partial<Record<keyof ShapeValues, unknown>>, RegExp]>([
    ['no examples', { examplesPerClass: 0 }, /Examples per class must be a whole number/u],
    ['half an example', { examplesPerClass: 1.5 }, /Examples per class/u],
    ['more noise than labels', { labelNoise: 0.51 }, /Label noise must be between 0 and 0\.5, not 0\.51/u],
    ['noise that is no number', { labelNoise: NaN }, /Label noise/u],
    ['negative imbalance', { classImbalance: -0.1 }, /Class imbalance/u],
    ['a word for a number', { domainImbalance: '1' }, /Domain imbalance/u],
    ['no validation', { validationShare: 0 }, /Validation share must be between 0\.05 and 0\.5/u],
    ['a number for a switch', { noiseInValidation: 1 }, /Noise in validation/u],
  ])('of %s is refused in words, by a run and by what is read from storage', (_, changed, words) => {
    const shape = { ...DEFAULT_SHAPE, ...changed } as ShapeValues;
    expect(() => checkShape(shape)).toThrow(words);
    expect(() => shapedSplits(EVEN, HELD_OUT, [1], shape)).toThrow(RangeError);
    expect(v.safeParse(settingsSchema, { ...settings, shape: DEFAULT_SHAPE }).success).toBe(true);
    expect(v.safeParse(settingsSchema, { ...settings, shape }).success).toBe(false);
  });

  test('within its ranges is taken', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(shapeProblem(shape)).toBeNull();
        expect(v.parse(settingsSchema, { ...settings, shape }).shape).toEqual(shape);
      }),
    );
  });

  test('is the same as another when every part is', () => {
    const part = fc.constantFrom(...(Object.keys(DEFAULT_SHAPE) as (keyof ShapeValues)[]));
    fc.assert(
      fc.property(shapes, shapes, part, (one, other, changed) => {
        expect(sameShape(one, { ...one, [changed]: other[changed] })).toBe(one[changed] === other[changed]);
      }),
    );
  });
});

describe('the sliders of the shape', () => {
  test.each(Object.entries(SHAPE_SLIDERS))('%s gives an allowed value at every position, and finds each again', (name, range) => {
    for (let position = 0; position <= range.positions; position++) {
      const value = sliderValue(range, position);
      expect(shapeProblem({ ...DEFAULT_SHAPE, [name]: value })).toBeNull();
      expect(sliderPosition(range, value)).toBe(position);
    }
    expect(sliderValue(range, sliderPosition(range, DEFAULT_SHAPE[name as keyof typeof SHAPE_SLIDERS]))).toBe(DEFAULT_SHAPE[name as keyof typeof SHAPE_SLIDERS]);
  });

  test('examples per class goes up in steps that differ, with the value in force among them, to all', () => {
    expect(examplesPerClassRange(96, null).values).toEqual([1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 96]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.option(fc.integer({ min: 1, max: 100_000 })), (largest, inForce) => {
        const { values = [], positions, max } = examplesPerClassRange(largest, inForce);
        expect(positions).toBe(values.length - 1);
        expect(positions).toBeGreaterThan(0);
        expect(values.every((value, i) => Number.isInteger(value) && value > (values[i - 1] ?? 0))).toBe(true);
        expect(values.at(-1)).toBe(max);
        expect(max).toBeGreaterThanOrEqual(largest);
        if (inForce !== null && inForce <= max) expect(values).toContain(inForce);
      }),
    );
  });
});

describe('a shape in words', () => {
  test('names what it does, and nothing for the data as it is', () => {
    expect(shapeInWords(DEFAULT_SHAPE)).toBe('');
    expect(shapeInWords({ ...DEFAULT_SHAPE, noiseInValidation: true })).toBe('');
    expect(shapeInWords({ examplesPerClass: 1, labelNoise: 0.07, noiseInValidation: true, classImbalance: 0.5, domainImbalance: 1, validationShare: 0.3 })).toBe(
      'at most 1 example of a class in a domain, 7 % wrong labels, in validation too, classes uneven 3.2 : 1, domains uneven 10 : 1, 30 % for validation',
    );
  });

  test('has its numbers as the sliders show them', () => {
    expect([0, 0.07, 0.29, 0.5].map(shareInWords)).toEqual(['0 %', '7 %', '29 %', '50 %']);
    expect([0, 0.3, 1].map(imbalanceInWords)).toEqual(['none', '2 : 1', '10 : 1']);
    expect(countsInWords(['positive', 'negative'], [96, 10], 'classes')).toBe('positive 96, negative 10');
    expect(countsInWords(['1', '2', '3', '4', '5'], [9, 1, 4, 1200, 7], 'classes')).toBe('5 classes of 1 to 1,200 examples');
  });

  test('counts examples and wrong labels', () => {
    const effect = { trained: 1200, leftOut: 0, largestCell: 300, byClass: [600, 600], wrongInTraining: 0, wrongInValidation: 0 };
    expect(trainedInWords(effect)).toBe('1,200 examples');
    expect(trainedInWords({ ...effect, leftOut: 34 })).toBe('1,200 of 1,234 examples');
    expect(noiseInWords(effect, 216, { ...DEFAULT_SHAPE, noiseInValidation: true })).toBe('No label is replaced.');
    const noise = { ...DEFAULT_SHAPE, labelNoise: 0.02 };
    expect(noiseInWords({ ...effect, wrongInTraining: 24 }, 216, noise)).toBe('24 of 1,200 training labels are wrong; validation labels are right. Scores go by these labels, so that learning wrong ones by heart shows as a better training score.');
    expect(noiseInWords({ ...effect, wrongInTraining: 24, wrongInValidation: 5 }, 216, { ...noise, noiseInValidation: true })).toMatch(/^24 of 1,200 training labels and 5 of 216 validation labels are wrong\. Scores go by these labels/u);
  });

  test('says on the cards how many labels a part is scored by are wrong', () => {
    const effect = { trained: 1200, leftOut: 0, largestCell: 300, byClass: [600, 600], wrongInTraining: 240, wrongInValidation: 43 };
    const onCards = (shape: ShapeValues, seeds = 1): string[] => PARTS.map((part) => scoredLabelsInWords(part, effect, shape, seeds));
    const noise = { ...DEFAULT_SHAPE, labelNoise: 0.2 };
    expect(onCards({ ...DEFAULT_SHAPE, noiseInValidation: true })).toEqual(['', '', '']);
    expect(onCards(noise)).toEqual(['240 of the 1,200 trained on with a wrong label', 'none with a wrong label', 'none with a wrong label']);
    expect(onCards({ ...noise, noiseInValidation: true }, 4)).toEqual(['240 of the 1,200 trained on with a wrong label in the first seed', '43 of them with a wrong label in the first seed', 'none with a wrong label']);
  });
});
