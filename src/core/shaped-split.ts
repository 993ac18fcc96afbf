import type { Dataset } from './examples.ts';
import { pow } from './exact-math.ts';
import { indexedRows, type IndexedRows } from './indexed-rows.ts';
import { positionsByWord } from './order-by-word.ts';
import { RandomStream, STREAM } from './rng.ts';
import { checkShape, type ShapeValues } from './shape.ts';
import { classesOfRows, splitsOfSeeds, type Split } from './splits.ts';
import { grouped } from './strata.ts';

/** What a shape did to one seed's split, in rows. */
export interface ShapeEffect {
  /** Training rows that are left. */
  readonly trained: number;
  /** Training rows that are not trained on. */
  readonly leftOut: number;
  /** Rows of the largest class in a training domain, before any was left out. */
  readonly largestCell: number;
  /** Training rows of each class by the data's own labels, aligned with `labels`. */
  readonly byClass: readonly number[];
  /** Training rows whose label was replaced. */
  readonly wrongInTraining: number;
  readonly wrongInValidation: number;
}

/** A split whose training rows are fewer, and whose labels may be wrong; the held-out rows are those of the plain split. */
export interface ShapedSplit extends Split {
  /** This seed's own class of each row [N], an index into `labels`; null where it is the data's. */
  readonly classOf: Uint32Array | null;
  readonly effect: ShapeEffect;
}

/** Splits of several seeds, shaped. @throws RangeError on an impossible shape, and as `splitDataset` does */
export function shapedSplits(dataset: Dataset, heldOutDomain: string, seeds: readonly number[], shape: ShapeValues): readonly ShapedSplit[] {
  checkShape(shape);
  return splitsOfSeeds(dataset, heldOutDomain, seeds, shape.validationShare).map((split, i) => shapedSplit(dataset, split, shape, seeds[i] as number));
}

/**
 * One split, shaped: a function of the texts, the shape and the seed.
 *
 * A cell is one class in one training domain; n rows are in it. With class i of C and domain d of D, both in the data set's order, there stay
 *   max(1, round(min(n, examplesPerClass)·10^(−classImbalance·i/(C−1))·10^(−domainImbalance·d/(D−1))))
 * rows (factors are 1 where C or D is 1): the exponential profile of "long-tailed" data, n·μⁱ, of Cui, Jia, Lin, Song & Belongie,
 * "Class-balanced loss based on effective number of samples" (CVPR 2019), section 5.1; all classes full, the first is to the last as
 * 10^classImbalance to 1. Which rows stay is decided by an order of the cell's texts that depends on the seed alone, copies of a text side by side:
 * fewer rows are a subset of more.
 *
 * Each row's label is replaced with probability `labelNoise` by one of the other classes, all alike (symmetric noise; for two classes that of Angluin
 * & Laird, "Learning from noisy examples", 1988). Rows wrong at a lower rate are wrong, in the same way, at a higher one, and so are copies of a text.
 * Validation rows are drawn likewise if asked for, held-out rows never.
 */
function shapedSplit(dataset: Dataset, split: Split, shape: ShapeValues, seed: number): ShapedSplit {
  const own = classesOfRows(dataset, split.labels);
  const cells = cellsOf(dataset, split, own);
  const isLeftOut = leftOutRows(dataset, cells, shape, seed);
  const train = isLeftOut ? split.train.map((rows) => rows.filter((row) => isLeftOut[row] === 0)) : split.train;
  const noisy = shape.noiseInValidation ? [...train, split.validation] : train;
  const classOf = shape.labelNoise === 0 ? null : withNoise(own, split.labels.length, noisy, shape.labelNoise, seed, indexedRows(dataset.examples));
  const byClass = new Array<number>(split.labels.length).fill(0);
  for (const rows of train) for (const row of rows) byClass[own[row] as number] = (byClass[own[row] as number] as number) + 1;
  const wrongIn = (rows: Uint32Array): number => (classOf ? rows.reduce((sum, row) => sum + Number(classOf[row] !== own[row]), 0) : 0);
  const effect = {
    trained: sizeOf(train),
    leftOut: sizeOf(split.train) - sizeOf(train),
    largestCell: Math.max(0, ...cells.map(({ rows }) => rows.length)),
    byClass,
    wrongInTraining: train.reduce((sum, rows) => sum + wrongIn(rows), 0),
    wrongInValidation: wrongIn(split.validation),
  };
  return { ...split, train, classOf, effect };
}

