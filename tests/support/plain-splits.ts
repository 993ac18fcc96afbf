import { HELD_OUT_SAMPLE, SINGLE_DOMAIN, distinct, type Dataset, type Example } from '../../src/core/examples.ts';
import { pow } from '../../src/core/exact-math.ts';
import { hashHex, hashWords } from '../../src/core/hash.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { ShapeValues } from '../../src/core/shape.ts';
import { SAMPLE_SHARE } from '../../src/core/splits.ts';

/**
 * What `shapedSplits` gives, worked out plainly: text by text and row by row, by names, with nothing numbered, packed or remembered.
 * Only for data that can be split.
 */

interface Row extends Example {
  readonly row: number;
  readonly key: string;
}

/** `textKey` by its definition: Unicode NFC, lower case, white space collapsed. */
function plainKey(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

export function plainSplit(dataset: Dataset, heldOutDomain: string, seed: number, shape: ShapeValues) {
  const rows: Row[] = dataset.examples.map((example, row) => ({ ...example, row, key: plainKey(example.text) }));
  const isHeldOut = membership(rows, dataset.hasDomains, heldOutDomain);
  const heldOut = rows.filter(isHeldOut);
  const heldOutKeys = new Set(heldOut.map(({ key }) => key));
  const training = rows.filter((row) => !isHeldOut(row) && !heldOutKeys.has(row.key));
  const seen = new Set(training.map(({ label }) => label));
  const scored = heldOut.filter(({ label }) => seen.has(label));
  const labels = dataset.labels.filter((label) => seen.has(label));
  const watchedKeys = watched(scored);
  const validationKeys = validated(training, seed, shape.validationShare);
  const validation = training.filter(({ key }) => validationKeys.has(key));
  const left = training.filter(({ key }) => !validationKeys.has(key));
  const trainDomains = distinct(left.map(({ domain }) => domain));
  const plain = trainDomains.map((name) => left.filter(({ domain }) => domain === name));
  const inOrder = dataset.domains.filter((name) => trainDomains.includes(name));
  const cells = plain.flatMap((part) => labels.map((label) => part.filter((row) => row.label === label)).filter((cell) => cell.length > 0));
  const kept = new Set(cells.flatMap((cell) => keptOf(cell, labels, inOrder, seed, shape)));
  const train = plain.map((part) => part.filter(({ row }) => kept.has(row)));
  const own = rows.map(({ label }) => Math.max(0, labels.indexOf(label)));
  const classOf = [...own];
  for (const { row, key } of shape.noiseInValidation ? [...train.flat(), ...validation] : train.flat()) classOf[row] = noisy(own[row] as number, labels.length, hashWords(key), shape.labelNoise, seed);
  const wrong = (part: readonly Row[]): number => part.filter(({ row }) => classOf[row] !== own[row]).length;
  return {
    heldOutDomain,
    trainDomains,
    train: train.map(numbersOf),
    validation: numbersOf(validation),
    watched: numbersOf(scored.filter(({ key }) => watchedKeys.has(key))),
    sealed: numbersOf(scored.filter(({ key }) => !watchedKeys.has(key))),
    labels,
    sharedWithHeldOut: rows.length - heldOut.length - training.length,
    unseenLabels: heldOut.length - scored.length,
    hasDomains: dataset.hasDomains,
    classOf: shape.labelNoise === 0 ? null : Uint32Array.from(classOf),
    effect: {
      trained: train.flat().length,
      leftOut: left.length - train.flat().length,
      largestCell: Math.max(...cells.map((cell) => cell.length)),
      byClass: labels.map((label) => train.flat().filter((row) => row.label === label).length),
      wrongInTraining: wrong(train.flat()),
      wrongInValidation: wrong(validation),
    },
  };
}

const numbersOf = (rows: readonly Row[]): Uint32Array => Uint32Array.from(rows, ({ row }) => row);

function membership(rows: readonly Row[], hasDomains: boolean, heldOutDomain: string): (row: Row) => boolean {
  if (hasDomains) return ({ domain }) => domain === heldOutDomain;
  if (heldOutDomain !== HELD_OUT_SAMPLE) throw new RangeError('A single domain has no other to hold out.');
  const sample = new Set([...strata(rows, () => SINGLE_DOMAIN).values()].flatMap((keys) => byContent(keys, 'sample').slice(0, Math.max(1, Math.round(keys.length * SAMPLE_SHARE)))));
  return ({ key }) => sample.has(key);
}

/** Distinct keys of the rows by (part, label), in order of that name; a key that stands under several is in the first of them. */
function strata(rows: readonly Row[], part: (row: Row) => string): Map<string, string[]> {
  const nameOf = (row: Row): string => JSON.stringify([part(row), row.label]);
  const first = new Map<string, string>();
  for (const row of rows) first.set(row.key, [first.get(row.key) ?? nameOf(row), nameOf(row)].sort()[0] as string);
  return new Map(distinct(first.values()).sort().map((name) => [name, [...first.keys()].filter((key) => first.get(key) === name)]));
}

function byContent(keys: readonly string[], purpose: string): string[] {
  const placed = keys.map((key) => ({ key, order: hashHex(`${purpose}\u0000${key}`) }));
  return placed.sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ key }) => key);
}

function watched(scored: readonly Row[]): Set<string> {
  const chosen: string[] = [];
  let extraToWatched = true;
  for (const keys of strata(scored, () => '').values()) {
    const isOdd = keys.length % 2 === 1;
    chosen.push(...byContent(keys, 'watched').slice(0, Math.floor(keys.length / 2) + Number(isOdd && extraToWatched)));
    if (isOdd) extraToWatched = !extraToWatched;
  }
  return new Set(chosen);
}

function validated(training: readonly Row[], seed: number, share: number): Set<string> {
  const random = new RandomStream(seed, STREAM.split);
  const groups = [...strata(training, ({ domain }) => domain).values()];
  return new Set(
    groups.flatMap((keys) => {
      const placed = keys.map((key) => ({ key, word: random.bits(...hashWords(key)) })).sort((a, b) => a.word - b.word || (a.key < b.key ? -1 : 1));
      return placed.slice(0, keys.length < 2 ? 0 : Math.max(1, Math.round(keys.length * share))).map(({ key }) => key);
    }),
  );
}

/** The formula is in `shapedSplits`. */
function keptOf(cell: readonly Row[], labels: readonly string[], domains: readonly string[], seed: number, shape: ShapeValues): number[] {
  const [first] = cell;
  if (!first) return [];
  const slope = (names: readonly string[], name: string): number => (names.length < 2 ? 0 : names.indexOf(name) / (names.length - 1));
  const random = new RandomStream(seed, STREAM.trainingSubset);
  const limit = Math.min(cell.length, shape.examplesPerClass ?? Infinity);
  const count = Math.max(1, Math.round(limit * pow(10, -shape.classImbalance * slope(labels, first.label)) * pow(10, -shape.domainImbalance * slope(domains, first.domain))));
  const placed = cell.map((row) => ({ ...row, word: random.bits(...hashWords(row.key)) }));
  placed.sort((a, b) => a.word - b.word || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.row - b.row));
  return placed.slice(0, count).map(({ row }) => row);
}

function noisy(own: number, classes: number, words: [number, number], noise: number, seed: number): number {
  if (new RandomStream(seed, STREAM.labelNoise).uniform(...words) >= noise) return own;
  return (own + 1 + Math.floor(new RandomStream(seed, STREAM.labelNoise, 1).uniform(...words) * (classes - 1))) % classes;
}
