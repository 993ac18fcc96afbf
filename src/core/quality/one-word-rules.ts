import type { Dataset } from '../examples.ts';
import { logFactorials, logUpperTail } from './hypergeometric.ts';
import { cuesOf, repeatedForm } from './cues.ts';

/** “Where the word stands, answer this label; elsewhere the label that is most frequent there”, in the domains where it works. */
export interface OneWordRule {
  /** A word, a sign or ANY_EMOJI, as `cuesOf` gives it. */
  readonly word: string;
  readonly label: string;
  /** Rows with the word, and those of them with the label, in `domains`. */
  readonly withWord: number;
  readonly withBoth: number;
  /** Rows with the label, in `domains`. */
  readonly ofLabel: number;
  /** Domains that the rule is scored in: all, or, where the word is in one only or some domain goes the other way, those where it goes with the label. */
  readonly domains: readonly string[];
  /** Rows of `domains`, those that the rule gets right, and those that the best constant answer gets right. */
  readonly rows: number;
  readonly right: number;
  readonly constantRight: number;
  /** Domains that have the word often enough, and where it goes with other labels instead. */
  readonly reversed: readonly { readonly domain: string; readonly withWord: number; readonly withBoth: number }[];
}

/** Share of the rows with a word that must have the label. */
const PURITY = 0.9;
/** Rows that a word must stand in to be tried at all, and to count in a domain. */
const MIN_ROWS_WITH_WORD = 8;
/** The label's share among rows with the word, in a domain where it is reversed, is below this. */
const REVERSED = 0.5;
/** Chance, over all words and labels tried, that a data set of random labels has any such rule. */
const FALSE_ALARMS = 0.01;
/** The share of the label's rows that must have the word; or, with fewer, in how many rows it must stand and what answering by it must gain over the best constant answer, as a share of the rows. */
const MIN_RECALL = 0.5;
const MIN_ROWS_FOR_GAIN = 20;
const MIN_GAIN = 0.05;
const REPORT_EVERY = 1000;
const WORDS_AT_ONCE = 100;
const NO_LABEL = -1;

/**
 * Words, signs and emoji that give the label away: purity, support, and Fisher's exact test with Bonferroni's correction over words × labels,
 * and × domains where a domain is taken by itself. In one domain of several only where most of the label's rows there have the word, as each
 * domain has words of its own. Best rule first, one for each word. Time linear in the number of words. Yields the share done, 0 … 1.
 */
export function* oneWordRules(dataset: Dataset): Generator<number, OneWordRule[]> {
  const rowsOf = yield* rowsByWord(dataset);
  // A sign that is always repeated is told once, as that.
  const isAlwaysRepeated = (word: string, rows: readonly number[]): boolean => rowsOf.get(repeatedForm(word) ?? '')?.length === rows.length;
  const words = [...rowsOf].filter(([word, rows]) => rows.length >= MIN_ROWS_WITH_WORD && !isAlwaysRepeated(word, rows));
  const judge = new RuleJudge(dataset, words.length);
  const rules: OneWordRule[] = [];
  let tried = 0;
  for (const [word, rows] of words) {
    if (tried++ % WORDS_AT_ONCE === 0) yield 0.7 + (0.3 * tried) / words.length;
    const rule = judge.best(word, rows);
    if (rule) rules.push(rule);
  }
  return rules.sort((a, b) => gainOf(b) - gainOf(a) || recallOf(b) - recallOf(a) || (a.word < b.word ? -1 : 1));
}

/** Share of the rows by which the rule beats the best constant answer. */
export function gainOf({ right, constantRight, rows }: OneWordRule): number {
  return (right - constantRight) / rows;
}

/** Share of the label's rows that have the word. */
export function recallOf({ withBoth, ofLabel }: OneWordRule): number {
  return withBoth / ofLabel;
}

/** Rows, ascending, that each word stands in. */
function* rowsByWord({ examples }: Dataset): Generator<number, Map<string, number[]>> {
  const rowsOf = new Map<string, number[]>();
  for (const [row, { text }] of examples.entries()) {
    if (row % REPORT_EVERY === 0) yield (0.7 * row) / examples.length;
    for (const word of cuesOf(text)) {
      const rows = rowsOf.get(word);
      if (!rows) rowsOf.set(word, [row]);
      else if (rows.at(-1) !== row) rows.push(row);
    }
  }
  return rowsOf;
}

/** Counts of a data set by domain and label, and the test of a word against them. */
class RuleJudge {
  private readonly labelOf: Uint32Array;
  private readonly domainOf: Uint32Array;
  /** [D · L] rows of each domain and label. */
  private readonly cells: Uint32Array;
  /** [D · L] the same of the rows with the word. */
  private readonly withWord: Uint32Array;
  private readonly logFactorial: Float64Array;
  private readonly logLevel: number;
  /** Every domain. */
  private readonly all: readonly number[];

  constructor(
    private readonly dataset: Dataset,
    words: number,
  ) {
    const { examples, labels, domains } = dataset;
    const [labelIndex, domainIndex] = [labels, domains].map((names) => new Map(names.map((name, i) => [name, i]))) as [Map<string, number>, Map<string, number>];
    this.labelOf = Uint32Array.from(examples, ({ label }) => labelIndex.get(label) as number);
    this.domainOf = Uint32Array.from(examples, ({ domain }) => domainIndex.get(domain) as number);
    this.cells = new Uint32Array(labels.length * domains.length);
    this.withWord = new Uint32Array(this.cells.length);
    for (let row = 0; row < examples.length; row++) increment(this.cells, this.cell(row));
    this.logFactorial = logFactorials(examples.length);
    this.all = [...domains.keys()];
    this.logLevel = Math.log(FALSE_ALARMS / Math.max(1, words * labels.length));
  }

