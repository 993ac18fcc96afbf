import { METHODS, type Method } from './configurations.ts';
import { checkHead, checkSteps, type HeadSpec } from './run-record.ts';
import { RULES, type AccuracyGrid, type Choice, type RuleName } from './selection.ts';

/** The leave-one-domain-out table: held-out domains × seeds × methods, each cell chosen among its configurations by three rules. */

/** What the user asks for. */
export interface TableRequest {
  readonly head: HeadSpec;
  readonly steps: number;
  /** Seeds 1 … `seeds`. */
  readonly seeds: number;
  readonly methods: readonly Method[];
  /** Whether to choose by leave-one-domain-out validation too, which trains once more for each pair of domains. */
  readonly leaveOneOut: boolean;
}

export const DEFAULT_TABLE_STEPS = 300;
export const MAX_TABLE_STEPS = 5_000;
export const DEFAULT_TABLE_SEEDS = 5;
export const MAX_TABLE_SEEDS = 10;
/** Places at which a training is scored and may be chosen. */
export const CHECKPOINTS = 10;
/** Beyond this the trainings, each of them longer for every domain, would take days. */
export const MAX_TABLE_DOMAINS = 24;
/** The same for pairs of domains. */
export const MAX_LEAVE_ONE_OUT_DOMAINS = 12;

/** @throws RangeError on impossible steps, seeds, methods or head */
export function checkTableRequest({ head, steps, seeds, methods }: TableRequest): void {
  checkHead(head);
  checkSteps(steps);
  if (steps > MAX_TABLE_STEPS) throw new RangeError(`The table takes at most ${MAX_TABLE_STEPS.toLocaleString('en')} steps a training.`);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MAX_TABLE_SEEDS) throw new RangeError(`Seeds must be a whole number from 1 to ${MAX_TABLE_SEEDS}.`);
  if (methods.length === 0) throw new RangeError('Choose at least one objective.');
  if (methods.some((method) => !METHODS.includes(method))) throw new RangeError('There is no such objective.');
}

/** Whether two requests ask for one and the same table. */
export function sameRequest(a: TableRequest, b: TableRequest): boolean {
  return JSON.stringify([a.head, a.steps, a.seeds, a.methods, a.leaveOneOut]) === JSON.stringify([b.head, b.steps, b.seeds, b.methods, b.leaveOneOut]);
}

/** A column: a domain that is held out. */
export interface TableDomain {
  readonly name: string;
  readonly watched: number;
  readonly sealed: number;
  /** Why it cannot be held out; null when it can. */
  readonly problem: string | null;
  /** Why nothing can be chosen for it by leave-one-domain-out validation; null when something can. */
  readonly leaveOneOutProblem: string | null;
}

/** What one rule chose, and what that scored on the sealed rows. */
export interface RuleScore {
  readonly choice: Choice;
  /** Sealed rows that were classified right. */
  readonly correct: number;
}

/** One held-out domain, seed and method. A rule that could not choose has null. */
export interface TableCell {
  readonly heldOut: string;
  readonly seed: number;
  readonly method: Method;
  readonly scores: Readonly<Record<RuleName, RuleScore | null>>;
}

/** What the page shows. */
export interface DomainTable {
  readonly datasetId: string;
  readonly datasetName: string;
  readonly request: TableRequest;
  readonly domains: readonly TableDomain[];
  /** Finished cells, in no order. */
  readonly cells: readonly TableCell[];
  /** The method that is better than every other, by rule and column; see `bestMethods`. Null while cells are missing. */
  readonly best: TableBests | null;
}

/** For each rule, the best method of each domain (by index in `domains`) and of their average (last); null where none can be told apart. */
export type TableBests = Readonly<Record<RuleName, readonly (Method | null)[]>>;

/** What is kept of a table between visits. */
export type TableEntry =
  /** The table itself: what was asked for last, and, once finished, what came out best. */
  | { readonly kind: 'table'; readonly request: TableRequest; readonly best: TableBests | null }
  /** A finished cell. `sealedCorrect[rule]` is 1 for each sealed row (in the split's order) that the rule's choice got right, else 0. */
  | { readonly kind: 'cell'; readonly cell: TableCell; readonly sealedCorrect: Readonly<Record<RuleName, Uint8Array | null>> }
  /** Trainings without two domains: accuracies on the rows of each, by configuration and checkpoint. */
  | { readonly kind: 'pair'; readonly first: AccuracyGrid; readonly second: AccuracyGrid };

export type CellEntry = Extract<TableEntry, { kind: 'cell' }>;
export type PairEntry = Extract<TableEntry, { kind: 'pair' }>;

/** Raised whenever the same request would give other numbers, so that kept cells of an older page are not mixed in. */
const TABLE_VERSION = 1;

/** Start of the keys of all entries of a data set. */
export function tableKeyPrefix(datasetId: string): string {
  return `${JSON.stringify([datasetId]).slice(0, -1)},`;
}

/** Key of a data set's table. */
export function tableKey(datasetId: string): string {
  return JSON.stringify([datasetId, 'table']);
}

/**
 * Key of a cell, or of a training without a pair of domains. Cells of other heads, steps or embeddings have other keys.
 * @param featuresHash of the embeddings
 */
export function entryKey(datasetId: string, featuresHash: string, { head, steps }: TableRequest, domains: readonly string[], seed: number, method: Method): string {
  const width = head.kind === 'linear' ? 0 : head.width;
  return JSON.stringify([datasetId, TABLE_VERSION, featuresHash, head.kind, width, steps, domains, seed, method]);
}

/** `make(rule)` for each rule. */
export function byRule<T>(make: (rule: RuleName) => T): Record<RuleName, T> {
  return Object.fromEntries(RULES.map((rule) => [rule, make(rule)])) as Record<RuleName, T>;
}
