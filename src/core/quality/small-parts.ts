import { mergedName } from '../dataset-edits.ts';
import { composition } from '../composition.ts';
import { SINGLE_DOMAIN, type Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import { TELLING_ROWS, wilson } from '../statistics.ts';
import { EXAMPLES_SHOWN, dropRemedy, offered, theCounted, type Finding, type Offer, type Remedy } from './report.ts';

/** A held-out domain is halved: one half is watched, the other sealed. */
export const TELLING_DOMAIN = 2 * TELLING_ROWS;

/** “12 examples, too few to tell: with half of them right, the accuracy would be anywhere from 25 to 75 %”, by Wilson's interval, 95 %. @param n 1 or more */
export function tooFewToTell(n: number, of = n): string {
  const { low, high } = wilson(n / 2, n);
  return `${counted(of, 'example')}${of === n ? '' : `, ${n} of them watched`}, too few to tell: with half of them right, the accuracy would be anywhere from ${Math.round(100 * low)} to ${Math.round(100 * high)} %`;
}

/** Domains too small to be held out. */
export function smallDomainsFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const small = composition(dataset).filter(({ rows }) => rows < TELLING_DOMAIN).sort((a, b) => a.rows - b.rows);
  if (small.length === 0) return null;
  const names = small.map(({ domain }) => domain);
  const total = small.reduce((sum, { rows }) => sum + rows, 0);
  const inSmall = (domain: string): boolean => names.includes(domain);
  const inSmallDomains = dataset.examples.flatMap(({ domain }, row) => (inSmall(domain) ? [row] : []));
  const into = mergedName(dataset, names);
  const merge: Remedy = { label: `Merge the ${names.length} small domains into one (${counted(total, 'example')})`, done: `Merged ${names.length} small domains into “${into}”.`, result: 'small domains merged', edit: { kind: 'merge-domains', domains: names, into } };
  const drop = dropRemedy(
    dataset,
    inSmallDomains,
    {
      label: `Drop ${names.length === 1 ? `“${names[0]}”` : `the ${names.length} small domains`} (${counted(total, 'example')})`,
      done: `Dropped ${counted(names.length, 'small domain')}.`,
      result: `without ${counted(names.length, 'small domain')}`,
    },
  );
  return {
    key: 'small-domains',
    severity: 'look',
    title: `${counted(small.length, 'domain')} too small to be held out`,
    count: small.length,
    details: small.slice(0, EXAMPLES_SHOWN).map(({ domain, rows }) => `“${domain}”: ${tooFewToTell(Math.ceil(rows / 2), rows)}.`).concat(more(small.length)),
    rows: Uint32Array.from(inSmallDomains),
    why: 'Held out, such a domain tells nothing; trained on, each of its few examples is repeated as often as all the others together need.',
    examples: [],
    // Merging needs two, and another domain to hold against.
    ...offered([...(names.length < 2 ? [] : names.length < dataset.domains.length ? [merge] : [{ refused: 'merged, they would be the only domain' }]), ...drop, ...withoutDomains(dataset, names.length)]),
  };
}

/** Where fewer than two domains can be held out, to go without; a part of all examples is held out then. @param small domains that cannot be held out */
function withoutDomains({ domains }: Dataset, small: number): readonly Offer[] {
  if (domains.length - small > 1) return [];
  return [{ label: 'Go without domains: hold out a part of all examples', done: 'Took the domains away: a part of all examples is held out.', result: 'without domains', edit: { kind: 'merge-domains', domains, into: SINGLE_DOMAIN } }];
}

/** Labels with too few rows to be told apart by. */
export function smallLabelsFinding(dataset: Dataset): Finding | null {
  const counts = new Map(dataset.labels.map((label) => [label, 0]));
  for (const { label } of dataset.examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const small = [...counts].filter(([, rows]) => rows < TELLING_ROWS).sort((a, b) => a[1] - b[1]);
  if (small.length === 0) return null;
  const labels = small.map(([label]) => label);
  const rows = dataset.examples.flatMap(({ label }, row) => (labels.includes(label) ? [row] : []));
  return {
    key: 'small-labels',
    severity: 'look',
    title: `${counted(small.length, 'label')} with few examples`,
    count: small.length,
    details: small.slice(0, EXAMPLES_SHOWN).map(([label, n]) => `“${label}”: ${tooFewToTell(n)}.`).concat(more(small.length)),
    rows: Uint32Array.from(rows),
    why: 'A label of a few examples can neither be learned nor scored.',
    examples: [],
    ...offered(dropRemedy(dataset, rows, {
      label: `Drop ${labels.length === 1 ? `“${labels[0]}”` : `the ${labels.length} labels`} (${counted(rows.length, 'example')})`,
      done: `Dropped ${counted(labels.length, 'small label')}.`,
      result: `without ${counted(labels.length, 'small label')}`,
    })),
  };
}

/** Domain and label together: the smallest unit by which the split is balanced. Domains and labels that are small themselves are not told twice. */
export function smallCellsFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const domains = composition(dataset);
  const perLabel = dataset.labels.map((_, l) => domains.reduce((sum, { byLabel }) => sum + (byLabel[l] ?? 0), 0));
  const cells = domains
    .filter(({ rows }) => rows >= TELLING_DOMAIN)
    .flatMap(({ domain, byLabel }) => byLabel.map((rows, l) => ({ domain, label: dataset.labels[l] ?? '', rows, ofLabel: perLabel[l] ?? 0 })))
    .filter(({ rows, ofLabel }) => rows > 0 && rows < TELLING_ROWS && ofLabel >= TELLING_ROWS)
    .sort((a, b) => a.rows - b.rows);
  if (cells.length === 0) return null;
  const few = new Set(cells.map(({ domain, label }) => JSON.stringify([domain, label])));
  const fewRows = dataset.examples.flatMap(({ domain, label }, row) => (few.has(JSON.stringify([domain, label])) ? [row] : []));
  return {
    key: 'small-cells',
    severity: 'note',
    title: `${counted(cells.length, 'pair')} of domain and label with few examples`,
    count: cells.length,
    details: cells
      .slice(0, EXAMPLES_SHOWN)
      .map(({ domain, label, rows }) => `“${label}” in “${domain}”: ${tooFewToTell(rows)}.`)
      .concat(more(cells.length)),
    rows: Uint32Array.from(fewRows),
    why: 'What the scores say of this label in this domain rests on these few.',
    examples: [],
    ...offered(dropRemedy(dataset, fewRows, {
      label: `Leave out the few (${counted(fewRows.length, 'example')})`,
      done: `Left out ${counted(cells.length, 'small pair')} of domain and label.`,
      result: `without ${counted(cells.length, 'small pair')} of domain and label`,
    })),
  };
}