  /** The best rule by this word that passes; null when none does. */
  best(word: string, rows: readonly number[]): OneWordRule | null {
    for (const row of rows) increment(this.withWord, this.cell(row));
    const seen = [...new Set(rows.map((row) => this.domainOf[row] as number))].sort((a, b) => a - b);
    const telling = seen.filter((domain) => this.sum(this.withWord, [domain]) >= MIN_ROWS_WITH_WORD);
    const pureByLabel = new Map<number, number[]>([[this.pureLabel(seen), []]]);
    for (const domain of telling) {
      const label = this.pureLabel([domain]);
      pureByLabel.set(label, [...(pureByLabel.get(label) ?? []), domain]);
    }
    pureByLabel.delete(NO_LABEL);
    const found = [...pureByLabel].map(([label, pure]) => this.rule(word, label, telling, pure)).filter((rule) => rule !== null);
    for (const row of rows) this.withWord[this.cell(row)] = 0;
    return found.sort((a, b) => gainOf(b) - gainOf(a))[0] ?? null;
  }

  /** The label that PURITY of these domains' rows with the word have; NO_LABEL when none. */
  private pureLabel(domains: readonly number[]): number {
    const width = this.dataset.labels.length;
    const counts = new Uint32Array(width);
    for (const domain of domains) for (let label = 0; label < width; label++) counts[label] = (counts[label] as number) + (this.withWord[domain * width + label] as number);
    const needed = PURITY * counts.reduce((sum, n) => sum + n, 0);
    return counts.findIndex((n) => n >= needed);
  }

  /** @param pure of the domains that are telling, those where the word goes with the label */
  private rule(word: string, label: number, telling: readonly number[], pure: readonly number[]): OneWordRule | null {
    // In all together, or, where some go the other way or one has nearly all, in those where it goes with the label, by themselves.
    const together = this.purity(this.all, label) >= PURITY && this.isSpread() && this.logChance(this.all, label) < this.logLevel;
    const alone = together ? [] : pure.filter((domain) => this.logChance([domain], label) < this.logLevel - Math.log(this.all.length));
    if (!together && alone.length === 0) return null;
    const several = together || alone.length > 1;
    const domains = together ? this.all : several ? pure : alone;
    const scored = this.score(word, label, domains);
    const reversed = telling.filter((domain) => !domains.includes(domain) && this.purity([domain], label) < REVERSED);
    const name = (domain: number): string => this.dataset.domains[domain] as string;
    const rule = {
      ...scored,
      domains: domains.map(name),
      reversed: reversed.map((domain) => ({ domain: name(domain), withWord: this.sum(this.withWord, [domain]), withBoth: this.sum(this.withWord, [domain], label) })),
    };
    return recallOf(rule) >= MIN_RECALL || (several && rule.withWord >= MIN_ROWS_FOR_GAIN && gainOf(rule) >= MIN_GAIN) ? rule : null;
  }

  /** Whether the word is in several domains, or there is only one. */
  private isSpread(): boolean {
    const most = Math.max(...this.all.map((domain) => this.sum(this.withWord, [domain])));
    return !this.dataset.hasDomains || most <= PURITY * this.sum(this.withWord, this.all);
  }

  private score(word: string, label: number, domains: readonly number[]): Omit<OneWordRule, 'domains' | 'reversed'> {
    const labels = this.dataset.labels.map((_, l) => l);
    const withBoth = this.sum(this.withWord, domains, label);
    const elsewhere = Math.max(...labels.map((l) => this.sum(this.cells, domains, l) - this.sum(this.withWord, domains, l)));
    return {
      word,
      label: this.dataset.labels[label] as string,
      withWord: this.sum(this.withWord, domains),
      withBoth,
      ofLabel: this.sum(this.cells, domains, label),
      rows: this.sum(this.cells, domains),
      right: withBoth + elsewhere,
      constantRight: Math.max(...labels.map((l) => this.sum(this.cells, domains, l))),
    };
  }

  private purity(domains: readonly number[], label: number): number {
    return this.sum(this.withWord, domains, label) / this.sum(this.withWord, domains);
  }

  /** ln of the chance that so many rows with the word, or more, have the label. */
  private logChance(domains: readonly number[], label: number): number {
    const [hits, drawn] = [this.sum(this.withWord, domains, label), this.sum(this.withWord, domains)];
    return logUpperTail(hits, drawn, this.sum(this.cells, domains, label), this.sum(this.cells, domains), this.logFactorial);
  }

  /** Sum of counts [D · L] over these domains, and over all labels or one. */
  private sum(counts: Uint32Array, domains: readonly number[], label?: number): number {
    const width = this.dataset.labels.length;
    let sum = 0;
    for (const domain of domains) {
      const [from, to] = label === undefined ? [0, width] : [label, label + 1];
      for (let l = from; l < to; l++) sum += counts[domain * width + l] as number;
    }
    return sum;
  }

  private cell(row: number): number {
    return (this.domainOf[row] as number) * this.dataset.labels.length + (this.labelOf[row] as number);
  }
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}
