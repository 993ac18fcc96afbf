import { count, percent, percentRange } from './format.ts';
import { signed } from './gaps.ts';
import type { SliceBy, SliceRow, SliceTable } from './slices.ts';
import { TELLING_ROWS } from './statistics.ts';

export const SLICE_BY_WORDS: Readonly<Record<SliceBy, string>> = { group: 'Group', label: 'Label', domain: 'Domain', 'group and label': 'Group and label' };

/** Labels that predictions are counted for, at most, in a row's words. */
const PREDICTIONS_SHOWN = 3;

const AGAINST_REST = { worse: 'worse', better: 'better', unclear: 'no difference shown' } as const;

/** How a slice is to the other rows. */
export function againstRestInWords({ isTelling, againstRest }: SliceRow): string {
  if (againstRest) return AGAINST_REST[againstRest];
  return isTelling ? 'too few others to compare with' : 'too few examples to tell';
}

/** What a slice's rows are taken for, the most frequent first: “praise 12, complaint 3”; of several seeds the mean. @param labels [C] */
export function predictedInWords({ predicted }: SliceRow, labels: readonly string[]): string {
  const ranked = predicted.map((rows, label) => ({ rows, label: labels[label] ?? '' })).filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
  const others = ranked.slice(PREDICTIONS_SHOWN).reduce((sum, { rows }) => sum + rows, 0);
  return [...ranked.slice(0, PREDICTIONS_SHOWN).map(({ label, rows }) => `${label} ${meanCount(rows)}`), ...(others > 0 ? [`others ${meanCount(others)}`] : [])].join(', ');
}

/** A slice's rows; “31–36” where seeds have their own, and not as many. */
export function rowsInWords({ score: { n, mostN } }: SliceRow): string {
  return n === mostN ? count(n) : `${count(n)}–${count(mostN)}`;
}

/** What the table tells, in sentences: which slices are worse than the rest, and how far the extremes are apart. */
export function sliceFindings({ seeds, slices, gap }: SliceTable): string[] {
  const compared = slices.filter(({ againstRest }) => againstRest !== null);
  if (compared.length === 0) return [`No part and the rest of the rows have ${TELLING_ROWS} examples each${seeds > 1 ? ' in every seed' : ''}: too few to compare.`];
  const worse = slices.filter(({ againstRest }) => againstRest === 'worse').map(({ name }) => `“${name}”`);
  const [heads, headsAre, are, they] = seeds > 1 ? [`${seeds} heads`, `The ${seeds} heads are on average`, 'are', 'they are'] : ['head', 'The head is', 'is', 'it is'];
  const first =
    worse.length > 0
      ? `${headsAre} right less often on ${inWords(worse)} than on the other rows.`
      : `On no part ${are} the ${heads} shown to be right less often than on the other rows: that is not to say that ${they} fair to all.`;
  const [best, worst] = gap ? [slices[gap.best], slices[gap.worst]] : [];
  if (!gap || gap.value === 0 || !best?.accuracy || !worst?.accuracy) return [first];
  const ends = `${percent(best.accuracy.value)} on “${best.name}” and ${percent(worst.accuracy.value)} on “${worst.name}”`;
  const distance = `${(100 * gap.value).toFixed(1)} points (${signed(100 * gap.low, 1)} to ${signed(100 * gap.high, 1)})`;
  return [first, `From best to worst: ${ends}, ${distance} apart. They were picked from these very rows for being the extremes, so that the distance is likely too large.`];
}

/** A slice's accuracy with its interval, or a dash. */
export function accuracyInWords({ accuracy }: SliceRow): string {
  return accuracy ? `${percent(accuracy.value)} (${percentRange(accuracy)})` : '–';
}

/** What the numbers of a table are, and how its parts were judged. */
export function sliceMethod({ seeds }: SliceTable): string {
  const judged = `against all other rows, at the 5\u00A0% level for all parts together (Holm); parts of fewer than ${TELLING_ROWS} examples are not judged.`;
  if (seeds === 1) return `95\u00A0% intervals over examples. “Worse” and “better” by Fisher’s exact test ${judged}`;
  return `Means over ${seeds} seeds, n for each; 95\u00A0% intervals are for other examples and other seeds. “Worse” and “better” by Student’s t with the variance of both, ${judged}`;
}

function meanCount(rows: number): string {
  return Number.isInteger(rows) ? count(rows) : rows.toFixed(1);
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
