import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startRows, withEdit } from '../../src/core/editing/draft-rows.ts';
import { placeAmong, positionAfter, type GridPosition } from '../../src/core/editing/grid-position.ts';
import { NO_ROWS, isSelected, selectedAmong, selectedRows, withSelected } from '../../src/core/editing/row-selection.ts';
import { bySmallNumbers, inOrder } from '../../src/core/editing/stable-order.ts';
import { viewOrder } from '../../src/core/editing/view-order.ts';
import { ALL_ROWS, SORT_KEYS, matcher, type SortKey, type ViewQuery } from '../../src/core/editing/view-query.ts';
import type { Example } from '../../src/core/examples.ts';
import { finished } from '../support/editing.ts';
import { datasetOf } from '../support/quality-data.ts';

const example: fc.Arbitrary<Example> = fc.record({
  text: fc.array(fc.constantFrom('Sun', 'sun', 'RAIN', '(a+b)*', '.', 'ß', 'été', '😀'), { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
  label: fc.constantFrom('yes', 'No', 'maybe'),
  domain: fc.constantFrom('b', 'A', 'c'),
  group: fc.constantFrom('g', 'h'),
});
const examples = fc.array(example, { minLength: 1, maxLength: 60 });
const queries: fc.Arbitrary<ViewQuery> = fc.record({
  search: fc.constantFrom('', 'sun', 'RAIN', '(a+b)*', '.', 'ÉTÉ', '😀'),
  label: fc.constantFrom(null, 'yes', 'No'),
  domain: fc.constantFrom(null, null, 'A'),
  group: fc.constantFrom(null, null, 'h'),
  changedOnly: fc.boolean(),
  only: fc.option(fc.uniqueArray(fc.nat(60)).map((rows) => ({ rows: Uint32Array.from(rows), title: 'some' })), { freq: 2 }),
  sortBy: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
});

/** What rows are sorted by, case put aside. */
function keyOf(sortBy: SortKey, { text, label, domain, group = '' }: Example, row: number): string | number {
  return { row, text: text.toLowerCase(), length: text.length, label: label.toLowerCase(), domain: domain.toLowerCase(), group }[sortBy];
}

describe('the rows on show', () => {
  test('are those that fit the query, sorted as asked, equal ones by number', () => {
    fc.assert(
      fc.property(examples, fc.array(fc.nat()), fc.array(fc.nat()), queries, (all, deleted, relabelled, query) => {
        const before = finished(startRows(datasetOf(all)));
        const some = (numbers: readonly number[]): Uint32Array => Uint32Array.from(new Set(numbers.map((n) => n % all.length))).sort();
        const gone = some(deleted);
        const changed = some(relabelled).filter((row) => !gone.includes(row));
        const remaining = finished(withEdit(before, { kind: 'delete', rows: gone }));
        const rows = finished(withEdit(remaining, { kind: 'change', rows: changed, fields: { label: 'maybe' } }));
        const now = all.map((row, i) => (changed.includes(i) ? { ...row, label: 'maybe' } : row));
        const fits = (row: Example, i: number): boolean =>
          !gone.includes(i) &&
          (query.only === null || query.only.rows.includes(i)) &&
          row.text.toLowerCase().includes(query.search.toLowerCase()) &&
          (query.label === null || row.label === query.label) &&
          (query.domain === null || row.domain === query.domain) &&
          (query.group === null || row.group === query.group) &&
          (!query.changedOnly || row.label !== all[i]?.label);
        const sign = query.descending ? -1 : 1;
        const compare = (a: number, b: number): number => {
          const [left, right] = [keyOf(query.sortBy, now[a] as Example, a), keyOf(query.sortBy, now[b] as Example, b)];
          return left < right ? -sign : left > right ? sign : a - b;
        };
        const expected = [...now.keys()].filter((i) => fits(now[i] as Example, i)).sort(compare);
        expect([...finished(viewOrder(rows, before, query))]).toEqual(expected);
      }),
    );
  });

  test('come with many pauses where there are many', () => {
    const examples = Array.from({ length: 20_000 }, (_, i) => ({ text: `Row ${(i * 7919) % 20_000}`.repeat(5), label: i % 2 ? 'yes' : 'no', domain: 'a' }));
    const rows = finished(startRows(datasetOf(examples)));
    let pauses = 0;
    const work = viewOrder(rows, rows, { ...ALL_ROWS, search: 'row', sortBy: 'text' });
    let next = work.next();
    for (; !next.done; next = work.next()) pauses++;
    expect(next.value).toHaveLength(20_000);
    expect(pauses).toBeGreaterThan(50);
  });

  test('are found by the letters typed, whatever they would mean in a pattern', () => {
    const found = (search: string, text: string): boolean => matcher({ ...ALL_ROWS, search })({ text, label: '', domain: '' }, null);
    expect(found('a.c', 'abc')).toBe(false);
    expect(found('[x]', 'an [X] here')).toBe(true);
    expect(found('\\d-/', 'A \\D-/ B')).toBe(true);
    expect(found('\ud83d', 'lone \ud83d half')).toBe(true);
  });
});

describe('sorting', () => {
  test('in slices gives what a stable sort gives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 100 }), (keys) => {
        const order = finished(inOrder(keys.length, (a, b) => (keys[a] as number) - (keys[b] as number)));
        expect([...order]).toEqual([...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number)));
      }),
    );
  });

  test('by small numbers gives what a stable sort gives, both ways', () => {
    fc.assert(
      fc.property(fc.uint32Array({ max: 500, maxLength: 60 }), fc.boolean(), (rows, descending) => {
        const numberOf = (row: number): number => row % 7;
        const sign = descending ? -1 : 1;
        expect([...finished(bySmallNumbers(rows, numberOf, descending))]).toEqual([...rows].sort((a, b) => sign * (numberOf(a) - numberOf(b))));
      }),
    );
  });
});

