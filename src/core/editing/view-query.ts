import type { Example } from '../examples.ts';
import { markOf } from './changes.ts';

export const SORT_KEYS = ['row', 'text', 'length', 'label', 'domain', 'group'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Rows chosen outside the editor. */
export interface ChosenRows {
  readonly rows: Uint32Array;
  /** What they are: “12 exact repeats”. */
  readonly title: string;
}

/** Which rows are shown, and in which order. */
export interface ViewQuery {
  /** Rows whose text contains it, whatever the case; '' for all. */
  readonly search: string;
  /** Only rows of this label, likewise domain and group; null for all. */
  readonly label: string | null;
  readonly domain: string | null;
  readonly group: string | null;
  /** Only rows that were edited or added. */
  readonly changedOnly: boolean;
  /** Only these rows; null for all. */
  readonly only: ChosenRows | null;
  readonly sortBy: SortKey;
  readonly descending: boolean;
}

export const ALL_ROWS: ViewQuery = { search: '', label: null, domain: null, group: null, changedOnly: false, only: null, sortBy: 'row', descending: false };

/** Whether a query leaves rows out. */
export function isFiltered({ search, label, domain, group, changedOnly, only }: ViewQuery): boolean {
  return search !== '' || label !== null || domain !== null || group !== null || changedOnly || only !== null;
}

/** @returns whether a row is shown for what it holds: `only` goes by its number. @param was what the row held in the data set, null for an added one */
export function matcher({ search, label, domain, group, changedOnly }: ViewQuery): (example: Example, was: Example | null) => boolean {
  const pattern = search === '' ? null : new RegExp(search.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'), 'iu');
  return (example, was) =>
    (label === null || example.label === label) &&
    (domain === null || example.domain === domain) &&
    (group === null || example.group === group) &&
    (!changedOnly || markOf(example, was) !== null) &&
    (pattern === null || pattern.test(example.text));
}
