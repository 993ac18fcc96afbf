import { spread } from './bands.ts';
import type { Dataset } from './examples.ts';
import { scoreRows, type PartScore } from './metrics.ts';
import { accuracyPValue, meanAccuracy, meanAccuracyDifference, meanLossOf, share } from './seed-estimates.ts';
import { TELLING_ROWS, holm, type Estimate } from './statistics.ts';

/** Scores of parts of the rows, which an average over all of them hides. */

/** Level at which a slice is said to differ from the other rows, for all slices of a table together. */
const LEVEL = 0.05;

/** Rows that are scored in slices: of the held-out domain the watched half, never the sealed one. */
export type SlicedPart = 'validation' | 'heldOut';

/** What rows are told apart by. */
export type SliceBy = 'group' | 'label' | 'domain' | 'group and label';

/** Lists of rows, assigned to the same slices: `of[l][i]` is the index in `names` of the slice of list l's row i. */
export interface Slicing {
  readonly names: readonly string[];
  readonly of: readonly Uint32Array[];
}

/** The rows of a part that one head is scored on. */
export interface SlicedHead {
  /** [n, C] */
  readonly logits: Float32Array;
  /** [n], the classes that are scored against. */
  readonly classOf: ArrayLike<number>;
  /** [n], the index of each row's slice. */
  readonly of: Uint32Array;
}

/** A slice as the head of each seed scores it: means over the seeds, with intervals for other examples and other seeds (see seed-estimates.ts). */
export interface SliceRow {
  readonly name: string;
  readonly score: {
    /** Rows that a seed has of it, the fewest: in validation each seed has its own. */
    readonly n: number;
    /** And the most. */
    readonly mostN: number;
    /** Of them those that are predicted right, mean over the seeds. */
    readonly correct: number;
  };
  /** Null for a slice without rows. */
  readonly accuracy: Estimate | null;
  /** Nats; null for a slice without rows. */
  readonly loss: Estimate | null;
  /** Rows of the slice predicted as each class [C], mean over the seeds; they add up to a seed's rows of the slice. */
  readonly predicted: readonly number[];
  /** Whether it has, in each seed, the rows (TELLING_ROWS) for its accuracy to tell anything. */
  readonly isTelling: boolean;
  /**
   * How its accuracy is to that of all other rows, by `accuracyPValue` at the 5 % level after Holm's correction for all slices of the table, so that
   * the worst of many is not called worse for being picked. Null where it or the other rows are fewer than TELLING_ROWS in a seed.
   */
  readonly againstRest: 'worse' | 'better' | 'unclear' | null;
}

export interface SliceTable {
  /** Heads that were scored. */
  readonly seeds: number;
  readonly slices: readonly SliceRow[];
  /**
   * Highest minus lowest accuracy of the telling slices; null with fewer than two. The two are picked from the same rows for being
   * the extremes, so that with many slices the difference is likely to be too large.
   */
  readonly gap: (Estimate & { readonly best: number; readonly worst: number }) | null;
}

/** How a data set's rows can be sliced. */
export function sliceChoices({ groups, hasDomains }: Dataset): readonly SliceBy[] {
  return [...(groups.length > 0 ? (['group'] as const) : []), 'label', ...(hasDomains ? (['domain'] as const) : []), ...(groups.length > 0 ? (['group and label'] as const) : [])];
}

/**
 * The slices that rows fall into, in the data set's order; those that have no row among them are left out.
 * @param lists of rows, one a seed @throws RangeError for a row that the data set lacks, or without a group when sliced by group
 */
export function slicing(dataset: Dataset, lists: readonly Uint32Array[], by: SliceBy): Slicing {
  const orders = new Map<string, number>();
  const namesOf = lists.map((rows) =>
    Array.from(rows, (row) => {
      const { name, order } = keyOf(dataset, row, by);
      orders.set(name, order);
      return name;
    }),
  );
  const names = [...orders].sort((a, b) => a[1] - b[1]).map(([name]) => name);
  const index = new Map(names.map((name, i) => [name, i]));
  return { names, of: namesOf.map((own) => Uint32Array.from(own, (name) => index.get(name) as number)) };
}

function keyOf({ examples, groups, labels, domains }: Dataset, row: number, by: SliceBy): { readonly name: string; readonly order: number } {
  const example = examples[row];
  if (!example) throw new RangeError(`There is no row ${row}.`);
  const { label, domain, group } = example;
  if (by === 'label') return { name: label, order: labels.indexOf(label) };
  if (by === 'domain') return { name: domain, order: domains.indexOf(domain) };
  if (group === undefined) throw new RangeError(`Row ${row} has no group.`);
  if (by === 'group') return { name: group, order: groups.indexOf(group) };
  return { name: `${group} · ${label}`, order: groups.indexOf(group) * labels.length + labels.indexOf(label) };
}

