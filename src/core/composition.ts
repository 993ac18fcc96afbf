import type { Dataset } from './examples.ts';
import { finished } from './finished.ts';

/** Rows of one domain by label. */
export interface DomainComposition {
  readonly domain: string;
  readonly rows: number;
  /** Aligned with the data set's labels. */
  readonly byLabel: readonly number[];
}

const known = new WeakMap<Dataset, readonly DomainComposition[]>();
/** Rows counted between yields: some tenths of a millisecond. */
const ROWS_A_TURN = 4096;

/** How many rows each domain has of each label, in the data set's order of domains. Worked out once for each data set. */
export function composition(dataset: Dataset): readonly DomainComposition[] {
  return finished(compositionInTurns(dataset));
}

/** As `composition`, which has it at hand from then on. @yields every few thousand rows */
export function* compositionInTurns(dataset: Dataset): Generator<void, readonly DomainComposition[]> {
  const before = known.get(dataset);
  if (before) return before;
  const labelIndex = new Map(dataset.labels.map((label, index) => [label, index]));
  const byDomain = new Map(dataset.domains.map((domain) => [domain, new Array<number>(dataset.labels.length).fill(0)]));
  for (const [row, { domain, label }] of dataset.examples.entries()) {
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) yield;
    const counts = byDomain.get(domain);
    const index = labelIndex.get(label);
    if (counts && index !== undefined) counts[index] = (counts[index] ?? 0) + 1;
  }
  const counted = [...byDomain].map(([domain, byLabel]) => ({ domain, byLabel, rows: byLabel.reduce((sum, n) => sum + n, 0) }));
  known.set(dataset, counted);
  return counted;
}

/** More labels than this go down the side of a table, fewer across its top. */
const MAX_LABEL_COLUMNS = 4;

/** Rows of each pair of domain and label, for a table of any size. */
export interface CountTable {
  readonly rowsAre: 'domains' | 'labels';
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; /** Aligned with `columns`. */ readonly counts: readonly number[]; readonly total: number }[];
  /** Of each column. */
  readonly totals: readonly number[];
  readonly total: number;
}

/** `composition` as a table, with totals of domains and of labels. */
export function countTable(dataset: Dataset): CountTable {
  const domains = composition(dataset);
  const byLabel = dataset.labels.map((name, label) => {
    const counts = domains.map((domain) => domain.byLabel[label] ?? 0);
    return { name, counts, total: counts.reduce((sum, n) => sum + n, 0) };
  });
  const byDomain = domains.map(({ domain, byLabel: counts, rows }) => ({ name: domain, counts, total: rows }));
  const [rowsAre, rows, across] = dataset.labels.length > MAX_LABEL_COLUMNS ? (['labels', byLabel, byDomain] as const) : (['domains', byDomain, byLabel] as const);
  return { rowsAre, rows, columns: across.map(({ name }) => name), totals: across.map(({ total }) => total), total: dataset.examples.length };
}
