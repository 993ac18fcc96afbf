import { textKey, type Dataset } from './examples.ts';
import { heldOutChoices, splitDataset, type Split } from './splits.ts';
import { MAX_LEAVE_ONE_OUT_DOMAINS, MAX_TABLE_DOMAINS, type TableDomain } from './domain-table.ts';

/** What of a data set can be held out. Neither sizes nor problems depend on the seed. */
export interface TableSurvey {
  readonly domains: readonly TableDomain[];
  /** Training domains when domains[d] is held out. */
  readonly trainDomains: readonly number[];
  /** Pairs of domains that can be left out together, domains[a] before domains[b]. */
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly trainDomains: number }[];
  /** Why leave-one-domain-out validation is not to be had at all; null when it is. */
  readonly leaveOneOutProblem: string | null;
}

/** What leaving out two domains gives: each is validated on for the other. */
export interface PairSplit {
  /** train[d] are rows of the d-th domain that is left; no text of them stands in either domain that is not. */
  readonly train: readonly Uint32Array[];
  readonly labels: readonly string[];
  /** Rows of the first domain whose label is trained on and whose text does not stand in the second, where it may be sealed. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** @throws RangeError when training is impossible, or one of the two has no row to validate on */
export function splitWithoutPair(dataset: Dataset, first: string, second: string, seed: number): PairSplit {
  const both = `${first}” and “${second}`; // the split quotes it in what it says
  const examples = dataset.examples.map((example) => (example.domain === first || example.domain === second ? { ...example, domain: both } : example));
  const domains = [...dataset.domains.filter((domain) => domain !== first && domain !== second), both];
  const { train, labels, watched, sealed } = splitDataset({ ...dataset, examples, domains }, both, seed);
  const keysOf = (name: string): Set<string> => new Set(dataset.examples.filter(({ domain }) => domain === name).map(({ text }) => textKey(text)));
  const scored = [...watched, ...sealed].sort((a, b) => a - b);
  const rowsOf = (name: string, other: string): Uint32Array => {
    const elsewhere = keysOf(other);
    const rows = scored.filter((row) => dataset.examples[row]?.domain === name && !elsewhere.has(textKey(dataset.examples[row]?.text ?? '')));
    if (rows.length === 0) throw new RangeError(`With “${both}” held out, no row of “${name}” would be left to validate on.`);
    return Uint32Array.from(rows);
  };
  return { train, labels, first: rowsOf(first, second), second: rowsOf(second, first) };
}

/** Validation rows of each training domain, apart. Domains without any are left out. */
export function validationByDomain(dataset: Dataset, split: Split): readonly Uint32Array[] {
  if (!dataset.hasDomains) return [split.validation].filter((rows) => rows.length > 0);
  const parts = split.trainDomains.map((domain) => split.validation.filter((row) => dataset.examples[row]?.domain === domain));
  return parts.filter((rows) => rows.length > 0);
}

/** Looks at one domain, or pair of domains, at a time, so that a large data set need not hold its thread up. @throws RangeError on too many domains */
export function* surveyDomains(dataset: Dataset): Generator<undefined, TableSurvey, undefined> {
  const names = heldOutChoices(dataset);
  if (names.length > MAX_TABLE_DOMAINS) {
    throw new RangeError(`This data set has ${names.length} domains; a table over all of them would take too long beyond ${MAX_TABLE_DOMAINS}.`);
  }
  const leaveOneOutProblem = leaveOneOutProblemOf(names.length);
  const domains: TableDomain[] = [];
  const trainDomains: number[] = [];
  for (const name of names) {
    const split = attempt(() => splitDataset(dataset, name, 1));
    const problem = split instanceof RangeError ? split.message : problemOf(name, dataset, split);
    const { watched = 0, sealed = 0, trains = 0 } = split instanceof RangeError ? {} : { watched: split.watched.length, sealed: split.sealed.length, trains: split.trainDomains.length };
    domains.push({ name, watched, sealed, problem, leaveOneOutProblem });
    trainDomains.push(trains);
    yield;
  }
  const pairs: TableSurvey['pairs'][number][] = [];
  if (leaveOneOutProblem !== null) return { domains, trainDomains, pairs, leaveOneOutProblem };
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      const split = attempt(() => splitWithoutPair(dataset, names[a] as string, names[b] as string, 1));
      if (split instanceof RangeError) {
        for (const d of [a, b]) domains[d] = { ...(domains[d] as TableDomain), leaveOneOutProblem: domains[d]?.leaveOneOutProblem ?? split.message };
      } else pairs.push({ a, b, trainDomains: split.train.length });
      yield;
    }
  }
  return { domains, trainDomains, pairs, leaveOneOutProblem };
}

function leaveOneOutProblemOf(domains: number): string | null {
  if (domains < 3) return `Leave-one-domain-out validation leaves out two domains at a time: it needs three or more, and there ${domains === 1 ? 'is one' : 'are two'}.`;
  if (domains > MAX_LEAVE_ONE_OUT_DOMAINS) return `Leave-one-domain-out validation trains once for each pair of domains, which takes too long beyond ${MAX_LEAVE_ONE_OUT_DOMAINS} domains.`;
  return null;
}

function problemOf(name: string, dataset: Dataset, split: Split): string | null {
  if (split.sealed.length === 0) return `“${name}” is too small: no row of it would be sealed.`;
  if (validationByDomain(dataset, split).length === 0) return `With “${name}” held out there would be no row for validation: add examples.`;
  return null;
}

/** What `action` gives, or the RangeError that it throws. */
function attempt<T>(action: () => T): T | RangeError {
  try {
    return action();
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}
