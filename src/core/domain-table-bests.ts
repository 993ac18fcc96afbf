import type { Method } from './configurations.ts';
import type { PairedBootstrap } from './paired-bootstrap.ts';
import { holm } from './statistics.ts';

/** What was scored by one rule, complete: methods × the domains that have figures for all of them. */
export interface RuleScores {
  readonly methods: readonly Method[];
  /** For each column of the table that has figures: its index in the table's domains, and its sealed rows. */
  readonly columns: readonly { readonly domain: number; readonly rows: number }[];
  /** Whether these are all domains that the table has figures for, so that their average is the table's. */
  readonly all: boolean;
}

/** Fewer rows, or seeds, say too little for a resample of them to tell what others would have said. */
export const MIN_COMPARED_ROWS = 30;
export const MIN_COMPARED_SEEDS = 3;
const LEVEL = 0.05;

/**
 * The best method of each of the table's `domains` columns and, last, of their average: the one with the highest mean, where it differs
 * from every other one's at the 5 % level, two-sided, after Holm's correction for all pairs of methods in all columns of the table
 * (all pairs, because which of them leads is known only from the same data). Null where there is none.
 * @param bootstrap of the methods and columns in `scores`
 */
export function bestMethods({ methods, columns, all }: RuleScores, domains: number, seeds: number, bootstrap: PairedBootstrap): readonly (Method | null)[] {
  const best: (Method | null)[] = Array.from({ length: domains + 1 }, () => null);
  if (seeds < MIN_COMPARED_SEEDS || methods.length < 2) return best;
  const single = columns.map(({ domain, rows }, part) => ({ column: domain, parts: [part], rows }));
  const average = { column: domains, parts: columns.map((_, part) => part), rows: columns.reduce((sum, { rows }) => sum + rows, 0) };
  const compared = [...single, ...(all && columns.length > 1 ? [average] : [])].filter(({ rows }) => rows >= MIN_COMPARED_ROWS);
  const pairs = methods.flatMap((_, a) => methods.slice(a + 1).map((_, i) => [a, a + 1 + i] as const));
  const comparisons = compared.flatMap(({ column, parts }) => pairs.map(([a, b]) => ({ column, a, b, ...bootstrap.compare(a, b, parts) })));
  const adjusted = holm(comparisons.map(({ p }) => p));
  const beats = (column: number, a: number, b: number): boolean =>
    comparisons.some((found, i) => found.column === column && (adjusted[i] as number) < LEVEL && (found.a === a && found.b === b ? found.difference > 0 : found.a === b && found.b === a && found.difference < 0));
  for (const { column } of compared) {
    const leader = methods.find((_, a) => methods.every((_, b) => b === a || beats(column, a, b)));
    best[column] = leader ?? null;
  }
  return best;
}