/** Groups too small for a worst-group score. */
export function smallGroupsFinding(dataset: Dataset): Finding | null {
  const counts = new Map(dataset.groups.map((group) => [group, 0]));
  for (const { group } of dataset.examples) if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  const small = [...counts].filter(([, rows]) => rows < TELLING_ROWS).sort((a, b) => a[1] - b[1]);
  if (small.length === 0) return null;
  const names = new Set(small.map(([group]) => group));
  const few = dataset.examples.flatMap(({ group }, row) => (group !== undefined && names.has(group) ? [row] : []));
  return {
    key: 'small-groups',
    severity: 'look',
    title: `${counted(small.length, 'group')} with few examples`,
    count: small.length,
    details: small.slice(0, EXAMPLES_SHOWN).map(([group, rows]) => `“${group}”: ${tooFewToTell(rows)}.`).concat(more(small.length)),
    rows: Uint32Array.from(few),
    why: 'The worst group is picked for being the worst, and a small one is often the worst by chance. GroupDRO would lean on its few examples.',
    examples: [],
    ...offered(dropRemedy(dataset, few, {
      label: `Leave out ${theCounted(small.length, 'small group')} (${counted(few.length, 'example')})`,
      done: `Left out ${counted(small.length, 'small group')}.`,
      result: `without ${counted(small.length, 'small group')}`,
    })),
  };
}

/** Group and domain together. Groups and domains that are small themselves are not told twice. */
export function smallGroupCellsFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const [ofGroup, ofDomain, cells] = [new Map<string, number[]>(), new Map<string, number[]>(), new Map<string, number[]>()];
  const add = (parts: Map<string, number[]>, key: string, row: number): void => void (parts.get(key)?.push(row) ?? parts.set(key, [row]));
  dataset.examples.forEach(({ group, domain }, row) => {
    add(ofDomain, domain, row);
    if (group === undefined) return;
    add(ofGroup, group, row);
    add(cells, JSON.stringify([group, domain]), row);
  });
  const small = [...cells.values()]
    .map((rows) => ({ rows, group: dataset.examples[rows[0] as number]?.group ?? '', domain: dataset.examples[rows[0] as number]?.domain ?? '' }))
    .filter(({ rows, group, domain }) => rows.length < TELLING_ROWS && (ofGroup.get(group)?.length ?? 0) >= TELLING_ROWS && (ofDomain.get(domain)?.length ?? 0) >= TELLING_DOMAIN)
    .sort((a, b) => a.rows.length - b.rows.length);
  if (small.length === 0) return null;
  const few = small.flatMap(({ rows }) => rows).sort((a, b) => a - b);
  return {
    key: 'small-group-cells',
    severity: 'note',
    title: `${counted(small.length, 'pair')} of group and domain with few examples`,
    count: small.length,
    details: small.slice(0, EXAMPLES_SHOWN).map(({ rows, group, domain }) => `“${group}” in “${domain}”: ${tooFewToTell(rows.length)}.`).concat(more(small.length)),
    rows: Uint32Array.from(few),
    why: 'With that domain held out, the score of this group rests on these few, and the worst group may be the worst by chance.',
    examples: [],
    ...offered(dropRemedy(dataset, few, {
      label: `Leave out the few (${counted(few.length, 'example')})`,
      done: `Left out ${counted(small.length, 'small pair')} of group and domain.`,
      result: `without ${counted(small.length, 'small pair')} of group and domain`,
    })),
  };
}

function more(n: number): string[] {
  return n > EXAMPLES_SHOWN ? [`And ${n - EXAMPLES_SHOWN} more.`] : [];
}
