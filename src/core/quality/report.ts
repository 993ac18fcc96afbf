import type { DatasetEdit } from '../dataset-edits.ts';
import { EXAMPLE_LIMITS } from '../example-limits.ts';
import type { Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import type { SplitChoice } from './split-copies.ts';

/** What a check of a data set finds, before anything is trained on it. */
export interface QualityReport {
  /** Content hash of the data set that was checked; the rows of remedies are its rows. */
  readonly datasetId: string;
  readonly rows: number;
  /** Of the run at that time, across which copies were counted; null where there was none. */
  readonly split: SplitChoice | null;
  /** The most serious first; empty when all is well. */
  readonly findings: readonly Finding[];
}

/** How much it matters: it spoils the figures; it may; it is worth knowing. */
export type Severity = 'serious' | 'look' | 'note';
export const SEVERITIES: readonly Severity[] = ['serious', 'look', 'note'];
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { serious: 'Fix this', look: 'Look at this', note: 'Good to know' };

export interface Finding {
  /** Distinct within a report. */
  readonly key: string;
  readonly severity: Severity;
  /** What was found, with its count: “12 exact repeats”. */
  readonly title: string;
  /** Rows concerned, or words, or parts: what `title` counts. */
  readonly count: number;
  /** Figures, a sentence each. */
  readonly details: readonly string[];
  /** Why it matters. */
  readonly why: string;
  /** Rows that it is about, and those that they resemble, ascending; empty where it is about the whole. */
  readonly rows: Uint32Array;
  /** At most EXAMPLES_SHOWN. */
  readonly examples: readonly FindingExample[];
  readonly remedies: readonly Remedy[];
  /** Why one is missing that might be expected, a clause each: “no example would be left”. Told where there is none at all. */
  readonly refused: readonly string[];
}

export interface FindingExample {
  /** Cut short. */
  readonly text: string;
  /** Label and domain, and what the example is one of. */
  readonly note: string;
}

export interface Remedy {
  /** On the button: “Drop the 12 repeats”. */
  readonly label: string;
  /** After it, for the undo: “Dropped 12 exact repeats.” */
  readonly done: string;
  /** After the name of the data set: “without 12 exact repeats” */
  readonly result: string;
  readonly edit: DatasetEdit;
}

export const EXAMPLES_SHOWN = 3;
/** Characters shown of a text. */
const EXCERPT = 140;

/** “the 12 repeats”, “the repeat” */
export function theCounted(n: number, noun: string, plural?: string): string {
  return n === 1 ? `the ${noun}` : `the ${counted(n, noun, plural)}`;
}

/** The text's beginning, for showing. */
export function excerpt(text: string): string {
  const characters = [...text.slice(0, 2 * EXCERPT)];
  return characters.length <= EXCERPT && text.length <= 2 * EXCERPT ? text : `${characters.slice(0, EXCERPT).join('')}…`;
}

/** A row as an example of a finding. @param about what it is one of, after label and domain */
export function exampleOf(dataset: Dataset, row: number, about = ''): FindingExample {
  const { text = '', label = '', domain = '' } = dataset.examples[row] ?? {};
  const where = dataset.hasDomains ? `${label} · ${domain}` : label;
  return { text: excerpt(text), note: about === '' ? where : `${where}: ${about}` };
}

/** The first rows as examples. */
export function examplesOf(dataset: Dataset, rows: Iterable<number>, about?: (row: number) => string): FindingExample[] {
  const shown: FindingExample[] = [];
  for (const row of rows) {
    if (shown.length === EXAMPLES_SHOWN) break;
    shown.push(exampleOf(dataset, row, about?.(row)));
  }
  return shown;
}

/** A remedy, or a clause that says why there is none. */
export type Offer = Remedy | { readonly refused: string };

/** What a finding has of these. */
export function offered(offers: readonly Offer[]): Pick<Finding, 'remedies' | 'refused'> {
  return { remedies: offers.flatMap((offer) => ('refused' in offer ? [] : [offer])), refused: offers.flatMap((offer) => ('refused' in offer ? [offer.refused] : [])) };
}

/** A remedy that drops rows, where enough is left. */
export function dropRemedy(dataset: Dataset, rows: readonly number[], words: Omit<Remedy, 'edit'>): readonly Offer[] {
  const dropped = new Set(rows);
  const refused = tooLittleLeft(dataset, (row) => !dropped.has(row));
  return [refused === null ? { ...words, edit: { kind: 'drop', rows: Uint32Array.from(rows) } } : { refused }];
}

/** Why what is left could not be trained on, or would have lost its domains; null where it could. */
export function tooLittleLeft({ examples, hasDomains }: Dataset, isLeft: (row: number) => boolean): string | null {
  const left = examples.filter((_, row) => isLeft(row));
  const [labels, domains] = [new Set(left.map(({ label }) => label)), new Set(left.map(({ domain }) => domain))];
  if (left.length < EXAMPLE_LIMITS.minRows) return `${left.length === 0 ? 'no example' : counted(left.length, 'example')} would be left, and ${EXAMPLE_LIMITS.minRows} are needed`;
  if (labels.size < 2) return `“${[...labels].join('')}” would be the only label left, and a classifier chooses between labels`;
  return hasDomains && domains.size < 2 ? `“${[...domains].join('')}” would be the only domain left, and none could be held out` : null;
}
