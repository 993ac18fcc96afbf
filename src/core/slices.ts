import type { Dataset } from './examples.ts';
import { verdict } from './gaps.ts';
import { scoreRows, type PartScore } from './metrics.ts';
import { TELLING_ROWS } from './quality/small-parts.ts';
import { accuracyDifference, meanLoss, wilson, type Estimate } from './statistics.ts';

/** Scores of parts of the rows, which an average over all of them hides. */

/** What rows are told apart by. */
export type SliceBy = 'group' | 'label' | 'domain' | 'group and label';

/** Rows assigned to slices: `of[i]` is the index in `names` of row i's slice. */
export interface Slicing {
  readonly names: readonly string[];
  readonly of: Uint32Array;
}

export interface SliceRow {
  readonly name: string;
  readonly score: PartScore;
  /** With Wilson's interval; null for a slice without rows. */
  readonly accuracy: Estimate | null;
  /** Nats, with Student's interval; null for a slice without rows. */
  readonly loss: Estimate | null;
  /** Rows of the slice predicted as each class [C]; they add up to the slice's rows. */
  readonly predicted: readonly number[];
  /** Whether it has the rows (TELLING_ROWS) for its accuracy to tell anything. */
  readonly isTelling: boolean;
}

export interface SliceTable {
  readonly slices: readonly SliceRow[];
  /** Index of the telling slice with the lowest accuracy, where that is below the accuracy of all other rows; null where it cannot be told. */
  readonly worst: number | null;
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
 * The slices that `rows` fall into, in the data set's order; those that have no row among them are left out.
 * @throws RangeError for a row that the data set lacks, or without a group when sliced by group
 */
export function slicing(dataset: Dataset, rows: Uint32Array, by: SliceBy): Slicing {
  const keys = Array.from(rows, (row) => keyOf(dataset, row, by));
  const present = new Map(keys.map(({ name, order }) => [name, order]));
  const names = [...present].sort((a, b) => a[1] - b[1]).map(([name]) => name);
  const index = new Map(names.map((name, i) => [name, i]));
  return { names, of: Uint32Array.from(keys, ({ name }) => index.get(name) as number) };
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
 * Scores each slice of n rows by one head, and compares them by the rule of the page's gaps: a 95 % interval that excludes zero,
 * and TELLING_ROWS on both sides.
 * @param logits [n, C] @param classOf [n], the classes that are scored against @throws RangeError when the sizes do not fit
 */
export function sliceTable(logits: Float32Array, classes: number, classOf: ArrayLike<number>, { names, of }: Slicing): SliceTable {
  if (of.length !== classOf.length || logits.length !== of.length * classes) throw new RangeError('Logits, classes and slices are not of the same rows.');
  const scored = (belongs: (slice: number) => boolean): { score: PartScore; own: Float32Array } => {
    const rows = [...of.keys()].filter((row) => belongs(of[row] as number));
    const own = new Float32Array(rows.length * classes);
    rows.forEach((row, i) => own.set(logits.subarray(row * classes, (row + 1) * classes), i * classes));
    return { score: scoreRows(own, classes, rows.map((row) => classOf[row] as number), 0, rows.length), own };
  };
  const slices = names.map((name, s): SliceRow => {
    const { score, own } = scored((slice) => slice === s);
    const { n, correct } = score;
    return {
      name,
      score,
      accuracy: n === 0 ? null : { value: correct / n, ...wilson(correct, n) },
      loss: n === 0 ? null : meanLoss(score),
      predicted: predictions(own, classes),
      isTelling: n >= TELLING_ROWS,
    };
  });
  const ranked = slices.flatMap(({ isTelling, accuracy }, index) => (isTelling && accuracy ? [{ index, accuracy: accuracy.value }] : [])).sort((a, b) => a.accuracy - b.accuracy);
  const lowest = ranked[0]?.index;
  const highest = ranked.at(-1)?.index;
  if (lowest === undefined || highest === undefined) return { slices, worst: null, gap: null };
  const scoreOf = (index: number): PartScore => (slices[index] as SliceRow).score;
  const rest = scored((slice) => slice !== lowest).score;
  const isWorse = rest.n >= TELLING_ROWS && verdict(accuracyDifference(rest, scoreOf(lowest))) === 'worse';
  return {
    slices,
    worst: isWorse ? lowest : null,
    gap: ranked.length < 2 ? null : { ...accuracyDifference(scoreOf(highest), scoreOf(lowest)), best: highest, worst: lowest },
  };
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
