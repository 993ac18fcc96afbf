import { deleteDB } from 'idb';
import { mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Dataset, Example } from '../../src/core/examples.ts';
import { Editor } from '../../src/state/editor.svelte.ts';
import { Job } from '../../src/state/job.svelte.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { Storage } from '../../src/storage/storage.ts';
import EditorDialog from '../../src/ui/data/EditorDialog.svelte';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';
import { DraftService } from '../../src/worker/draft-service.ts';

/** The editor on 100,000 examples, with drafts in the browser's IndexedDB. */

const ROWS = 100_000;
const LAST = `Example ${ROWS}, the ${ROWS % 7}th of seven kinds.`;
const NAME = 'heldout-editor-grid';
let storage: Storage;
let editor: Editor;
let dialog: Record<string, unknown>;

const example = (row: number): Example => ({ text: `Example ${row}, the ${row % 7}th of seven kinds.`, label: row % 2 ? 'odd' : 'even', domain: `domain ${row % 5}` });
const dataset: Dataset = {
  id: 'large',
  name: 'large',
  examples: Array.from({ length: ROWS }, (_, i) => example(i + 1)),
  labels: ['odd', 'even'],
  domains: ['domain 1', 'domain 2', 'domain 3', 'domain 4', 'domain 0'],
  groups: [],
  hasDomains: true,
};

beforeEach(async () => {
  storage = new Storage(NAME);
  const unused = (): Promise<never> => Promise.reject(new Error('Nothing is saved or opened here.'));
  const host = { job: new Job(unused), current: () => ({ entryId: 'large', dataset }), isListed: () => true, open: unused, take: unused, attempt: unused };
  editor = new Editor({ saveDataset: unused }, new DraftService({ storage, dateMs: () => Date.now() }), new Notices(), host);
  editor.follow();
  await editor.open();
  dialog = mount(EditorDialog, { target: document.body, props: { editor, draft: draftOf(editor) } });
  await rowsAreShown();
});

afterEach(async () => {
  await unmount(dialog);
  await storage.close();
  await deleteDB(NAME);
});

function draftOf({ draft }: Editor) {
  return draft ?? expect.fail('no data set is shown');
}

const grid = (): HTMLElement => document.querySelector<HTMLElement>('[role=grid]') ?? expect.fail('no grid');
const rowElements = (): HTMLElement[] => [...grid().querySelectorAll<HTMLElement>('[role=row]')];
const cell = (row: number, column: number): HTMLElement | null => grid().querySelector(`[data-row="${row}"] [data-column="${column}"]`);
const inSight = (element: Element | null): boolean => {
  const [box, around] = [element?.getBoundingClientRect(), grid().querySelector('.scroller')?.getBoundingClientRect()];
  return element?.checkVisibility({ visibilityProperty: true }) === true && box !== undefined && around !== undefined && box.top >= around.top - 1 && box.bottom <= around.bottom + 1;
};

/** Waits for something on the page, on a slow machine too. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

async function rowsAreShown(): Promise<void> {
  await poll(() => inSight(cell(0, 1))).toBe(true);
}

/** Waits until the last row can be read and has the focus. */
async function atTheEnd(text: string): Promise<void> {
  await poll(() => [document.activeElement?.textContent.trim(), inSight(document.activeElement)]).toEqual([text, true]);
}

