import { beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../../src/core/examples.ts';
import { distinctTrigramRatio } from '../bench/variety.ts';
import { bundledSet } from '../support/bundled-sets.ts';

const GROUPS = ['English name', 'Arabic name', 'Chinese name', 'Indian name', 'Spanish name', 'Yoruba name'];
/** Rows of one statement, which stand together in the file: one a group. */
let statements: Example[][];

/** Runs of letters, and what stands between them. */
const pieces = (text: string): string[] => text.split(/(\p{L}+)/u);
const differingPieces = (a: Example, b: Example): number[] => pieces(a.text).flatMap((piece, i) => (piece === pieces(b.text)[i] ? [] : [i]));

beforeAll(async () => {
  const { dataset } = await bundledSet('names');
  statements = [];
  for (let from = 0; from < dataset.examples.length; from += GROUPS.length) statements.push(dataset.examples.slice(from, from + GROUPS.length));
});

/** Where the names stand in a statement, and what they are, group by group. */
function namesOf(rows: readonly Example[]): { at: number; names: string[] } {
  const [first, second] = rows as [Example, Example];
  const at = differingPieces(first, second)[0] as number;
  return { at, names: rows.map(({ text }) => pieces(text)[at] as string) };
}

describe('the bundled names', () => {
  it('have 192 statements, each once in every group, under one label and in one domain', () => {
    expect(statements).toHaveLength(192);
    for (const rows of statements) {
      expect(rows.map(({ group }) => group)).toEqual(GROUPS);
      expect(new Set(rows.map(({ label, domain }) => `${label} ${domain}`)).size).toBe(1);
    }
  });

  it('differ between the groups in one word, the name', () => {
    for (const rows of statements) {
      const { at, names } = namesOf(rows);
      expect(new Set(names).size).toBe(GROUPS.length);
      for (const row of rows.slice(1)) {
        expect(pieces(row.text)).toHaveLength(pieces((rows[0] as Example).text).length);
        expect(differingPieces(rows[0] as Example, row)).toEqual([at]);
      }
    }
  });

  it('say nothing of the label by the name: in each domain each name stands three times under each label', () => {
    const times = new Map<string, number>();
    for (const rows of statements) {
      namesOf(rows).names.forEach((name, i) => {
        const { label, domain, group } = rows[i] as Example;
        const key = [group, name, domain, label].join(' | ');
        times.set(key, (times.get(key) ?? 0) + 1);
      });
    }
    expect(times.size).toBe(GROUPS.length * 8 * 4 * 2);
    expect([...new Set(times.values())]).toEqual([3]);
  });

  it('have statements that are not written from templates: most word trigrams of one group occur once', () => {
    expect(distinctTrigramRatio(statements.map((rows) => (rows[0] as Example).text))).toBeGreaterThan(0.9);
  });
});
