import { SINGLE_DOMAIN, distinct, groupsOf, type Dataset, type Example } from './examples.ts';
import { withoutWord } from './quality/words-of.ts';

/** Changes to a data set's rows, each a pure function: a data set in, a data set out, the first one untouched. */

/** A data set whose id, the hash of its rows, is not known yet. */
export type DatasetDraft = Omit<Dataset, 'id'>;

export type DatasetEdit =
  /** Leaves these rows out. */
  | { readonly kind: 'drop'; readonly rows: Uint32Array }
  /** Puts the rows of these domains into one. */
  | { readonly kind: 'merge-domains'; readonly domains: readonly string[]; readonly into: string }
  /** Takes a word, in the form that `wordsOf` gives, out of every text; texts of which nothing is left go. */
  | { readonly kind: 'remove-word'; readonly word: string };

/** @returns the edited rows, in order. @throws RangeError when a row is not the data set's, or no row would be left */
export function applyEdit(dataset: Dataset, edit: DatasetEdit): DatasetDraft {
  const examples = edited(dataset, edit);
  if (examples.length === 0) throw new RangeError('No example would be left.');
  return draftOf(cleanedName(dataset.name), examples);
}

/** What a cleaned data set is called: “shop”, “shop, cleaned”, “shop, cleaned 2”, … */
export function cleanedName(name: string): string {
  return countedName(name, 'cleaned');
}

/** What an edited data set is called: “shop”, “shop, edited”, “shop, edited 2”, … */
export function editedName(name: string): string {
  return countedName(name, 'edited');
}

function countedName(name: string, what: 'cleaned' | 'edited'): string {
  const [, base = name, suffix, times = '1'] = new RegExp(`^(.*?)(, ${what}(?: (\\d+))?)?$`, 'su').exec(name) as unknown as [string, string, string?, string?];
  return suffix === undefined ? `${base}, ${what}` : `${base}, ${what} ${Number(times) + 1}`;
}

/** A name for merged domains that no domain outside the merger has. */
export function mergedName(dataset: Dataset, domains: readonly string[]): string {
  const taken = new Set(dataset.domains.filter((domain) => !domains.includes(domain)));
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'small domains' : `small domains ${i}`;
    if (!taken.has(name)) return name;
  }
}

function edited(dataset: Dataset, edit: DatasetEdit): readonly Example[] {
  const { examples } = dataset;
  switch (edit.kind) {
    case 'drop': {
      if (edit.rows.some((row) => row >= examples.length)) throw new RangeError(`The data set has ${examples.length} rows.`);
      const dropped = new Set(edit.rows);
      return examples.filter((_, row) => !dropped.has(row));
    }
    case 'merge-domains': {
      const merged = new Set(edit.domains);
      return examples.map((example) => (merged.has(example.domain) ? { ...example, domain: edit.into } : example));
    }
    case 'remove-word':
      return examples.flatMap((example) => {
        const text = withoutWord(example.text, edit.word);
        return text === example.text ? [example] : text === '' ? [] : [{ ...example, text }];
      });
  }
}

/** A data set of these rows, as an import would describe it: with one domain only, it has none. */
export function draftOf(name: string, rows: readonly Example[]): DatasetDraft {
  const hasDomains = distinct(rows.map(({ domain }) => domain)).length > 1;
  const examples = hasDomains ? rows : rows.map((example) => (example.domain === SINGLE_DOMAIN ? example : { ...example, domain: SINGLE_DOMAIN }));
  return {
    name,
    examples,
    labels: distinct(examples.map(({ label }) => label)),
    domains: distinct(examples.map(({ domain }) => domain)),
    groups: groupsOf(examples),
    hasDomains,
  };
}
