import { composition } from '../composition.ts';
import type { Dataset } from '../examples.ts';
import { count, counted, percent } from '../format.ts';
import { accuracyDifference } from '../statistics.ts';
import { rowsToLevel } from './leave-out.ts';
import { dropRemedy, offered, type Finding } from './report.ts';
import { TELLING_DOMAIN } from './small-parts.ts';

/** The most frequent label has so many times the rows of the rarest. */
const UNEVEN_LABELS = 3;
/** The largest domain has so many times the rows of the smallest. */
const UNEVEN_DOMAINS = 10;
/** A label's shares in two domains differ by so much, interval and all. */
const UNEVEN_SHARES = 0.2;

/** Labels of very different frequency. */
export function labelBalanceFinding(dataset: Dataset): Finding | null {
  const counts = tally(dataset.examples.map(({ label }) => label));
  const [most, least] = [counts[0], counts.at(-1)];
  if (!most || !least || most[1] < UNEVEN_LABELS * least[1]) return null;
  const share = most[1] / dataset.examples.length;
  const over = rowsToLevel(dataset, [...dataset.examples.keys()], (row) => dataset.examples[row]?.label ?? '');
  return {
    key: 'labels',
    severity: 'look',
    title: `Labels are uneven: “${most[0]}” has ${percent(share)} of the examples`,
    count: counts.length,
    details: [`“${most[0]}”: ${count(most[1])}; “${least[0]}”: ${count(least[1])} of ${counted(dataset.examples.length, 'example')}.`],
    rows: new Uint32Array(0),
    why: `Always answering “${most[0]}” scores ${percent(share)} without reading a word. Hold accuracies against that, and look at the loss too.`,
    examples: [],
    ...offered(dropRemedy(dataset, over, { label: `Level the labels: leave out ${counted(over.length, 'example')}`, done: `Levelled the labels: left out ${counted(over.length, 'example')}.`, result: 'labels levelled' })),
  };
}

/** Domains of very different size. Those too small to be held out are a finding of their own. */
export function domainBalanceFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const counts = tally(dataset.examples.map(({ domain }) => domain)).filter(([, rows]) => rows >= TELLING_DOMAIN);
  const [most, least] = [counts[0], counts.at(-1)];
  if (!most || !least || most[1] < UNEVEN_DOMAINS * least[1]) return null;
  const levelled = new Set(counts.map(([domain]) => domain));
  const rows = dataset.examples.flatMap(({ domain }, row) => (levelled.has(domain) ? [row] : []));
  const over = rowsToLevel(dataset, rows, (row) => dataset.examples[row]?.domain ?? '');
  return {
    key: 'domains',
    severity: 'note',
    title: `Domains are uneven: “${most[0]}” has ${Math.round(most[1] / least[1])} times the examples of “${least[0]}”`,
    count: counts.length,
    details: [`“${most[0]}”: ${count(most[1])}; “${least[0]}”: ${count(least[1])}.`],
    rows: new Uint32Array(0),
    why: 'Each step takes an equal batch of every training domain, so the few examples of a small one are seen again and again, and are soon remembered.',
    examples: [],
    ...offered(dropRemedy(dataset, over, { label: `Level the domains: leave out ${counted(over.length, 'example')}`, done: `Levelled the domains: left out ${counted(over.length, 'example')}.`, result: 'domains levelled' })),
  };
}

/** The label whose shares in two domains differ most. */
export function labelShiftFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const domains = composition(dataset);
  const shifts = dataset.labels.map((label, l) => {
    const byShare = domains.filter(({ rows }) => rows > 0).sort((a, b) => (b.byLabel[l] ?? 0) / b.rows - (a.byLabel[l] ?? 0) / a.rows);
    const [high, low] = [byShare[0], byShare.at(-1)];
    if (!high || !low) return null;
    const [a, b] = [high, low].map(({ byLabel, rows }) => ({ correct: byLabel[l] ?? 0, n: rows, lossMean: NaN, lossVariance: NaN }));
    return a && b ? { label, high, low, a, b, difference: accuracyDifference(a, b) } : null;
  });
  const worst = shifts.filter((shift) => shift !== null).sort((x, y) => y.difference.low - x.difference.low)[0];
  if (!worst || worst.difference.low < UNEVEN_SHARES) return null;
  const { label, high, low, a, b } = worst;
  const rowsOf = new Map<string, number[]>(domains.map(({ domain }) => [domain, []]));
  dataset.examples.forEach(({ domain }, row) => rowsOf.get(domain)?.push(row));
  const over = [...rowsOf.values()].flatMap((rows) => rowsToLevel(dataset, rows, (row) => dataset.examples[row]?.label ?? '')).sort((x, y) => x - y);
  // A domain without one of the labels cannot be brought to equal shares.
  const lacking = domains.find(({ byLabel }) => byLabel.includes(0));
  return {
    key: 'label-shift',
    severity: 'look',
    title: `“${label}” is ${percent(a.correct / a.n)} of “${high.domain}” but ${percent(b.correct / b.n)} of “${low.domain}”`,
    count: dataset.domains.length,
    details: [`${count(a.correct)} of ${count(a.n)}, and ${count(b.correct)} of ${count(b.n)}.`],
    rows: new Uint32Array(0),
    why: 'A head learns how frequent labels are. Where the held-out domain has other shares, part of the gap comes from them and not from its texts.',
    examples: [],
    ...offered(
      lacking
        ? [{ refused: `“${lacking.domain}” has no example of “${dataset.labels[lacking.byLabel.indexOf(0)] ?? ''}”, so that its labels cannot be levelled` }]
        : dropRemedy(dataset, over, {
            label: `Level the labels within each domain: leave out ${counted(over.length, 'example')}`,
            done: `Levelled the labels within each domain: left out ${counted(over.length, 'example')}.`,
            result: 'labels levelled in each domain',
          }),
    ),
  };
}

/** Labels that one domain alone has. */
export function loneLabelFinding(dataset: Dataset): Finding | null {
  if (!dataset.hasDomains) return null;
  const domainsOf = new Map<string, Set<string>>(dataset.labels.map((label) => [label, new Set()]));
  for (const { label, domain } of dataset.examples) domainsOf.get(label)?.add(domain);
  const lone = [...domainsOf].filter(([, domains]) => domains.size === 1).map(([label]) => label);
  if (lone.length === 0) return null;
  const rows = dataset.examples.flatMap(({ label }, row) => (lone.includes(label) ? [row] : []));
  const labels = counted(lone.length, 'label');
  return {
    key: 'lone-labels',
    severity: 'look',
    title: `${labels} in one domain only: ${lone.slice(0, 3).map((label) => `“${label}”`).join(', ')}${lone.length > 3 ? ', …' : ''}`,
    count: lone.length,
    details: [`${counted(rows.length, 'example has such a label', 'examples have such a label')}.`],
    rows: Uint32Array.from(rows),
    why: 'With that domain held out nothing teaches the label, and its examples are left out of the score; with another one held out, the label gives the domain away.',
    examples: [],
    ...offered(dropRemedy(dataset, rows, {
      label: `Drop ${counted(rows.length, 'example')} with ${lone.length === 1 ? 'this label' : 'these labels'}`,
      done: `Dropped ${labels} that one domain alone had.`,
      result: `without ${labels} of one domain`,
    })),
  };
}

/** Values with their counts, the most frequent first. */
function tally(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