interface Cell {
  readonly rows: Uint32Array;
  /** Share of its rows' limit that stays, at class imbalance a and domain imbalance b: 10^(−a·classSlope − b·domainSlope). */
  readonly classSlope: number;
  readonly domainSlope: number;
}

function cellsOf(dataset: Dataset, { train, trainDomains, labels }: Split, classOf: Uint32Array): readonly Cell[] {
  // The split's own order of domains may differ from seed to seed.
  const domains = dataset.domains.filter((domain) => trainDomains.includes(domain));
  return train.flatMap((part, d) => {
    const domainSlope = slope(domains.indexOf(trainDomains[d] as string), domains.length);
    const cells = grouped(part, classOf, labels.length).map((rows, own) => ({ rows, classSlope: slope(own, labels.length), domainSlope }));
    return cells.filter(({ rows }) => rows.length > 0);
  });
}

function slope(index: number, count: number): number {
  return count < 2 ? 0 : index / (count - 1);
}

/** 1 for each training row that goes [N]; null when all stay. */
function leftOutRows(dataset: Dataset, cells: readonly Cell[], { examplesPerClass, classImbalance, domainImbalance }: ShapeValues, seed: number): Uint8Array | null {
  if (examplesPerClass === null && classImbalance === 0 && domainImbalance === 0) return null;
  const random = new RandomStream(seed, STREAM.trainingSubset);
  const isLeftOut = new Uint8Array(dataset.examples.length);
  for (const { rows, classSlope, domainSlope } of cells) {
    const limit = Math.min(rows.length, examplesPerClass ?? Infinity);
    const count = Math.max(1, Math.round(limit * pow(10, -classImbalance * classSlope) * pow(10, -domainImbalance * domainSlope)));
    if (count >= rows.length) continue;
    for (const row of inOrderOfText(dataset, rows, random).subarray(count)) isLeftOut[row] = 1;
  }
  return isLeftOut;
}

/** Rows in the order of the random words of their texts; the order of rows in the file decides only between rows of one text. */
function inOrderOfText({ examples }: Dataset, rows: Uint32Array, random: RandomStream): Uint32Array {
  const { textOf, words } = indexedRows(examples);
  const drawn = rows.map((row) => random.bits(words[2 * (textOf[row] as number)] as number, words[2 * (textOf[row] as number) + 1] as number));
  const textAt = (i: number): string => examples[rows[i] as number]?.text ?? '';
  const compare = (a: number, b: number): number => (textAt(a) < textAt(b) ? -1 : textAt(a) > textAt(b) ? 1 : a - b);
  return positionsByWord(drawn, compare).map((i) => rows[i] as number);
}

function withNoise(own: Uint32Array, classes: number, parts: readonly Uint32Array[], noise: number, seed: number, { textOf, words }: IndexedRows): Uint32Array {
  const whether = new RandomStream(seed, STREAM.labelNoise);
  const which = new RandomStream(seed, STREAM.labelNoise, 1);
  const classOf = own.slice();
  for (const rows of parts) {
    for (const row of rows) {
      const at = 2 * (textOf[row] as number);
      const [first, second] = [words[at] as number, words[at + 1] as number];
      if (whether.uniform(first, second) >= noise) continue;
      const ahead = 1 + Math.floor(which.uniform(first, second) * (classes - 1));
      classOf[row] = ((own[row] as number) + ahead) % classes;
    }
  }
  return classOf;
}

function sizeOf(parts: readonly Uint32Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
