import type { Dataset } from './examples.ts';

/** Rows of one domain by label. */
export interface DomainComposition {
  readonly domain: string;
  readonly rows: number;
  /** Aligned with the data set's labels. */
  readonly byLabel: readonly number[];
}

/** How many rows each domain has of each label, in the data set's order of domains. */
export function composition(dataset: Dataset): DomainComposition[] {
  const labelIndex = new Map(dataset.labels.map((label, index) => [label, index]));
  const byDomain = new Map(dataset.domains.map((domain) => [domain, new Array<number>(dataset.labels.length).fill(0)]));
  for (const { domain, label } of dataset.examples) {
    const counts = byDomain.get(domain);
    const index = labelIndex.get(label);
    if (counts && index !== undefined) counts[index] = (counts[index] ?? 0) + 1;
  }
  return [...byDomain].map(([domain, byLabel]) => ({ domain, byLabel, rows: byLabel.reduce((sum, n) => sum + n, 0) }));
}
