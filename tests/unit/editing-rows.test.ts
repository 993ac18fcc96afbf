import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasChanges, markOf, newTexts } from '../../src/core/editing/changes.ts';
import { examplesOf, startRows, withEdit, type DraftRows } from '../../src/core/editing/draft-rows.ts';
import { edited, NO_EDITS, redoable, redone, replayed, rowsNow, undoable, undone, type EditHistory } from '../../src/core/editing/history.ts';
import { editInWords, type RowEdit } from '../../src/core/editing/row-edit.ts';
import { rowOf, tableOf, withAdded } from '../../src/core/editing/row-table.ts';
import type { Dataset, Example } from '../../src/core/examples.ts';
import { finished } from '../support/editing.ts';
import { datasetOf } from '../support/quality-data.ts';

const names = { label: fc.constantFrom('yes', 'no', 'maybe'), domain: fc.constantFrom('a', 'b', 'c') };
const example: fc.Arbitrary<Example> = fc.record({ text: fc.string({ maxLength: 8 }), ...names });
/** From one row to more than two pages of them, so that edits meet the ends of pages. */
const datasets = fc
  .tuple(fc.array(example, { minLength: 1, maxLength: 9 }), fc.constantFrom(1, 5, 255, 256, 300, 600))
  .map(([examples, rows]) => datasetOf(Array.from({ length: rows }, (_, i) => examples[i % examples.length] as Example)));
const fields = fc.record({ text: fc.string({ maxLength: 8 }), ...names }, { requiredKeys: [] });

/** One edit, whose rows are chosen among those that are there when it is made. */
const recipe = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), examples: fc.array(example, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('change' as const), of: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), fields }),
  fc.record({ kind: fc.constant('delete' as const), of: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }) }),
);
type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

function editOf(recipe: Recipe, { table }: DraftRows): RowEdit | null {
  if (recipe.kind === 'add') return recipe;
  const live = Array.from({ length: table.size }, (_, row) => row).filter((row) => rowOf(table, row) !== null);
  if (live.length === 0) return null;
  const rows = Uint32Array.from(new Set(recipe.of.map((n) => live[n % live.length] as number))).sort();
  return recipe.kind === 'change' ? { kind: 'change', rows, fields: recipe.fields } : { kind: 'delete', rows };
}

const historyOf = (dataset: Dataset): EditHistory => finished(replayed(dataset, NO_EDITS));
const startOf = (dataset: Dataset): DraftRows => finished(startRows(dataset));
const editedRows = (rows: DraftRows, edit: RowEdit): DraftRows => finished(withEdit(rows, edit));

function afterAll(history: EditHistory, recipes: readonly Recipe[]): EditHistory {
  return recipes.reduce((now, each) => {
    const edit = editOf(each, rowsNow(now));
    return edit ? finished(edited(now, edit)) : now;
  }, history);
}

/** What an edit does, written down as plainly as can be. */
function plainly(rows: (Example | null)[], edit: RowEdit): (Example | null)[] {
  if (edit.kind === 'add') return [...rows, ...edit.examples];
  const touched = new Set(edit.rows);
  return rows.map((row, i) => (!touched.has(i) || row === null ? row : edit.kind === 'delete' ? null : { ...row, ...edit.fields }));
}

function tallied(examples: readonly Example[], nameOf: (example: Example) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of examples) counts[nameOf(each)] = (counts[nameOf(each)] ?? 0) + 1;
  return counts;
}

