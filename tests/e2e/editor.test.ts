import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();
const PATIENCE_MS = 30_000;

/** The open editor, by roles and names. */
class EditorPage {
  readonly dialog: Locator;
  readonly grid: Locator;

  constructor(readonly heldout: HeldoutPage) {
    this.dialog = heldout.page.getByRole('dialog', { name: /^Edit examples:/u });
    this.grid = this.dialog.getByRole('grid', { name: 'Examples' });
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole('button', { name, exact: true });
  }

  /** A filter, or what the rows are sorted by. */
  tool(name: string): Locator {
    return this.dialog.getByRole('search').getByLabel(name, { exact: true });
  }

  /** A field of the form that adds an example. */
  added(name: string): Locator {
    return this.dialog.locator('form').filter({ hasText: 'Add example' }).getByLabel(name, { exact: true });
  }

  field(name: string): Locator {
    return this.dialog.getByLabel(name, { exact: true });
  }

  /** The cell of a row by the row's place on show and the column, 0 being the row's number. */
  cell(row: number, column: number): Locator {
    return this.grid.locator(`[data-row="${row}"] [data-column="${column}"]`);
  }

  /** What the first rows show, each cell as it is read. */
  async rows(count: number): Promise<string[][]> {
    return this.grid.locator('[role=row]:has([data-column])').evaluateAll(
      (rows, most) =>
        rows
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .slice(0, most)
          .map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.replaceAll(/\s+/gu, ' ').trim())),
      count,
    );
  }

  async shows(count: number, expected: readonly (readonly string[])[]): Promise<void> {
    await expect.poll(() => this.rows(count), { timeout: PATIENCE_MS }).toEqual(expected);
  }

  /** Waits until the footer says so. */
  async says(words: string | RegExp): Promise<void> {
    await this.dialog.getByText(words).first().waitFor();
  }

  /** Selects rows by their place on show. */
  async select(...rows: number[]): Promise<void> {
    for (const row of rows) await this.cell(row, 0).click();
  }

  async editCell(row: number, column: number, text: string): Promise<void> {
    await this.cell(row, column).dblclick();
    await this.cell(row, column).getByRole(column === 1 ? 'textbox' : 'combobox').fill(text);
    await this.heldout.page.keyboard.press('Enter');
  }
}

async function open(heldout: HeldoutPage): Promise<EditorPage> {
  await heldout.button('Edit examples').click();
  const editor = new EditorPage(heldout);
  await editor.cell(0, 1).waitFor();
  return editor;
}

const ROW_2 = ['2', 'The novel is superb.', 'positive', 'books'];

test('edits survive a reload, become a data set of which only new texts are embedded, and can be undone', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  const editor = await open(heldout);
  await editor.editCell(0, 1, 'The novel is a joy to read.');
  await editor.shows(2, [['1 edited', 'The novel is a joy to read.', 'positive', 'books'], ROW_2]);
  await editor.says('1 edit not saved as a data set yet, kept in this browser; 1 text to embed.');
  await editor.select(1, 2);
  await editor.field('New label').fill('mixed');
  await editor.button('Relabel 2').click();
  await editor.says('Relabelled 2 examples as “mixed”.');
  await editor.select(1, 2); // selected no longer
  await editor.select(3);
  await editor.button('Delete 1').click();
  await editor.dialog.getByText('Add an example').click();
  await editor.button('Add example').click();
  expect(await editor.dialog.getByText(/^The (text|label|domain) is empty\.$/u).allInnerTexts()).toEqual(['The text is empty.', 'The label is empty.', 'The domain is empty.']);
  await editor.added('Text').fill('These boots let water in.');
  await editor.added('Label').fill('negative');
  await editor.added('Domain').fill('shoes');
  await editor.button('Add example').click();
  await editor.says('4 edits not saved as a data set yet, kept in this browser; 2 texts to embed.');
  await editor.cell(119, 1).filter({ hasText: 'These boots let water in.' }).waitFor();

  await editor.button('Undo').click();
  await editor.says('3 edits not saved as a data set yet, kept in this browser; 1 text to embed.');
  await editor.button('Redo').click();
  await editor.says('4 edits not saved as a data set yet, kept in this browser; 2 texts to embed.');
  await editor.button('Undo').click();
  await editor.says('3 edits not saved as a data set yet, kept in this browser; 1 text to embed.');

  await site.reload(heldout);
  await heldout.dataColumn.getByText('3 edits not saved as a data set yet.').waitFor();
  const again = await open(heldout);
  const changed = [
    ['1 edited', 'The novel is a joy to read.', 'positive', 'books'],
    ['2 edited', 'The novel is superb.', 'mixed', 'books'],
    ['3 edited', 'The novel is delightful.', 'mixed', 'books'],
    ['5', 'The novel is wonderful.', 'positive', 'books'],
  ];
  await again.shows(4, changed);
  await again.button('Redo').click();
  await again.says('4 edits not saved as a data set yet, kept in this browser; 2 texts to embed.');
  await again.button('Use these examples').click();
  await heldout.selected(heldout.dataset, 'shop, edited \\(120\\)');
  await again.dialog.waitFor({ state: 'detached' });
  await heldout.page.getByText('“shop, edited” has 120 examples; “shop” is kept as it was, and can be chosen again under “Data set”.').waitFor();
  await heldout.ready();
  await heldout.trainTo(10);
  await heldout.button('Undo').click();
  await heldout.selected(heldout.dataset, 'shop \\(120\\)');
  await heldout.dataColumn.getByText('4 edits not saved as a data set yet.').waitFor();
  const back = await open(heldout);
  await back.shows(4, changed);
  await back.says('no text to embed.');
  await back.button('Use these examples').click();
  await heldout.selected(heldout.dataset, 'shop, edited \\(120\\)');
  await back.dialog.waitFor({ state: 'detached' });
  await heldout.ready();
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
});

