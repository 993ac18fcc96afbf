import { textKey, type Dataset } from './examples.ts';
import { pow } from './exact-math.ts';
import { hashWords } from './hash.ts';
import { RandomStream, STREAM } from './rng.ts';
import { checkShape, type ShapeValues } from './shape.ts';
import { classesOfRows, splitsOfSeeds, type Split } from './splits.ts';

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

/** A row's text as the random streams take it: see `hashWords`. */
type WordsOf = (row: number) => readonly [number, number];

/** Splits of several seeds, shaped. @throws RangeError on an impossible shape, and as `splitDataset` does */
export function shapedSplits(dataset: Dataset, heldOutDomain: string, seeds: readonly number[], shape: ShapeValues): readonly ShapedSplit[] {
  checkShape(shape);
  const wordsOf = textWords(dataset);
  return splitsOfSeeds(dataset, heldOutDomain, seeds, shape.validationShare).map((split, i) => shapedSplit(dataset, split, shape, seeds[i] as number, wordsOf));
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
export function shapedSplit(dataset: Dataset, split: Split, shape: ShapeValues, seed: number, wordsOf: WordsOf = textWords(dataset)): ShapedSplit {
  const own = classesOfRows(dataset, split.labels);
  const cells = cellsOf(dataset, split, own);
  const kept = keptRows(dataset, cells, shape, seed, wordsOf);
  const train = split.train.map((rows) => (kept ? rows.filter((row) => kept.has(row)) : rows));
  const classOf = shape.labelNoise === 0 ? null : withNoise(own, split.labels.length, shape.noiseInValidation ? [...train, split.validation] : train, shape.labelNoise, seed, wordsOf);

  const byClass = new Array<number>(split.labels.length).fill(0);
  for (const rows of train) for (const row of rows) byClass[own[row] as number] = (byClass[own[row] as number] ?? 0) + 1;
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
  readonly rows: readonly number[];
  /** Share of its rows' limit that stays, at class imbalance a and domain imbalance b: 10^(−a·classSlope − b·domainSlope). */
  readonly classSlope: number;
  readonly domainSlope: number;
}

function cellsOf(dataset: Dataset, split: Split, classOf: Uint32Array): readonly Cell[] {
  // The split's own order of domains may differ from seed to seed.
  const domains = dataset.domains.filter((domain) => split.trainDomains.includes(domain));
  return split.train.flatMap((rows, d) => {
    const byClass = new Map<number, number[]>();
    for (const row of rows) {
      const own = classOf[row] as number;
      const cell = byClass.get(own);
      if (cell) cell.push(row);
      else byClass.set(own, [row]);
    }
    const domainSlope = slope(domains.indexOf(split.trainDomains[d] as string), domains.length);
    return [...byClass].map(([own, cell]) => ({ rows: cell, classSlope: slope(own, split.labels.length), domainSlope }));
  });
}

function slope(index: number, count: number): number {
  return count < 2 ? 0 : index / (count - 1);
}

/** Null when all stay. */
function keptRows(dataset: Dataset, cells: readonly Cell[], { examplesPerClass, classImbalance, domainImbalance }: ShapeValues, seed: number, wordsOf: WordsOf): ReadonlySet<number> | null {
  if (examplesPerClass === null && classImbalance === 0 && domainImbalance === 0) return null;
  const random = new RandomStream(seed, STREAM.trainingSubset);
  const kept = new Set<number>();
  for (const { rows, classSlope, domainSlope } of cells) {
    const limit = Math.min(rows.length, examplesPerClass ?? Infinity);
    const count = Math.max(1, Math.round(limit * pow(10, -classImbalance * classSlope) * pow(10, -domainImbalance * domainSlope)));
    if (count >= rows.length) rows.forEach((row) => kept.add(row));
    else inOrderOfText(dataset, rows, (row) => random.bits(...wordsOf(row))).slice(0, count).forEach((row) => kept.add(row));
  }
  return kept;
}

/** Rows in the order of the random words of their texts; the order of rows in the file decides only between rows of one text. */
function inOrderOfText({ examples }: Dataset, rows: readonly number[], wordOf: (row: number) => number): number[] {
  const placed = rows.map((row) => ({ row, word: wordOf(row), text: examples[row]?.text ?? '' }));
  return placed.sort((a, b) => a.word - b.word || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.row - b.row)).map(({ row }) => row);
}

function withNoise(own: Uint32Array, classes: number, parts: readonly Uint32Array[], noise: number, seed: number, wordsOf: WordsOf): Uint32Array {
  const whether = new RandomStream(seed, STREAM.labelNoise);
  const which = new RandomStream(seed, STREAM.labelNoise, 1);
  const classOf = own.slice();
  for (const rows of parts) {
    for (const row of rows) {
      const words = wordsOf(row);
      if (whether.uniform(...words) >= noise) continue;
      const ahead = 1 + Math.floor(which.uniform(...words) * (classes - 1));
      classOf[row] = ((own[row] as number) + ahead) % classes;
    }
  }
  return classOf;
}

function sizeOf(parts: readonly Uint32Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Each text is hashed when it is first asked for, and then known for all seeds. */
function textWords({ examples }: Dataset): WordsOf {
  const known = new Map<number, readonly [number, number]>();
  return (row) => {
    const words = known.get(row) ?? hashWords(textKey(examples[row]?.text ?? ''));
    known.set(row, words);
    return words;
  };
}