test('only some rows are in the page, and it says how many there are', () => {
  expect(rowElements().length).toBeGreaterThan(5);
  expect(rowElements().length).toBeLessThan(100);
  expect(grid().getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
  expect(rowElements()[1]?.getAttribute('aria-rowindex')).toBe('2');
});

test('scrolled to the end, it shows the last row', async () => {
  const scroller = grid().querySelector('.scroller') ?? expect.fail('nothing scrolls');
  await poll(() => {
    scroller.scrollTop = scroller.scrollHeight; // heights are known once rows are seen, so that the end may move away
    return inSight(cell(ROWS - 1, 1));
  }).toBe(true);
  expect(cell(ROWS - 1, 1)?.textContent.trim()).toBe(LAST);
  expect(rowElements().length).toBeLessThan(100);
  expect(rowElements().at(-1)?.getAttribute('aria-rowindex')).toBe(String(ROWS + 1));
});

test('the keyboard goes to the last row and back, edits there, and undoes', async () => {
  cell(0, 1)?.focus();
  await userEvent.keyboard('{Control>}{End}{/Control}');
  await atTheEnd('Domain:\u2002domain 0');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await atTheEnd(LAST);
  await userEvent.keyboard('{F2}The last word.{Enter}');
  await atTheEnd('The last word.');
  await poll(() => cell(ROWS - 1, 0)?.innerText.replace(/\s+/gu, ' ').trim()).toBe('100,000 edited');
  expect(rowElements().length).toBeLessThan(100);
  await userEvent.keyboard('{Control>}{Home}{/Control}{PageDown}');
  await poll(() => [Number(document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row']) > 2, inSight(document.activeElement)]).toEqual([true, true]);
  await userEvent.keyboard('{Control>}z{/Control}{Control>}{End}{/Control}');
  await atTheEnd('Domain:\u2002domain 0');
  expect(cell(ROWS - 1, 1)?.textContent.trim()).toBe(LAST);
});

test('searching, sorting and relabelling reach every row', async () => {
  editor.view.ask({ search: 'the 3th', sortBy: 'text', descending: true });
  const found = dataset.examples.filter(({ text }) => text.includes('the 3th')).map(({ text }) => text);
  await poll(() => grid().getAttribute('aria-rowcount')).toBe(String(found.length + 1));
  await rowsAreShown();
  expect(cell(0, 1)?.textContent.trim()).toBe(found.sort().at(-1));

  editor.view.ask({ search: '' });
  await poll(() => grid().getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
  cell(0, 1)?.focus();
  await userEvent.keyboard('{Control>}a{/Control}');
  expect(editor.view.selection.count).toBe(ROWS);
  draftOf(editor).apply({ kind: 'change', rows: editor.view.selectedRows, fields: { label: 'same' } });
  await draftOf(editor).settled();
  expect(draftOf(editor).rows?.labels).toEqual(new Map([['same', ROWS]]));
  await poll(() => cell(0, 2)?.textContent.replace('Label:', '').trim()).toBe('same');
  expect(draftOf(editor).keeping).toBe('kept');
  draftOf(editor).undo();
  expect(draftOf(editor).rows?.labels).toEqual(new Map([['odd', ROWS / 2], ['even', ROWS / 2]]));
  expect(rowElements().length).toBeLessThan(100);
});

test('a cell whose value cannot be taken stays open, and nothing that was typed is lost when another cell is asked for', async () => {
  cell(0, 1)?.focus();
  await userEvent.keyboard('{F2}');
  const field = (): HTMLTextAreaElement | null => grid().querySelector('textarea');
  await poll(() => field() === document.activeElement).toBe(true);
  const typed = 'Too long. '.repeat(500);
  await userEvent.fill(field() as HTMLTextAreaElement, typed);
  await userEvent.keyboard('{Enter}');
  await poll(() => grid().querySelector('[role=alert]')?.textContent ?? '').toMatch(/^The text has 4,999 characters/u); // and the rows below have moved
  await userEvent.click(cell(2, 2) as HTMLElement);
  await poll(() => document.activeElement === cell(2, 2)).toBe(true);
  await userEvent.keyboard('{Enter}');
  await poll(() => field() === document.activeElement).toBe(true);
  expect(field()?.value).toBe(typed);
  expect(cell(2, 2)?.querySelector('input')).toBeNull();
  await userEvent.keyboard('{Escape}');
  await poll(() => field()).toBeNull();
  cell(2, 2)?.focus();
  await userEvent.keyboard('{Enter}');
  await poll(() => cell(2, 2)?.querySelector('input') === document.activeElement).toBe(true);
});
