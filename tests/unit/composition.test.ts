import { describe, expect, test } from 'vitest';
import { composition, compositionInTurns, countTable } from '../../src/core/composition.ts';
import type { Dataset, Example } from '../../src/core/examples.ts';

/** @param counts rows of each label, by domain */
function datasetOf(counts: Readonly<Record<string, Readonly<Record<string, number>>>>): Dataset {
  const examples: Example[] = Object.entries(counts).flatMap(([domain, labels]) =>
    Object.entries(labels).flatMap(([label, n]) => Array.from({ length: n }, (_, i) => ({ text: `${domain} ${label} ${i}`, label, domain }))),
  );
  const names = (key: 'label' | 'domain'): string[] => [...new Set(examples.map((example) => example[key]))];
  return { id: '', name: '', examples, labels: names('label'), domains: names('domain'), groups: [], hasDomains: true };
}

test('a large data set is counted with turns for others, once', () => {
  const dataset = datasetOf({ web: { yes: 9000 }, mail: { no: 4000, yes: 1 } });
  const work = compositionInTurns(dataset);
  expect(work.next().done).toBe(false);
  const counted = [...composition(dataset)];
  expect(counted).toEqual([
    { domain: 'web', byLabel: [9000, 0], rows: 9000 },
    { domain: 'mail', byLabel: [1, 4000], rows: 4001 },
  ]);
  expect(compositionInTurns(dataset).next()).toEqual({ done: true, value: counted });
});

describe('the table of examples by domain and label', () => {
  test('has domains down the side where labels are few, with totals of both', () => {
    expect(countTable(datasetOf({ web: { yes: 3, no: 2 }, mail: { no: 4 } }))).toEqual({
      rowsAre: 'domains',
      columns: ['yes', 'no'],
      rows: [
        { name: 'web', counts: [3, 2], total: 5 },
        { name: 'mail', counts: [0, 4], total: 4 },
      ],
      totals: [3, 6],
      total: 9,
    });
  });

  test('has labels down the side where they are five or more, and tells how many of each label a domain has', () => {
    expect(countTable(datasetOf({ web: { a: 1, b: 2, c: 3, d: 4, e: 5 }, mail: { e: 7 } }))).toEqual({
      rowsAre: 'labels',
      columns: ['web', 'mail'],
      rows: [
        { name: 'a', counts: [1, 0], total: 1 },
        { name: 'b', counts: [2, 0], total: 2 },
        { name: 'c', counts: [3, 0], total: 3 },
        { name: 'd', counts: [4, 0], total: 4 },
        { name: 'e', counts: [5, 7], total: 12 },
      ],
      totals: [15, 7],
      total: 22,
    });
  });

  test('loses no row of 200 labels in 50 domains', () => {
    const cells = Object.fromEntries(Array.from({ length: 50 }, (_, d) => [`domain ${d}`, Object.fromEntries(Array.from({ length: 200 }, (__, l) => [`label ${l}`, 1 + ((d + l) % 3)]))]));
    const table = countTable(datasetOf(cells));
    expect([table.rows.length, table.columns.length]).toEqual([200, 50]);
    for (const { counts, total } of table.rows) expect(counts.reduce((sum, n) => sum + n)).toBe(total);
    expect(table.rows[7]?.counts[4]).toBe(1 + (11 % 3));
    expect(table.totals.reduce((sum, n) => sum + n)).toBe(table.total);
  });
});