describe('a sequence of edits', () => {
  test('gives the rows that each edit, done plainly, would', () => {
    fc.assert(
      fc.property(datasets, fc.array(recipe, { maxLength: 12 }), (dataset, recipes) => {
        const history = afterAll(historyOf(dataset), recipes);
        const expected = history.edits.reduce(plainly, [...dataset.examples]).filter((row) => row !== null);
        const rows = rowsNow(history);
        expect(finished(examplesOf(rows))).toEqual(expected);
        expect(rows.live).toBe(expected.length);
        expect(Object.fromEntries(rows.labels)).toEqual(tallied(expected, ({ label }) => label));
        expect(Object.fromEntries(rows.domains)).toEqual(tallied(expected, ({ domain }) => domain));
        expect(rows.groups.size).toBe(0);
      }),
    );
  });

  test('undone to its beginning restores the rows exactly, and redone gives the same again, step by step', () => {
    fc.assert(
      fc.property(datasets, fc.array(recipe, { maxLength: 12 }), (dataset, recipes) => {
        let history = afterAll(historyOf(dataset), recipes);
        const seen = [finished(examplesOf(rowsNow(history)))];
        while (undoable(history) !== null) {
          history = undone(history);
          seen.unshift(finished(examplesOf(rowsNow(history))));
        }
        expect(seen).toHaveLength(history.edits.length + 1);
        expect(seen[0]).toEqual(dataset.examples);
        for (const rows of seen) {
          expect(finished(examplesOf(rowsNow(history)))).toEqual(rows);
          history = redone(history);
        }
        expect(redoable(history)).toBeNull();
      }),
    );
  });

  test('leaves the data set and all rows before as they were', () => {
    fc.assert(
      fc.property(datasets, fc.array(recipe, { minLength: 1, maxLength: 6 }), (dataset, recipes) => {
        const copy = structuredClone(dataset.examples);
        const start = historyOf(dataset);
        const before = structuredClone(rowsNow(start));
        afterAll(start, recipes);
        expect(dataset.examples).toEqual(copy);
        expect(rowsNow(start)).toEqual(before);
      }),
    );
  });

  test('that is kept and replayed gives the same history, whatever was undone', () => {
    fc.assert(
      fc.property(datasets, fc.array(recipe, { maxLength: 8 }), fc.nat(8), (dataset, recipes, undos) => {
        let history = afterAll(historyOf(dataset), recipes);
        for (let i = 0; i < undos; i++) history = undone(history);
        const { edits, at } = structuredClone({ edits: history.edits, at: history.at });
        const again = finished(replayed(dataset, { edits, at }));
        expect(finished(examplesOf(rowsNow(again)))).toEqual(finished(examplesOf(rowsNow(history))));
        expect(finished(examplesOf(rowsNow(redone(again))))).toEqual(finished(examplesOf(rowsNow(redone(history)))));
      }),
    );
  });

  test('loses what was undone with the next edit', () => {
    const dataset = datasetOf([{ text: 'one', label: 'yes', domain: 'a' }]);
    const relabel = (label: string): RowEdit => ({ kind: 'change', rows: Uint32Array.of(0), fields: { label } });
    const history = finished(edited(undone(finished(edited(historyOf(dataset), relabel('no')))), relabel('maybe')));
    expect(history.edits).toEqual([relabel('maybe')]);
    expect(redone(history)).toBe(history);
    expect(finished(examplesOf(rowsNow(history)))).toEqual([{ text: 'one', label: 'maybe', domain: 'a' }]);
  });
});

describe('what edits changed', () => {
  test('is told from the rows, not from the edits: what is changed back is no change', () => {
    fc.assert(
      fc.property(datasets, fc.array(recipe, { maxLength: 12 }), (dataset, recipes) => {
        const before = startOf(dataset);
        const rows = rowsNow(afterAll(historyOf(dataset), recipes));
        const all = Array.from({ length: rows.table.size }, (_, row) => ({ was: rowOf(before.table, row), is: rowOf(rows.table, row) }));
        const differs = (a: Example, b: Example): boolean => JSON.stringify([a.text, a.label, a.domain]) !== JSON.stringify([b.text, b.label, b.domain]);
        expect(hasChanges(before.table, rows.table)).toBe(all.some(({ was, is }) => (was && is ? differs(was, is) : was !== is)));
        const known = new Set(dataset.examples.map(({ text }) => text));
        expect(new Set(finished(newTexts(before.table, rows.table)))).toEqual(new Set(finished(examplesOf(rows)).map(({ text }) => text).filter((text) => !known.has(text))));
      }),
    );
  });

  test('of one row is a word', () => {
    const row = { text: 'one', label: 'yes', domain: 'a' };
    expect(markOf(row, null)).toBe('added');
    expect(markOf({ ...row }, row)).toBeNull();
    expect(markOf({ ...row, domain: 'b' }, row)).toBe('edited');
  });
});