/**
 * Scores each slice by the head of each seed, and compares them.
 * @param heads one a seed @throws RangeError when the sizes do not fit
 */
export function sliceTable(heads: readonly SlicedHead[], classes: number, names: readonly string[]): SliceTable {
  const ofHeads = heads.map((head) => scoredSlices(head, classes, names.length));
  const ofSlices = names.map((_, s) => ofHeads.map((slices) => slices[s] as ScoredSlice));
  const verdicts = againstRest(ofSlices.map((ofSlice) => ofSlice.map(({ score }) => score)));
  const slices = ofSlices.map((ofSlice, s): SliceRow => {
    const scores = ofSlice.map(({ score }) => score);
    const n = fewest(scores);
    return {
      name: names[s] as string,
      score: { n, mostN: Math.max(...scores.map((score) => score.n)), correct: mean(scores.map(({ correct }) => correct)) },
      accuracy: meanAccuracy(scores),
      loss: meanLossOf(scores),
      predicted: Array.from({ length: classes }, (_, c) => mean(ofSlice.map(({ predicted }) => predicted[c] as number))),
      isTelling: n >= TELLING_ROWS,
      againstRest: verdicts[s] ?? null,
    };
  });
  return { seeds: heads.length, slices, gap: gapOf(slices, ofSlices.map((ofSlice) => ofSlice.map(({ score }) => score))) };
}

interface ScoredSlice {
  readonly score: PartScore;
  /** Rows predicted as each class [C]. */
  readonly predicted: readonly number[];
}

/** Each slice as one head scores it. */
function scoredSlices({ logits, classOf, of }: SlicedHead, classes: number, slices: number): ScoredSlice[] {
  if (of.length !== classOf.length || logits.length !== of.length * classes) throw new RangeError('Logits, classes and slices are not of the same rows.');
  const rowsOf = Array.from({ length: slices }, (): number[] => []);
  of.forEach((slice, row) => rowsOf[slice]?.push(row));
  return rowsOf.map((rows) => {
    const own = new Float32Array(rows.length * classes);
    rows.forEach((row, i) => own.set(logits.subarray(row * classes, (row + 1) * classes), i * classes));
    return { score: scoreRows(own, classes, rows.map((row) => classOf[row] as number), 0, rows.length), predicted: predictions(own, classes) };
  });
}

/** Each slice's accuracy against that of all others together. @param scores of each slice, one a seed */
function againstRest(scores: readonly (readonly PartScore[])[]): SliceRow['againstRest'][] {
  const all = (scores[0] ?? []).map((_, seed) => ({ n: sum(scores, seed, 'n'), correct: sum(scores, seed, 'correct') }));
  const pairs = scores.map((own) => ({ own, rest: all.map(({ n, correct }, seed) => ({ n: n - (own[seed]?.n ?? 0), correct: correct - (own[seed]?.correct ?? 0) })) }));
  const compared = pairs.filter(({ own, rest }) => fewest(own) >= TELLING_ROWS && fewest(rest) >= TELLING_ROWS);
  const pValues = compared.map(({ own, rest }) => accuracyPValue(own, rest));
  // Each of two slices is the other's rest: that is one comparison.
  const adjusted = scores.length === 2 ? pValues : holm(pValues);
  return pairs.map((pair) => {
    const place = compared.indexOf(pair);
    if (place < 0) return null;
    if ((adjusted[place] as number) >= LEVEL) return 'unclear';
    return mean(pair.own.map(share)) < mean(pair.rest.map(share)) ? 'worse' : 'better';
  });
}

function sum(scores: readonly (readonly PartScore[])[], seed: number, field: 'n' | 'correct'): number {
  return scores.reduce((total, ofSlice) => total + (ofSlice[seed]?.[field] ?? 0), 0);
}

function fewest(scores: readonly Pick<PartScore, 'n'>[]): number {
  return Math.min(...scores.map(({ n }) => n));
}

function mean(values: readonly number[]): number {
  return spread(values).mean;
}

/** @param scores of each slice, one a seed */
function gapOf(slices: readonly SliceRow[], scores: readonly (readonly PartScore[])[]): SliceTable['gap'] {
  const ranked = slices.flatMap(({ isTelling, accuracy }, index) => (isTelling && accuracy ? [{ index, accuracy: accuracy.value }] : [])).sort((a, b) => a.accuracy - b.accuracy);
  const [lowest] = ranked;
  const highest = ranked.at(-1);
  if (!lowest || !highest || lowest === highest) return null;
  return { ...meanAccuracyDifference(scores[highest.index] ?? [], scores[lowest.index] ?? []), best: highest.index, worst: lowest.index };
}

/** Rows of logits [n, C] whose highest logit is each class's; a tie goes to the lower class, as in the scores. */
function predictions(logits: Float32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const best = row.indexOf(Math.max(...row));
    counts[best] = (counts[best] ?? 0) + 1;
  }
  return counts;
}
