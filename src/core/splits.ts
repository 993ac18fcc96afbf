import { NO_DOMAIN, textKey, type Dataset } from './examples.ts';
import { heldOutChoices, sidesOf, type Sides } from './held-out.ts';
import { indexedRows, type IndexedRows } from './indexed-rows.ts';
import { positionsByWord } from './order-by-word.ts';
import { RandomStream, STREAM } from './rng.ts';
import { DEFAULT_SHAPE } from './shape.ts';
import { TELLING_ROWS } from './statistics.ts';
import { grouped } from './strata.ts';

export { SAMPLE_SHARE, heldOutChoices } from './held-out.ts';

/** Share of a training domain's rows that goes to validation, where nothing else is asked for. */
export const VALIDATION_SHARE = DEFAULT_SHAPE.validationShare;

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

/**
 * The domain to hold out at first: the last one with TELLING_ROWS rows or more to watch; where there is none, the one with the most, the last of
 * equals. Rows that came without a domain are held out only where nothing else works.
 * @throws RangeError when no split works (say, each label stands in one domain only)
 */
export function defaultHeldOut(dataset: Dataset): string {
  const choices = heldOutChoices(dataset).toReversed();
  const found = mostWatched(dataset, choices.filter((domain) => domain !== NO_DOMAIN)) ?? mostWatched(dataset, choices.filter((domain) => domain === NO_DOMAIN));
  if (found !== null) return found;
  const [first] = heldOutChoices(dataset);
  throw new RangeError(first === undefined ? 'The data set is empty.' : splitProblem(first, sidesOf(dataset, first)));
}

/** The first of `domains` that has enough to watch, else the one with the most; null when the split of none works. */
function mostWatched(dataset: Dataset, domains: readonly string[]): string | null {
  const rows = rowsByDomain(dataset);
  let best: { readonly domain: string; readonly watched: number } | null = null;
  for (const domain of domains) {
    if ((rows.get(domain) ?? Infinity) <= (best?.watched ?? 0)) continue; // it cannot have more to watch
    const sides = sidesOf(dataset, domain);
    if (splitProblem(domain, sides) !== '') continue;
    const watched = sides.watched.length;
    if (watched >= TELLING_ROWS) return domain;
    if (watched > (best?.watched ?? 0)) best = { domain, watched };
  }
  return best?.domain ?? null;
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
  const sides = sidesOf(dataset, heldOutDomain);
  const { watched, sealed, labels, sharedWithHeldOut, unseenLabels } = sides;
  const problem = splitProblem(heldOutDomain, sides);
  if (problem !== '') throw new RangeError(problem);
  const { hasDomains } = dataset;
  return seeds.map((seed) => ({ heldOutDomain, ...cutTraining(dataset, sides, seed, validationShare), watched, sealed, labels, sharedWithHeldOut, unseenLabels, hasDomains }));
}

/** How many rows each domain has. */
function rowsByDomain({ examples }: Dataset): ReadonlyMap<string, number> {
  const { domainOf, domains } = indexedRows(examples);
  const counts = new Uint32Array(domains.length);
  for (const domain of domainOf) counts[domain] = (counts[domain] as number) + 1;
  return new Map(domains.map((name, domain) => [name, counts[domain] as number]));
}

/** Why no head could be trained and watched; '' where one could. */
function splitProblem(heldOutDomain: string, { labels, watched }: Sides): string {
  const empty = labels.length < 2 ? 'fewer than two labels in the training domains' : watched.length === 0 ? 'no row to watch in the held-out domain' : '';
  return empty && `With “${heldOutDomain}” held out there would be ${empty}: choose another domain or add examples.`;
}

/** Rows that may be trained on when a domain is held out, in ascending order: train and validation rows of any seed. @throws RangeError when the domain is unknown */
export function trainableRows(dataset: Dataset, heldOutDomain: string): Uint32Array {
  return sidesOf(dataset, heldOutDomain).training.slice();
}

/** Index of each row's label in `labels` [N]; 0 for a label that is not among them. */
export function classesOfRows({ examples }: Dataset, labels: readonly string[]): Uint32Array {
  const index = indexedRows(examples);
  const classOfLabel = Uint32Array.from(index.labels, (label) => Math.max(0, labels.indexOf(label)));
  return index.labelOf.map((label) => classOfLabel[label] as number);
}

/** Train and validation of one seed. */
function cutTraining(dataset: Dataset, { training, strata }: Sides, seed: number, validationShare: number): Pick<Split, 'train' | 'validation' | 'trainDomains'> {
  const index = indexedRows(dataset.examples);
  const { textOf, domainOf, domains } = index;
  const random = new RandomStream(seed, STREAM.split);
  const isValidated = new Uint8Array(index.firstRow.length);
  for (const group of strata) {
    const count = group.length < 2 ? 0 : Math.max(1, Math.round(group.length * validationShare));
    for (const text of inOrderOfSeed(dataset, index, group, random).subarray(0, count)) isValidated[text] = 1;
  }
  const train = training.filter((row) => isValidated[textOf[row] as number] === 0);
  const trainDomains = [...new Set(train.map((row) => domainOf[row] as number))];
  return {
    trainDomains: trainDomains.map((domain) => domains[domain] as string),
    train: byDomain(train, index, trainDomains),
    validation: training.filter((row) => isValidated[textOf[row] as number] === 1),
  };
}

/** Ordered by a random word of the text itself, so that the order of rows in the file does not matter. */
function inOrderOfSeed({ examples }: Dataset, { firstRow, words }: IndexedRows, texts: Uint32Array, random: RandomStream): Uint32Array {
  const drawn = texts.map((text) => random.bits(words[2 * text] as number, words[2 * text + 1] as number));
  const keyAt = (i: number): string => textKey(examples[firstRow[texts[i] as number] as number]?.text ?? '');
  return positionsByWord(drawn, (a, b) => (keyAt(a) < keyAt(b) ? -1 : 1)).map((i) => texts[i] as number);
}

/** Rows of each of `order`, domains by their numbers. */
function byDomain(rows: Uint32Array, { domainOf, domains }: IndexedRows, order: readonly number[]): Uint32Array[] {
  const parts = grouped(rows, domainOf, domains.length);
  return order.map((domain) => parts[domain] as Uint32Array);
}
