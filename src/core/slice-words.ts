import { percent, percentRange } from './format.ts';
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

/** What a slice's rows are taken for, the most frequent first: “praise 12, complaint 3”. @param labels [C] */
export function predictedInWords({ predicted }: SliceRow, labels: readonly string[]): string {
  const ranked = predicted.map((rows, label) => ({ rows, label: labels[label] ?? '' })).filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
  const others = ranked.slice(PREDICTIONS_SHOWN).reduce((sum, { rows }) => sum + rows, 0);
  return [...ranked.slice(0, PREDICTIONS_SHOWN).map(({ label, rows }) => `${label} ${rows}`), ...(others > 0 ? [`others ${others}`] : [])].join(', ');
}

/** What the table tells, in sentences: which slices are worse than the rest, and how far the extremes are apart. */
export function sliceFindings({ slices, gap }: SliceTable): string[] {
  const compared = slices.filter(({ againstRest }) => againstRest !== null);
  if (compared.length === 0) return [`No part and the rest of the rows have ${TELLING_ROWS} examples each: too few to compare.`];
  const worse = slices.filter(({ againstRest }) => againstRest === 'worse').map(({ name }) => `“${name}”`);
  const first =
    worse.length > 0
      ? `The head is right less often on ${inWords(worse)} than on the other rows.`
      : 'On no part is the head shown to be right less often than on the other rows: that is not to say that it is fair to all.';
  const [best, worst] = gap ? [slices[gap.best], slices[gap.worst]] : [];
  if (!gap || !best?.accuracy || !worst?.accuracy) return [first];
  const ends = `${percent(best.accuracy.value)} on “${best.name}” and ${percent(worst.accuracy.value)} on “${worst.name}”`;
  const distance = `${(100 * gap.value).toFixed(1)} points (${signed(100 * gap.low, 1)} to ${signed(100 * gap.high, 1)})`;
  return [first, `From best to worst: ${ends}, ${distance} apart. They were picked from these very rows for being the extremes, so that the distance is likely too large.`];
}

/** A slice's accuracy with its interval, or a dash. */
export function accuracyInWords({ accuracy }: SliceRow): string {
  return accuracy ? `${percent(accuracy.value)} (${percentRange(accuracy)})` : '–';
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
