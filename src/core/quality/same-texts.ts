import type { Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import { dropRemedy, examplesOf, theCounted, type Finding } from './report.ts';

/** Rows by `textKey`, in order of first appearance. @param keys one a row */
export function rowsByKey(keys: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  keys.forEach((key, row) => {
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  });
  return rows;
}

/** Rows whose text and label an earlier row has. */
export function repeatedRows({ examples }: Dataset, keys: readonly string[]): number[] {
  const seen = new Set<string>();
  return examples.flatMap(({ label }, row) => {
    const identity = `${label}\u0000${keys[row] ?? ''}`;
    if (seen.has(identity)) return [row];
    seen.add(identity);
    return [];
  });
}

/** Equal texts under one label. */
export function repeatFinding(dataset: Dataset, keys: readonly string[]): Finding | null {
  const rows = repeatedRows(dataset, keys);
  if (rows.length === 0) return null;
  const domainsOfKey = new Map<string, Set<string>>();
  dataset.examples.forEach(({ domain }, row) => {
    const key = keys[row] ?? '';
    const known = domainsOfKey.get(key);
    if (known) known.add(domain);
    else domainsOfKey.set(key, new Set([domain]));
  });
  const shared = new Set(rows.map((row) => keys[row] ?? '').filter((key) => (domainsOfKey.get(key)?.size ?? 0) > 1)).size;
  return {
    key: 'repeats',
    severity: 'look',
    title: counted(rows.length, 'exact repeat'),
    count: rows.length,
    details: shared > 0 ? [`${counted(shared, 'text stands', 'texts stand')} in more than one domain.`] : [],
    why: 'A text that occurs twice counts twice, in training and in every score. Copies are kept on one side of the split, and left out of training where the held-out domain has the text, so they do not leak; but they make scores look surer than they are.',
    examples: examplesOf(dataset, rows),
    remedies: dropRemedy(dataset, rows, `Drop ${theCounted(rows.length, 'repeat')}, keep the first of each`, `Dropped ${counted(rows.length, 'exact repeat')}.`),
  };
}

/** Equal texts under several labels. */
export function conflictFinding(dataset: Dataset, keys: readonly string[]): Finding | null {
  const labelOf = (row: number): string => dataset.examples[row]?.label ?? '';
  const conflicts = [...rowsByKey(keys).values()].filter((rows) => new Set(rows.map(labelOf)).size > 1);
  if (conflicts.length === 0) return null;
  const all = conflicts.flat();
  const outvoted = conflicts.flatMap((rows) => {
    const winner = majority(rows.map(labelOf));
    return rows.filter((row) => labelOf(row) !== winner);
  });
  const texts = counted(conflicts.length, 'text');
  const undecided = conflicts.filter((rows) => majority(rows.map(labelOf)) === null).length;
  const ties = undecided > 0 ? `; where no label has the most votes (${counted(undecided, 'text')}), drop all copies` : '';
  return {
    key: 'conflicts',
    severity: 'serious',
    title: `${texts} under more than one label`,
    count: conflicts.length,
    details: [`${counted(all.length, 'row')} in all.`],
    why: 'No classifier can get both right, so part of the loss and of the errors cannot be learned away. It tells how sure the labels are in the first place.',
    examples: examplesOf(dataset, conflicts.map((rows) => rows[0] as number), (row) => {
      const rows = conflicts.find(([first]) => first === row) ?? [];
      return `labels ${[...new Set(rows.map(labelOf))].map((label) => `“${label}”`).join(', ')}`;
    }),
    remedies: [
      ...dropRemedy(dataset, ascending(all), `Drop all copies (${counted(all.length, 'row')})`, `Dropped all copies of ${texts} with conflicting labels.`),
      ...(undecided < conflicts.length
        ? dropRemedy(dataset, ascending(outvoted), `Keep the majority label (drop ${counted(outvoted.length, 'row')})${ties}`, `Kept the majority label of ${texts}.`)
        : []),
    ],
  };
}

/** The most frequent value; null when two share that place. */
function majority(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const top = Math.max(...counts.values());
  const leaders = [...counts].filter(([, n]) => n === top);
  return leaders.length === 1 ? (leaders[0]?.[0] ?? null) : null;
}

function ascending(rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => a - b);
}
