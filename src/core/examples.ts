/**
 * One labelled text. `domain` is where it comes from: a site, a channel, a time. `group` is a slice that metrics and GroupDRO can go by,
 * whatever the domain: who is mentioned, or label and cue; absent in a data set without groups.
 */
export interface Example {
  readonly text: string;
  readonly label: string;
  readonly domain: string;
  readonly group?: string;
}

/**
 * A labelled data set in memory. `labels`, `domains` and `groups` list the distinct values in order of first appearance.
 * `id` is the content hash of all rows in order, so that equal data is the same data set wherever it comes from.
 */
export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly examples: readonly Example[];
  readonly labels: readonly string[];
  readonly domains: readonly string[];
  /** Empty when the examples have no groups; they all have one, or none has. */
  readonly groups: readonly string[];
  /** False when the file had no domain column, or only one domain: held-out figures then say nothing about domains. */
  readonly hasDomains: boolean;
}

/** Name of the only domain of a data set that has no domain column. */
export const SINGLE_DOMAIN = 'All examples';
/** Domain of rows without one, where others have one. */
export const NO_DOMAIN = '(no domain)';
/** Name under which a random part of a single-domain data set is held out. */
export const HELD_OUT_SAMPLE = 'Held-out sample';

/** Distinct values in order of first appearance. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)];
}

/** The examples' groups in order of first appearance; empty when they have none. */
export function groupsOf(examples: readonly Example[]): string[] {
  return distinct(examples.flatMap(({ group }) => (group === undefined ? [] : [group])));
}

/** White space other than one space between two characters. */
const SPARE_SPACE = /[^\S ]| {2}|^ | $/u;

/**
 * What two texts are compared by when duplicates are looked for: Unicode NFC, lower case, white space collapsed.
 * Texts with equal keys never land on two sides of a split.
 */
export function textKey(text: string): string {
  const folded = text.normalize('NFC').toLowerCase();
  return SPARE_SPACE.test(folded) ? folded.replace(/\s+/gu, ' ').trim() : folded; // few texts need it, and it takes the longest
}
