import type { Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import { dropRemedy, examplesOf, offered, theCounted, type Finding } from './report.ts';

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

/** Rows with one of these keys, ascending. @param keys one a row */
export function rowsOfKeys(keys: readonly string[], wanted: ReadonlySet<string>): Uint32Array {
  return Uint32Array.from(keys.flatMap((key, row) => (wanted.has(key) ? [row] : [])));
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
    rows: rowsOfKeys(keys, new Set(rows.map((row) => keys[row] ?? ''))),
    why: 'A text that occurs twice counts twice, in training and in every score. Copies are kept on one side of the split, and left out of training where the held-out domain has the text, so they do not leak; but they make scores look surer than they are.',
    examples: examplesOf(dataset, rows),
    ...offered(dropRemedy(dataset, rows, {
      label: `Drop ${theCounted(rows.length, 'repeat')}, keep the first of each`,
      done: `Dropped ${counted(rows.length, 'exact repeat')}.`,
      result: `without ${counted(rows.length, 'exact repeat')}`,
    })),
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
  // Of ties the label that comes first wins.
  const beaten = conflicts.flatMap((rows) => {
    const [winner] = leaders(rows.map(labelOf));
    return rows.filter((row) => labelOf(row) !== winner);
  });
  const first = undecided === conflicts.length ? 'Keep the label that comes first' : 'Keep the majority label, of ties the one that comes first';
  return {
    key: 'conflicts',
    severity: 'serious',
    title: `${texts} under more than one label`,
    count: conflicts.length,
    details: [`${counted(all.length, 'row')} in all.`],
    rows: Uint32Array.from(all).sort(),
    why: 'No classifier can get both right, so part of the loss and of the errors cannot be learned away. It tells how sure the labels are in the first place.',
    examples: examplesOf(dataset, conflicts.map((rows) => rows[0] as number), (row) => {
      const rows = conflicts.find(([first]) => first === row) ?? [];
      return `labels ${[...new Set(rows.map(labelOf))].map((label) => `“${label}”`).join(', ')}`;
    }),
    ...offered([
      ...dropRemedy(dataset, ascending(all), {
        label: `Drop all copies (${counted(all.length, 'row')})`,
        done: `Dropped all copies of ${texts} with conflicting labels.`,
        result: `without ${texts} of conflicting labels`,
      }),
      ...(undecided < conflicts.length
        ? dropRemedy(dataset, ascending(outvoted), {
            label: `Keep the majority label (drop ${counted(outvoted.length, 'row')})${ties}`,
            done: `Kept the majority label of ${texts}.`,
            result: `with the majority label of ${texts}`,
          })
        : []),
      ...(undecided > 0
        ? dropRemedy(dataset, ascending(beaten), {
            label: `${first} (drop ${counted(beaten.length, 'row')})`,
            done: undecided === conflicts.length ? `Kept the first label of ${texts}.` : `Kept the majority label of ${texts}, of ties the first.`,
            result: `with one label for ${texts}`,
          })
        : []),
    ]),
  };
}

/** The most frequent value; null when two share that place. */
function majority(values: readonly string[]): string | null {
  const [one, ...others] = leaders(values);
  return others.length === 0 ? (one ?? null) : null;
}

/** The most frequent values, in order of first appearance. */
function leaders(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const top = Math.max(...counts.values());
  return [...counts].filter(([, n]) => n === top).map(([value]) => value);
}

function ascending(rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => a - b);
}
