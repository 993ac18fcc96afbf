import { HELD_OUT_SAMPLE, textKey, type Dataset } from './examples.ts';
import { hashWords } from './hash.ts';
import { indexedRows, type IndexedRows } from './indexed-rows.ts';
import { positionsByWord } from './order-by-word.ts';
import { strata } from './strata.ts';

/** Share of a single-domain data set that is held out, for want of a second domain. */
export const SAMPLE_SHARE = 0.3;

/** What holding a domain out makes of a data set, whatever the seed. Rows are in ascending order. */
export interface Sides {
  /** Rows that may be trained on: train and validation rows of any seed. */
  readonly training: Uint32Array;
  /** Held-out rows with a label that is trained on, in halves. */
  readonly watched: Uint32Array;
  readonly sealed: Uint32Array;
  /** Labels of training rows, in the data set's order. */
  readonly labels: readonly string[];
  /** Rows on neither side, since their text is held out as well. */
  readonly sharedWithHeldOut: number;
  /** Held-out rows left out because no training row has their label. */
  readonly unseenLabels: number;
  /** Texts of the training rows, by domain and label. */
  readonly strata: readonly Uint32Array[];
}

const known = new WeakMap<Dataset, { readonly heldOutDomain: string; readonly sides: Sides }>();

/** Domains that can be held out: the data set's own, or the random sample of a single-domain one. */
export function heldOutChoices(dataset: Dataset): readonly string[] {
  return dataset.hasDomains ? dataset.domains : [HELD_OUT_SAMPLE];
}

/** Of each data set, the sides that were asked for last are kept. @throws RangeError when the domain is unknown */
export function sidesOf(dataset: Dataset, heldOutDomain: string): Sides {
  const before = known.get(dataset);
  if (before?.heldOutDomain === heldOutDomain) return before.sides;
  if (!heldOutChoices(dataset).includes(heldOutDomain)) throw new RangeError(`The data set has no domain named “${heldOutDomain}”.`);
  const sides = newSides(dataset, heldOutDomain);
  known.set(dataset, { heldOutDomain, sides });
  return sides;
}

function newSides(dataset: Dataset, heldOutDomain: string): Sides {
  const index = indexedRows(dataset.examples);
  const { textOf, labelOf } = index;
  const all = Uint32Array.from(textOf.keys());
  const isHeldOut = heldOutMembership(dataset, index, all, heldOutDomain);
  const heldOut = all.filter(isHeldOut);
  const isTextHeldOut = marked(index.firstRow.length, heldOut.map((row) => textOf[row] as number));
  const training = all.filter((row) => !isHeldOut(row) && isTextHeldOut[textOf[row] as number] === 0);
  const isTrained = marked(index.labels.length, training.map((row) => labelOf[row] as number));
  const scored = heldOut.filter((row) => isTrained[labelOf[row] as number] === 1);
  const trained = new Set(index.labels.filter((_, label) => isTrained[label] === 1));
  const isTextWatched = watchedTexts(dataset, index, scored);
  return {
    training,
    watched: scored.filter((row) => isTextWatched[textOf[row] as number] === 1),
    sealed: scored.filter((row) => isTextWatched[textOf[row] as number] === 0),
    labels: dataset.labels.filter((label) => trained.has(label)),
    sharedWithHeldOut: all.length - heldOut.length - training.length,
    unseenLabels: heldOut.length - scored.length,
    strata: strata(index, training, true),
  };
}

function heldOutMembership(dataset: Dataset, index: IndexedRows, all: Uint32Array, heldOutDomain: string): (row: number) => boolean {
  const { textOf, domainOf, domains } = index;
  if (dataset.hasDomains) {
    const heldOut = domains.indexOf(heldOutDomain);
    return (row) => domainOf[row] === heldOut;
  }
  const isSampled = new Uint8Array(index.firstRow.length);
  for (const group of strata(index, all, false)) {
    for (const text of byContent(dataset, index, group, 'sample').subarray(0, Math.max(1, Math.round(group.length * SAMPLE_SHARE)))) isSampled[text] = 1;
  }
  return (row) => isSampled[textOf[row] as number] === 1;
}

/** Half of the texts of each label; odd counts go to the two halves in turn, so that both stay within one text of equal. @returns 1 for each text that is watched [T] */
function watchedTexts(dataset: Dataset, index: IndexedRows, scored: Uint32Array): Uint8Array {
  const isWatched = new Uint8Array(index.firstRow.length);
  let oddToWatched = true;
  for (const group of strata(index, scored, false)) {
    const count = oddToWatched ? Math.ceil(group.length / 2) : Math.floor(group.length / 2);
    if (group.length % 2 === 1) oddToWatched = !oddToWatched;
    for (const text of byContent(dataset, index, group, 'watched').subarray(0, count)) isWatched[text] = 1;
  }
  return isWatched;
}

/** Texts in the order of a 64-bit hash that `purpose` and their own keys make. */
function byContent({ examples }: Dataset, { firstRow }: IndexedRows, texts: Uint32Array, purpose: string): Uint32Array {
  const [high, low] = [new Uint32Array(texts.length), new Uint32Array(texts.length)];
  texts.forEach((text, i) => {
    const key = textKey(examples[firstRow[text] as number]?.text ?? '');
    [high[i], low[i]] = hashWords(`${purpose}\u0000${key}`);
  });
  return positionsByWord(high, (a, b) => (low[a] as number) - (low[b] as number) || a - b).map((i) => texts[i] as number);
}

/** 1 at each of `places` [length]. */
function marked(length: number, places: Uint32Array): Uint8Array {
  const marks = new Uint8Array(length);
  for (const place of places) marks[place] = 1;
  return marks;
}
