import { HELD_OUT_SAMPLE, SINGLE_DOMAIN, distinct, textKey, type Dataset } from './examples.ts';
import { hashHex, hashWords } from './hash.ts';
import { RandomStream, STREAM } from './rng.ts';
import { DEFAULT_SHAPE } from './shape.ts';

/** Share of a training domain's rows that goes to validation, where nothing else is asked for. */
export const VALIDATION_SHARE = DEFAULT_SHAPE.validationShare;
/** Share of a single-domain data set that is held out, for want of a second domain. */
export const SAMPLE_SHARE = 0.3;

/** Row indices of each part. `train` keeps the training domains apart: each step takes an equal batch of each. */
export interface Split {
  readonly heldOutDomain: string;
  readonly trainDomains: readonly string[];
  /** train[d] are rows of trainDomains[d]. */
  readonly train: readonly Uint32Array[];
  readonly validation: Uint32Array;
  readonly watched: Uint32Array;
  readonly sealed: Uint32Array;
  /** Classes of the head: labels that occur in a training domain, in the data set's order. */
  readonly labels: readonly string[];
  /** Rows of training domains left out because the same text stands in the held-out domain. */
  readonly sharedWithHeldOut: number;
  /** Held-out rows left out because no training domain has their label. */
  readonly unseenLabels: number;
  /** False when the held-out rows are a random sample of the only domain. */
  readonly hasDomains: boolean;
}

/** Domains that can be held out: the data set's own, or the random sample of a single-domain one. */
export function heldOutChoices(dataset: Dataset): readonly string[] {
  return dataset.hasDomains ? dataset.domains : [HELD_OUT_SAMPLE];
}

/**
 * The domain to hold out at first: the last one whose split works.
 * @throws RangeError when none does (say, each label stands in one domain only)
 */
export function defaultHeldOut(dataset: Dataset): string {
  let why: unknown = new RangeError('The data set is empty.');
  for (const domain of heldOutChoices(dataset).toReversed()) {
    try {
      splitDataset(dataset, domain, 0);
      return domain;
    } catch (error) {
      why = error;
    }
  }
  throw why;
}

/**
 * Leave one domain out. Watched and sealed halves depend on the held-out texts alone, never on the seed; each training domain is
 * cut into train and validation by seed, stratified by label. Rows with equal `textKey` always go to one side.
 * Validation and the sealed half may come out empty on tiny data; the page then has nothing to say of them.
 * @throws RangeError when the domain is unknown, nothing is left to watch, or the training domains have fewer than two labels.
 */
export function splitDataset(dataset: Dataset, heldOutDomain: string, seed: number): Split {
  return splitsOfSeeds(dataset, heldOutDomain, [seed])[0] as Split;
}

/**
 * `splitDataset` for several seeds, which share all that does not depend on the seed.
 * @param validationShare of the distinct texts of each training domain and label, above 0 and at most 0.5, rounded, at least one text
 * where there are two or more. A larger share's validation rows contain those of a smaller one.
 * @throws RangeError likewise
 */
export function splitsOfSeeds(dataset: Dataset, heldOutDomain: string, seeds: readonly number[], validationShare = VALIDATION_SHARE): readonly Split[] {
  checkChoice(dataset, heldOutDomain);
  const keys = dataset.examples.map((example) => textKey(example.text));
  const { trainingRows, heldOutRows, sharedWithHeldOut } = sidesOf(dataset, keys, heldOutDomain);

  const seenLabels = new Set(trainingRows.map((row) => dataset.examples[row]?.label));
  const scored = heldOutRows.filter((row) => seenLabels.has(dataset.examples[row]?.label));
  const [watched, sealed] = halveByContent(dataset, keys, scored);
  const labels = dataset.labels.filter((label) => seenLabels.has(label));

  const empty = labels.length < 2 ? 'fewer than two labels in the training domains' : watched.length === 0 ? 'no row to watch in the held-out domain' : '';
  if (empty) throw new RangeError(`With “${heldOutDomain}” held out there would be ${empty}: choose another domain or add examples.`);
  const splitTraining = trainingSplitter(dataset, keys, trainingRows, validationShare);
  return seeds.map((seed) => ({
    heldOutDomain,
    ...splitTraining(seed),
    watched,
    sealed,
    labels,
    sharedWithHeldOut,
    unseenLabels: heldOutRows.length - scored.length,
    hasDomains: dataset.hasDomains,
  }));
}

/** Rows that may be trained on when a domain is held out, in ascending order: train and validation rows of any seed. @throws RangeError when the domain is unknown */
export function trainableRows(dataset: Dataset, heldOutDomain: string): Uint32Array {
  checkChoice(dataset, heldOutDomain);
  return Uint32Array.from(sidesOf(dataset, dataset.examples.map(({ text }) => textKey(text)), heldOutDomain).trainingRows);
}

/** Index of each row's label in `labels` [N]; 0 for a label that is not among them. */
export function classesOfRows({ examples }: Dataset, labels: readonly string[]): Uint32Array {
  const classOfLabel = new Map(labels.map((label, index) => [label, index]));
  return Uint32Array.from(examples, ({ label }) => classOfLabel.get(label) ?? 0);
}

