import { SINGLE_DOMAIN, type Dataset, type Example } from './examples.ts';
import { rowsTakenIn, type LeftOutRows, type TakeIn } from './left-out.ts';
import { withoutCues } from './quality/cues.ts';

/** Changes to a data set's rows, each a pure function: a data set in, a data set out, the first one untouched. */

/** Rows between two yields: under a millisecond where little is done for each. */
const ROWS_AT_ONCE = 500;

/** A data set whose id, the hash of its rows, is not known yet. */
export type DatasetDraft = Omit<Dataset, 'id'>;

export type DatasetEdit =
  /** Leaves these rows out. */
  | { readonly kind: 'drop'; readonly rows: Uint32Array }
  /** Puts the rows of these domains into one. */
  | { readonly kind: 'merge-domains'; readonly domains: readonly string[]; readonly into: string }
  /** Takes a word, a sign or all emoji, in the form that `cuesOf` gives, out of every text; texts of which nothing is left go. */
  | { readonly kind: 'remove-word'; readonly word: string }
  /** The same with several. Stored data sets name how they came about, so that the kind for one stays. */
  | { readonly kind: 'remove-words'; readonly words: readonly string[] }
  /** Puts rows that the import left out after the others. */
  | TakeIn;

/**
 * @param name of the result. @param leftOut what can be taken in; null for nothing. @returns the edited rows, in order. @yields often.
 * @throws RangeError when a row is not the data set's, rows to be taken in are not known, or no row would be left
 */
export function* applyEdit(dataset: Dataset, edit: DatasetEdit, name: string, leftOut: LeftOutRows | null = null): Generator<void, DatasetDraft> {
  const change = changeBy(dataset, edit);
  const examples: Example[] = [];
  for (const [row, example] of dataset.examples.entries()) {
    const changed = change(example, row);
    if (changed) examples.push(changed);
    if (row % ROWS_AT_ONCE === 0) yield;
  }
  if (edit.kind === 'take-in') {
    for (const example of rowsTakenIn(dataset, leftOut, edit)) if (examples.push(example) % ROWS_AT_ONCE === 0) yield;
  }
  if (examples.length === 0) throw new RangeError('No example would be left.');
  return yield* draftOf(name, examples);
}

/** What an edited data set is called: “shop”, “shop, edited”, “shop, edited 2”, … */
export function editedName(name: string): string {
  const [, base = name, suffix, times = '1'] = /^(.*?)(, edited(?: (\d+))?)?$/su.exec(name) as unknown as [string, string, string?, string?];
  return suffix === undefined ? `${base}, edited` : `${base}, edited ${Number(times) + 1}`;
}

/** A name for merged domains that no domain outside the merger has. */
export function mergedName(dataset: Dataset, domains: readonly string[]): string {
  const taken = new Set(dataset.domains.filter((domain) => !domains.includes(domain)));
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'small domains' : `small domains ${i}`;
    if (!taken.has(name)) return name;
  }
}

/** What becomes of a row; null when it is left out. */
function changeBy(dataset: Dataset, edit: DatasetEdit): (example: Example, row: number) => Example | null {
  switch (edit.kind) {
    case 'drop': {
      if (edit.rows.some((row) => row >= dataset.examples.length)) throw new RangeError(`The data set has ${dataset.examples.length} rows.`);
      const dropped = new Set(edit.rows);
      return (example, row) => (dropped.has(row) ? null : example);
    }
    case 'merge-domains': {
      const merged = new Set(edit.domains);
      return (example) => (merged.has(example.domain) ? { ...example, domain: edit.into } : example);
    }
    case 'remove-word':
    case 'remove-words':
      return (example) => {
        const text = withoutCues(example.text, edit.kind === 'remove-word' ? [edit.word] : edit.words);
        return text === example.text ? example : text === '' ? null : { ...example, text };
      };
    case 'take-in':
      return (example) => example;
  }
}

/** A data set of these rows, as an import would describe it: with one domain only, it has none. @yields often */
export function* draftOf(name: string, rows: readonly Example[]): Generator<void, DatasetDraft> {
  const [labels, domains, groups] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [row, { label, domain, group }] of rows.entries()) {
    labels.add(label);
    domains.add(domain);
    if (group !== undefined) groups.add(group);
    if (row % ROWS_AT_ONCE === 0) yield;
  }
  const hasDomains = domains.size > 1;
  const examples: Example[] = [];
  if (!hasDomains) {
    for (const [row, example] of rows.entries()) {
      examples.push(example.domain === SINGLE_DOMAIN ? example : { ...example, domain: SINGLE_DOMAIN });
      if (row % ROWS_AT_ONCE === 0) yield;
    }
  }
  return { name, examples: hasDomains ? rows : examples, labels: [...labels], domains: hasDomains ? [...domains] : [SINGLE_DOMAIN], groups: [...groups], hasDomains };
}