test('edits are lost only when they are discarded, which can be undone', async () => {
  const heldout = await site.visit();
  const editor = await open(heldout);
  await editor.select(0, 1);
  await editor.button('Delete 2').click();
  await editor.says('1 edit not saved as a data set yet, kept in this browser; no text to embed.');
  await editor.button('Discard 1 edit').click();
  await editor.says('Discarded 1 edit.');
  await editor.says('1,434 examples.');
  await editor.button('Bring back 1 edit').click();
  await editor.says('1,432 examples.');
  await heldout.page.keyboard.press('Escape');
  await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
  await heldout.dataset.selectOption('spam');
  await heldout.dataColumn.getByText('not saved as a data set yet').waitFor({ state: 'detached' });
  await heldout.selected(heldout.dataset, 'Spam');
  await heldout.dataset.selectOption('reviews');
  await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
  await heldout.button('Discard 1 edit').click();
  await heldout.dataColumn.getByText('Discarded 1 edit.').waitFor();
  await site.reload(heldout);
  await open(heldout);
  await editor.says('No edits. “Reviews” stays as it is');
});

test('rows are found, filtered and sorted', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  const editor = await open(heldout);
  await editor.field('Text contains').fill('SUPERB');
  await editor.says('12 of 120 examples on show.');
  await editor.tool('Domain').selectOption({ label: 'shoes (40)' });
  await editor.says('4 of 120 examples on show.');
  await editor.tool('Sort by').selectOption({ label: 'Text' });
  await editor.field('last first').check();
  const sorted = ['The soles is superb.', 'The sandals is superb.', 'The laces is superb.', 'The boots is superb.'];
  await expect.poll(async () => (await editor.rows(9)).map((row) => row[1]), { timeout: PATIENCE_MS }).toEqual(sorted);
  await editor.field('Select all on show').check();
  await editor.field('New domain').fill('boots and more');
  await editor.button('Move 4').click();
  await editor.says('No example fits these filters.');
  await editor.tool('Domain').selectOption({ label: 'boots and more (4)' });
  await editor.field('only edited and added').check();
  await editor.field('Text contains').fill('');
  await editor.says('4 of 120 examples on show.');
  await editor.tool('Label').selectOption({ label: 'negative (60)' });
  await editor.says('No example fits these filters.');
});