function checkChoice(dataset: Dataset, heldOutDomain: string): void {
  if (!heldOutChoices(dataset).includes(heldOutDomain)) throw new RangeError(`The data set has no domain named “${heldOutDomain}”.`);
}

/** Rows on either side of the split. A row of a training domain whose text is held out as well is on neither. */
function sidesOf(dataset: Dataset, keys: readonly string[], heldOutDomain: string) {
  const isHeldOut = heldOutMembership(dataset, keys, heldOutDomain);
  const heldOutKeys = new Set(keys.filter((_, row) => isHeldOut(row)));
  const trainingRows: number[] = [];
  const heldOutRows: number[] = [];
  let sharedWithHeldOut = 0;
  dataset.examples.forEach((_, row) => {
    if (isHeldOut(row)) heldOutRows.push(row);
    else if (heldOutKeys.has(keys[row] as string)) sharedWithHeldOut++;
    else trainingRows.push(row);
  });
  return { trainingRows, heldOutRows, sharedWithHeldOut };
}

function heldOutMembership(dataset: Dataset, keys: readonly string[], heldOutDomain: string): (row: number) => boolean {
  if (dataset.hasDomains) return (row) => dataset.examples[row]?.domain === heldOutDomain;
  const sample = new Set<string>();
  for (const group of strata(dataset, keys, [...keys.keys()], () => SINGLE_DOMAIN).values()) {
    const ordered = byContent(group, 'sample');
    for (const key of ordered.slice(0, Math.max(1, Math.round(ordered.length * SAMPLE_SHARE)))) sample.add(key);
  }
  return (row) => sample.has(keys[row] as string);
}

/**
 * Unique keys of the rows, grouped by (part, label), groups in order of that name. A key whose rows differ in it lies in the first of
 * its groups, so that neither depends on the order of rows.
 */
function strata(dataset: Dataset, keys: readonly string[], rows: readonly number[], part: (row: number) => string): Map<string, string[]> {
  const groupOf = new Map<string, string>();
  for (const row of rows) {
    const key = keys[row] as string;
    const name = JSON.stringify([part(row), dataset.examples[row]?.label]);
    const known = groupOf.get(key);
    if (known === undefined || name < known) groupOf.set(key, name);
  }
  const groups = new Map(distinct(groupOf.values()).sort().map((name) => [name, [] as string[]]));
  for (const [key, name] of groupOf) groups.get(name)?.push(key);
  return groups;
}

function byContent(keys: readonly string[], purpose: string): string[] {
  return keys
    .map((key) => ({ key, order: hashHex(`${purpose}\u0000${key}`) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ key }) => key);
}

/** Halves per label; odd counts go to the two halves in turn, so that both stay within one row of equal. */
function halveByContent(dataset: Dataset, keys: readonly string[], rows: readonly number[]): [Uint32Array, Uint32Array] {
  const watchedKeys = new Set<string>();
  let oddToWatched = true;
  for (const group of strata(dataset, keys, rows, () => '').values()) {
    const ordered = byContent(group, 'watched');
    const count = oddToWatched ? Math.ceil(ordered.length / 2) : Math.floor(ordered.length / 2);
    if (ordered.length % 2 === 1) oddToWatched = !oddToWatched;
    for (const key of ordered.slice(0, count)) watchedKeys.add(key);
  }
  return [
    Uint32Array.from(rows.filter((row) => watchedKeys.has(keys[row] as string))),
    Uint32Array.from(rows.filter((row) => !watchedKeys.has(keys[row] as string))),
  ];
}

/** Cuts the training rows into train and validation by seed. Texts are hashed once for all seeds. */
function trainingSplitter(dataset: Dataset, keys: readonly string[], rows: readonly number[], validationShare: number): (seed: number) => Pick<Split, 'train' | 'validation' | 'trainDomains'> {
  const domainOf = (row: number): string => dataset.examples[row]?.domain ?? SINGLE_DOMAIN;
  const groups = [...strata(dataset, keys, rows, domainOf).values()].map((group) => group.map((key) => ({ key, words: hashWords(key) })));
  return (seed) => {
    const random = new RandomStream(seed, STREAM.split);
    const validationKeys = new Set<string>();
    for (const group of groups) {
      // Ordered by a random word of the text itself, so that the order of rows in the file does not matter.
      const ordered = group.map(({ key, words }) => ({ key, word: random.bits(...words) })).sort((a, b) => a.word - b.word || (a.key < b.key ? -1 : 1));
      const count = ordered.length < 2 ? 0 : Math.max(1, Math.round(ordered.length * validationShare));
      for (const { key } of ordered.slice(0, count)) validationKeys.add(key);
    }
    const inValidation = (row: number): boolean => validationKeys.has(keys[row] as string);
    const trainRows = rows.filter((row) => !inValidation(row));
    const trainDomains = distinct(trainRows.map(domainOf));
    return {
      trainDomains,
      train: trainDomains.map((domain) => Uint32Array.from(trainRows.filter((row) => domainOf(row) === domain))),
      validation: Uint32Array.from(rows.filter(inValidation)),
    };
  };
}