describe('an edit that does not fit', () => {
  const plain = startOf(datasetOf([{ text: 'one', label: 'yes', domain: 'a' }, { text: 'two', label: 'no', domain: 'a' }]));
  const grouped = startOf(datasetOf([{ text: 'one', label: 'yes', domain: 'a', group: 'g' }]));
  const remove = (...rows: number[]): RowEdit => ({ kind: 'delete', rows: Uint32Array.from(rows) });

  test('to the rows is refused: no such row, a deleted one, rows out of order or twice', () => {
    expect(() => editedRows(plain, remove(2))).toThrow(RangeError);
    expect(() => editedRows(editedRows(plain, remove(1)), { kind: 'change', rows: Uint32Array.of(1), fields: { label: 'yes' } })).toThrow(RangeError);
    expect(() => editedRows(plain, remove(1, 0))).toThrow(RangeError);
    expect(() => editedRows(plain, remove(1, 1))).toThrow(RangeError);
  });

  test('to the groups is refused: a group among examples without, an example without among groups', () => {
    expect(() => editedRows(plain, { kind: 'change', rows: Uint32Array.of(0), fields: { group: 'g' } })).toThrow(RangeError);
    expect(() => editedRows(grouped, { kind: 'add', examples: [{ text: 'two', label: 'no', domain: 'a' }] })).toThrow(RangeError);
    expect(editedRows(grouped, { kind: 'change', rows: Uint32Array.of(0), fields: { group: 'h' } }).groups).toEqual(new Map([['h', 1]]));
  });

  test('to a draft’s own length is refused when it is replayed', () => {
    const dataset = datasetOf([{ text: 'one', label: 'yes', domain: 'a' }]);
    expect(() => finished(replayed(dataset, { ...NO_EDITS, at: 1 }))).toThrow(RangeError);
    expect(() => finished(replayed(dataset, { edits: [remove(7)], at: 1 }))).toThrow(RangeError);
  });
});

test('changing one of many rows copies its page and the list of pages, no more', () => {
  const rows = startOf(datasetOf(Array.from({ length: 5000 }, (_, i) => ({ text: `text ${i}`, label: i % 2 ? 'yes' : 'no', domain: 'a' }))));
  const after = editedRows(rows, { kind: 'change', rows: Uint32Array.of(3000), fields: { text: 'other' } });
  const shared = after.table.pages.filter((page, i) => page === rows.table.pages[i]);
  expect(shared).toHaveLength(rows.table.pages.length - 1);
  expect(after.live).toBe(5000);
});

test('rows added one at a time or at once are the same table', () => {
  const examples = Array.from({ length: 600 }, (_, i) => ({ text: `text ${i}`, label: 'yes', domain: 'a' }));
  expect(examples.reduce((table, each) => withAdded(table, [each]), tableOf([]))).toEqual(tableOf(examples));
});

test('edits are named by what they do', () => {
  const rows = Uint32Array.of(0, 5);
  expect(
    [
      { kind: 'add', examples: [{ text: 'one', label: 'yes', domain: 'a' }] },
      { kind: 'delete', rows },
      { kind: 'change', rows, fields: { label: 'yes' } },
      { kind: 'change', rows, fields: { domain: 'shop' } },
      { kind: 'change', rows, fields: { group: 'g' } },
      { kind: 'change', rows: Uint32Array.of(0), fields: { text: 'other' } },
      { kind: 'change', rows, fields: { label: 'yes', domain: 'shop' } },
    ].map((edit) => editInWords(edit as RowEdit)),
  ).toEqual([
    'Added 1 example',
    'Deleted 2 examples',
    'Relabelled 2 examples as “yes”',
    'Moved 2 examples to “shop”',
    'Put 2 examples into the group “g”',
    'Changed the text of 1 example',
    'Changed 2 examples',
  ]);
});