test('everything can be done by keyboard', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.button('Edit examples').focus();
  const { keyboard } = heldout.page;
  await keyboard.press('Enter');
  const editor = new EditorPage(heldout);
  await editor.cell(0, 1).waitFor();
  const focused = (): Promise<string> => heldout.page.evaluate(() => (document.activeElement as HTMLElement).innerText.replaceAll(/\s+/gu, ' ').trim());
  for (let presses = 0; presses < 20 && (await focused()) !== '1'; presses++) await keyboard.press('Tab');
  expect(await focused()).toBe('1');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowRight');
  await expect.poll(focused).toBe('The novel is superb.');
  await keyboard.press('F2');
  await keyboard.type('Never mind.');
  await keyboard.press('Escape');
  await expect.poll(focused).toBe('The novel is superb.');
  await keyboard.press('Enter');
  await keyboard.press('Delete');
  await keyboard.press('Enter');
  await editor.dialog.getByText('The text is empty.').waitFor();
  await keyboard.type('Superb, this one.');
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('Superb, this one.');
  await keyboard.press('Space');
  await keyboard.press('Shift+ArrowDown');
  await editor.says('2 selected.');
  await keyboard.press('Delete');
  await editor.says('Deleted 2 examples.');
  await expect.poll(focused).toBe('The novel is perfect.');
  await keyboard.press('Control+z');
  await expect.poll(async () => (await editor.rows(2))[1]).toEqual(['2 edited', 'Superb, this one.', 'positive', 'books']);
  await keyboard.press('Control+z');
  await keyboard.press('Control+Shift+z');
  await keyboard.press('Control+y');
  await editor.says('Done again: Deleted 2 examples.');
  await keyboard.press('Control+End');
  await expect.poll(focused).toBe('lamps');
  await keyboard.press('Enter');
  await keyboard.type('lights');
  await keyboard.press('Enter');
  await editor.says('Moved 1 example to “lights”.');
  await keyboard.press('Control+Home');
  await expect.poll(focused).toBe('1');
  await keyboard.press('Escape');
  await editor.dialog.waitFor({ state: 'detached' });
  expect(await focused()).toBe('Edit examples');
  await heldout.dataColumn.getByText('3 edits not saved as a data set yet.').waitFor();
});

test('what no head could be trained on is refused in the editor, before anything is embedded', async () => {
  const heldout = await site.visit();
  const editor = await open(heldout);
  await editor.field('Select all on show').check();
  await editor.field('New label').fill('same');
  await editor.button(/^Relabel/u).click();
  await editor.says('All examples have the label “same”. A classifier chooses between labels: at least one example needs another.');
  expect(await editor.button('Use these examples').isDisabled()).toBe(true);
  await editor.button('Undo').click();
  for (const label of ['positive', 'negative']) {
    await editor.tool('Label').selectOption(label);
    await editor.field('Select all on show').check();
    await editor.field('New domain').fill(label);
    await editor.button(/^Move/u).click();
    await editor.says(`to “${label}”.`);
  }
  await editor.button('Use these examples').click();
  await editor.dialog.getByRole('alert').filter({ hasText: 'Reviews, edited cannot be split.' }).waitFor();
  expect(await heldout.optionOf(heldout.dataset)).toMatch(/^Reviews \(/u);
  expect(site.encoderRequests()).toEqual([]);
});

const SCREENS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

test.for(SCREENS)('axe finds nothing to object to in the editor, nothing overflows: $colorScheme, $viewport.width px wide', async (screen) => {
  const heldout = await site.visit(screen);
  const editor = await open(heldout);
  await editor.editCell(1, 1, 'An edited text.');
  await editor.select(0, 2);
  await editor.dialog.getByText('Add an example').click();
  await editor.button('Add example').click();
  await editor.cell(3, 2).dblclick();
  await editor.cell(3, 2).getByRole('combobox').fill('');
  await heldout.page.keyboard.press('Enter');
  await editor.dialog.getByText('The label is empty.').first().waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await editor.dialog.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBeLessThanOrEqual(0);
});

test('on a narrow screen the row that the keyboard is in stays in sight when a selection begins and ends', async () => {
  const heldout = await site.visit({ viewport: { width: 390, height: 700 } });
  const editor = await open(heldout);
  await editor.cell(0, 1).click();
  for (let i = 0; i < 2; i++) await heldout.page.keyboard.press('ArrowDown');
  const active = editor.grid.locator('[data-active]');
  const hidden = (): Promise<number> =>
    active.evaluate((cell) => {
      const [own, sight] = [cell.getBoundingClientRect(), (cell.closest('.body') as HTMLElement).getBoundingClientRect()];
      return Math.max(0, own.bottom - sight.bottom, sight.top - own.top);
    });
  for (const isSelected of [true, false]) {
    await heldout.page.keyboard.press('Space');
    await expect.poll(() => editor.button(/^Delete [1-9]/u).count()).toBe(Number(isSelected));
    await expect.poll(hidden).toBeLessThanOrEqual(1);
    expect(await active.evaluate((cell) => cell === document.activeElement)).toBe(true);
  }
});
