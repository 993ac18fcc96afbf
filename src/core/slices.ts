import type { Dataset } from './examples.ts';
import { scoreRows, type PartScore } from './metrics.ts';
import { TELLING_ROWS, accuracyDifference, fisherExact, holm, meanLoss, wilson, type Estimate } from './statistics.ts';

/** Scores of parts of the rows, which an average over all of them hides. */

/** Level at which a slice is said to differ from the other rows, for all slices of a table together. */
const LEVEL = 0.05;

/** Rows that are scored in slices: of the held-out domain the watched half, never the sealed one. */
export type SlicedPart = 'validation' | 'heldOut';

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
  /**
   * How its accuracy is to that of all other rows: Fisher's exact test at the 5 % level after Holm's correction for all slices of the table, so that
   * the worst of many is not called worse for being picked. Null where it or the other rows are fewer than TELLING_ROWS.
   */
  readonly againstRest: 'worse' | 'better' | 'unclear' | null;
}

export interface SliceTable {
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
 * Scores each slice of n rows by one head, and compares them.
 * @param logits [n, C] @param classOf [n], the classes that are scored against @throws RangeError when the sizes do not fit
 */
export function sliceTable(logits: Float32Array, classes: number, classOf: ArrayLike<number>, { names, of }: Slicing): SliceTable {
  if (of.length !== classOf.length || logits.length !== of.length * classes) throw new RangeError('Logits, classes and slices are not of the same rows.');
  const rowsOf = names.map((): number[] => []);
  of.forEach((slice, row) => rowsOf[slice]?.push(row));
  const scored = rowsOf.map((rows) => {
    const own = new Float32Array(rows.length * classes);
    rows.forEach((row, i) => own.set(logits.subarray(row * classes, (row + 1) * classes), i * classes));
    return { score: scoreRows(own, classes, rows.map((row) => classOf[row] as number), 0, rows.length), predicted: predictions(own, classes) };
  });
  const verdicts = againstRest(scored.map(({ score }) => score));
  const slices = scored.map(({ score, predicted }, s): SliceRow => {
    const { n, correct } = score;
    return {
      name: names[s] as string,
      score,
      accuracy: n === 0 ? null : { value: correct / n, ...wilson(correct, n) },
      loss: n === 0 ? null : meanLoss(score),
      predicted,
      isTelling: n >= TELLING_ROWS,
      againstRest: verdicts[s] ?? null,
    };
  });
  return { slices, gap: gapOf(slices) };
}

/** Each slice's accuracy against that of all others together. */
function againstRest(scores: readonly PartScore[]): SliceRow['againstRest'][] {
  const all = { n: sum(scores, 'n'), correct: sum(scores, 'correct') };
  const pairs = scores.map((own) => ({ own, rest: { n: all.n - own.n, correct: all.correct - own.correct } }));
  const compared = pairs.filter(({ own, rest }) => own.n >= TELLING_ROWS && rest.n >= TELLING_ROWS);
  const pValues = compared.map(({ own, rest }) => fisherExact(own, rest));
  // Each of two slices is the other's rest: that is one comparison.
  const adjusted = scores.length === 2 ? pValues : holm(pValues);
  return pairs.map((pair) => {
    const place = compared.indexOf(pair);
    if (place < 0) return null;
    if ((adjusted[place] as number) >= LEVEL) return 'unclear';
    return pair.own.correct / pair.own.n < pair.rest.correct / pair.rest.n ? 'worse' : 'better';
  });
}

function sum(scores: readonly PartScore[], field: 'n' | 'correct'): number {
  return scores.reduce((total, score) => total + score[field], 0);
}

function gapOf(slices: readonly SliceRow[]): SliceTable['gap'] {
  const ranked = slices.flatMap(({ isTelling, accuracy, score }, index) => (isTelling && accuracy ? [{ index, accuracy: accuracy.value, score }] : [])).sort((a, b) => a.accuracy - b.accuracy);
  const [lowest] = ranked;
  const highest = ranked.at(-1);
  return lowest && highest && lowest !== highest ? { ...accuracyDifference(highest.score, lowest.score), best: highest.index, worst: lowest.index } : null;
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
