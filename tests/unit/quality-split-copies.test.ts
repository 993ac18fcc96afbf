import { describe, expect, test } from 'vitest';
import { HELD_OUT_SAMPLE, type Dataset, type Example } from '../../src/core/examples.ts';
import { alikeRows, nearCopies } from '../../src/core/quality/near-copies.ts';
import type { Finding } from '../../src/core/quality/report.ts';
import { splitCopyFinding, type SplitChoice } from '../../src/core/quality/split-copies.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { applied } from '../support/editing.ts';
import { datasetOf, finish, keysOf, randomTexts } from '../support/quality-data.ts';

const exampleAt = (text: string, i: number): Example => ({ text, label: i % 2 ? 'good' : 'bad', domain: i % 3 ? (i % 3 === 1 ? 'shop' : 'blog') : 'forum' });
const TEXTS = randomTexts(300, 14, 11);
const PLAIN = TEXTS.map(exampleAt);
const copyOf = (row: number, domain: string, label = PLAIN[row]?.label ?? ''): Example => ({ text: `${TEXTS[row]} again`, label, domain });
const HELD_OUT: SplitChoice = { heldOutDomain: 'blog', seed: 3, shape: DEFAULT_SHAPE };

function findingOf(dataset: Dataset, choice: SplitChoice | null = HELD_OUT): Finding | null {
  const keys = keysOf(dataset);
  const copies = nearCopies(finish(alikeRows(dataset, keys)).result, () => undefined);
  return finish(splitCopyFinding(dataset, keys, copies, choice)).result;
}

const split = splitDataset(datasetOf(PLAIN), 'blog', 3);
/** Rows of the plain data that are trained on, each in the domain “shop”. */
const trained = [...(split.train[split.trainDomains.indexOf('shop')] ?? [])];

describe('near copies across the split of a run', () => {
  const held = datasetOf([...PLAIN, ...trained.slice(0, 5).map((row) => copyOf(row, 'blog'))]);

  test('are counted where a text held out nearly repeats one that is trained on', () => {
    expect(findingOf(held)).toMatchObject({ severity: 'serious', count: 5, title: '5 scored texts nearly repeat training texts', details: ['With “blog” held out and seed 3: 5 texts held out.'] });
    expect(findingOf(held)?.examples[0]?.note).toMatch(/^(good|bad) · blog: held out, nearly “.+”, which is trained on$/u);
  });

  test('are left out on either side, and then there are none', () => {
    const [fromTraining, fromScored] = findingOf(held)?.remedies ?? [];
    expect([fromTraining?.label, fromScored?.label]).toEqual(['Leave the copies out of training (5 rows)', 'Leave the copies out of what is scored (5 rows)']);
    expect(fromTraining?.edit).toEqual({ kind: 'drop', rows: Uint32Array.from(trained.slice(0, 5)).sort() });
    expect(fromScored?.edit).toEqual({ kind: 'drop', rows: Uint32Array.of(300, 301, 302, 303, 304) });
    for (const remedy of [fromTraining, fromScored]) expect(findingOf(datasetOf(applied(held, remedy?.edit ?? expect.fail('no remedy')).examples))).toBeNull();
  });

  test('are looked for with a pause after each split of the data', () => {
    const keys = keysOf(held);
    const pauses = finish(splitCopyFinding(held, keys, nearCopies(finish(alikeRows(held, keys)).result, () => undefined), HELD_OUT)).shares.length;
    expect(pauses, 'the split as it is, and at least one for each of two remedies').toBeGreaterThanOrEqual(3);
  });

  test('are those of training and validation too, of this seed', () => {
    const inside = datasetOf([...PLAIN, ...PLAIN.flatMap(({ domain }, row) => (domain === 'blog' ? [] : [copyOf(row, domain)]))]);
    const counts = [1, 2, 3].map((seed) => {
      const finding = findingOf(inside, { ...HELD_OUT, seed });
      const { train, validation } = splitDataset(inside, 'blog', seed);
      const isTrained = new Set(train.flatMap((rows) => [...rows]).map((row) => inside.examples[row]?.text));
      const twin = (text: string): string => (text.endsWith(' again') ? text.slice(0, -6) : `${text} again`);
      const expected = [...validation].filter((row) => isTrained.has(twin(inside.examples[row]?.text ?? ''))).length;
      expect(finding?.count).toBe(expected);
      expect(finding?.details).toEqual([`With “blog” held out and seed ${seed}: ${expected} texts in validation.`]);
      for (const { edit } of finding?.remedies ?? []) expect(findingOf(datasetOf(applied(inside, edit).examples), { ...HELD_OUT, seed })).toBeNull();
      return expected;
    });
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });

  test('are not those between training domains, under other labels, or of what is held out with itself', () => {
    const rows = [copyOf(trained[0] ?? 0, 'blog', 'odd'), ...[...split.watched].slice(0, 4).map((row) => copyOf(row, 'blog'))];
    expect(findingOf(datasetOf([...PLAIN, ...rows]))).toBeNull();
  });

  test('are not counted where a shape leaves the copy out of training', () => {
    const few = { ...DEFAULT_SHAPE, examplesPerClass: 1 };
    expect((findingOf(held, { ...HELD_OUT, shape: few })?.count ?? 0)).toBeLessThan(5);
  });

  test('are counted where a sample is held out for want of domains', () => {
    const single = datasetOf([...PLAIN, ...PLAIN.map((_, row) => copyOf(row, ''))].map((example) => ({ ...example, domain: 'all' })));
    expect(findingOf(single, { ...HELD_OUT, heldOutDomain: HELD_OUT_SAMPLE })?.details).toEqual([expect.stringMatching(/^With “Held-out sample” held out and seed 3: \d+ texts in validation, \d+ texts held out\.$/u)]);
  });

  test('are no finding without copies, without a run, or where the data cannot be split so', () => {
    expect([findingOf(datasetOf(PLAIN)), findingOf(held, null), findingOf(held, { ...HELD_OUT, heldOutDomain: 'the moon' })]).toEqual([null, null, null]);
  });
});
