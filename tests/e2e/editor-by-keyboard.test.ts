import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { madeUpReviews, useSite } from '../support/page.ts';

/** The editor without a pointer: every place is reached by keys, and none loses the keyboard. */

const site = useSite();
const PATIENCE_MS = 30_000;
/** Stops on the way to anything on the page. */
const MOST_STOPS = 100;

/** What the element with the keyboard is called, and where it has none. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as (HTMLElement & { readonly labels?: NodeListOf<HTMLLabelElement> | null }) | null;
    if (!element || element === document.body) return 'nothing';
    return (element.getAttribute('aria-label') ?? (element.labels?.[0] ?? element).textContent).replace(/\s+/gu, ' ').trim();
  });
}

/** Presses Tab until something of this name has the keyboard. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    passed.push(await focused(page));
    if (name.test(passed.at(-1) ?? '')) return;
  }
  expect.fail(`No stop is called ${String(name)}: ${passed.join(' | ')}`);
}

const has = (page: Page, name: RegExp) => expect.poll(() => focused(page), { timeout: PATIENCE_MS }).toMatch(name);

test('the editor is opened, filtered, sorted, edited, added to, undone and used by keyboard alone', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  const { page } = heldout;
  const { keyboard } = page;
  const dialog = page.getByRole('dialog', { name: /^Edit examples:/u });
  const says = (words: string | RegExp): Promise<void> => dialog.getByText(words).first().waitFor();
  const text = (row: number): Promise<string> => dialog.locator(`[data-row="${row}"] [data-column="1"]`).innerText();

  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, /^Edit examples$/u);
  await keyboard.press('Enter');
  await dialog.waitFor();
  await dialog.locator('[data-row="0"]').waitFor();

  await tabTo(page, /^Text contains$/u);
  await keyboard.type('novel');
  await says(/10 of 120 examples on show\./u);
  await tabTo(page, /^Label/u);
  await keyboard.press('n'); // “negative”
  await says(/5 of 120 examples on show\./u);
  await tabTo(page, /^Sort by/u);
  await keyboard.press('T'); // “Text”
  await expect.poll(() => text(0), { timeout: PATIENCE_MS }).toBe('The novel is awful.');
  await tabTo(page, /^last first$/u);
  await keyboard.press(' ');
  await expect.poll(() => text(0), { timeout: PATIENCE_MS }).toBe('The novel is useless.');

  await tabTo(page, /^\d+$/u); // the grid’s active cell, which has stayed with its row
  await keyboard.press('Control+Home');
  await keyboard.press('Space');
  await keyboard.press('Shift+ArrowDown');
  await says(/2 selected\./u);
  await keyboard.press('Shift+Tab'); // to what acts on the selection
  for (let stop = 0; stop < 20 && !/^New label$/u.test(await focused(page)); stop++) await keyboard.press('Shift+Tab');
  expect(await focused(page)).toBe('New label');
  await keyboard.type('mixed');
  await keyboard.press('Enter');
  await says('Relabelled 2 examples as “mixed”.');
  await has(page, /^\d+$/u); // the number of a row that is left

  await tabTo(page, /^Undo$/u);
  await keyboard.press('Enter');
  await says('Undone: ');
  await has(page, /^Redo$/u); // nothing is left to be undone
  await keyboard.press('Enter');
  await says('Done again: ');
  await has(page, /^Undo$/u);
  await tabTo(page, /^Discard 1 edit$/u);
  await keyboard.press('Enter');
  await has(page, /^Bring back 1 edit$/u);
  await keyboard.press('Enter');
  await says('Brought back 1 edit.');
  await has(page, /^Discard 1 edit$/u);

  await tabTo(page, /^Add an example$/u);
  await keyboard.press('Enter');
  await tabTo(page, /^Text$/u);
  await keyboard.type('These boots let water in.');
  await tabTo(page, /^Label$/u);
  await keyboard.type('negative');
  await tabTo(page, /^Domain$/u);
  await keyboard.type('shoes');
  await keyboard.press('Enter');
  await says('2 edits not saved as a data set yet, kept in this browser; 1 text to embed.');
  await has(page, /^Text$/u); // for the next one

  await tabTo(page, /^Use these examples$/u);
  await keyboard.press('Enter');
  await heldout.selected(heldout.dataset, 'shop, edited \\(121\\)');
  await dialog.waitFor({ state: 'detached' });
  await has(page, /^Edit examples$/u);
});