describe('the selection', () => {
  test('holds the rows that were last selected and not taken out since', () => {
    const changes = fc.array(fc.record({ rows: fc.array(fc.nat(50), { maxLength: 6 }), selected: fc.boolean() }), { maxLength: 10 });
    fc.assert(
      fc.property(changes, fc.uint32Array({ max: 50, maxLength: 20 }), (all, shown) => {
        const expected = new Set<number>();
        let selection = NO_ROWS;
        for (const { rows, selected } of all) {
          selection = withSelected(selection, Uint32Array.from(rows), selected);
          for (const row of rows) if (selected) expected.add(row);
            else expected.delete(row);
        }
        expect([...selectedRows(selection)]).toEqual([...expected].sort((a, b) => a - b));
        expect(selection.count).toBe(expected.size);
        expect(isSelected(selection, 51)).toBe(false);
        const among = selectedAmong(selection, Uint32Array.from(new Set(shown)));
        expect(new Set(selectedRows(among))).toEqual(new Set([...shown].filter((row) => expected.has(row))));
      }),
    );
  });
});

describe('a key in the grid', () => {
  const size = { rows: 100, columns: 4, pageRows: 11 };
  const at: GridPosition = { row: 50, column: 1 };
  const after = (key: string, withCtrl = false, from = at): GridPosition | null => positionAfter(key, withCtrl, from, size);

  test('leads where the ARIA authoring practices say', () => {
    expect(after('ArrowDown')).toEqual({ row: 51, column: 1 });
    expect(after('ArrowLeft')).toEqual({ row: 50, column: 0 });
    expect(after('PageUp')).toEqual({ row: 40, column: 1 });
    expect(after('Home')).toEqual({ row: 50, column: 0 });
    expect(after('End')).toEqual({ row: 50, column: 3 });
    expect(after('Home', true)).toEqual({ row: 0, column: 0 });
    expect(after('End', true)).toEqual({ row: 99, column: 3 });
    expect(after('x')).toBeNull();
  });

  test('goes on with the same row, or the next that is left, when other rows are on show', () => {
    const before = Uint32Array.of(5, 3, 8, 1, 9);
    const place = (at: number, ...after: number[]): number => placeAmong(Uint32Array.from(after), before, at);
    expect(place(2, 1, 3, 5, 8)).toBe(3);
    expect(place(1, 5, 1, 9)).toBe(1);
    expect(place(4, 5, 8)).toBe(1);
    expect(place(0, 1, 9)).toBe(0);
    expect(place(0)).toBe(0);
    expect(placeAmong(Uint32Array.of(4), new Uint32Array(0), 0)).toBe(0);
  });

  test('never leads out of it', () => {
    const keys = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End');
    fc.assert(
      fc.property(keys, fc.boolean(), fc.nat(99), fc.nat(3), (key, withCtrl, row, column) => {
        const to = after(key, withCtrl, { row, column });
        expect(to && to.row >= 0 && to.row < 100 && to.column >= 0 && to.column < 4).toBe(true);
      }),
    );
  });
});
