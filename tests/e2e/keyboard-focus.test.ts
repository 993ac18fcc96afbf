import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

/** What has the focus, by its words or its label. */
const focused = ({ page }: HeldoutPage): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'nothing';
    return element instanceof HTMLSelectElement ? (element.labels[0]?.textContent ?? '') : element.innerText;
  });

/** Waits until that has the focus. */
async function has(heldout: HeldoutPage, words: RegExp): Promise<void> {
  await expect.poll(() => focused(heldout), { timeout: 30_000, interval: 50 }).toMatch(words);
}

/** Goes to a button by keyboard and presses it. */
async function press(heldout: HeldoutPage, name: string): Promise<void> {
  await heldout.button(name).focus();
  await heldout.page.keyboard.press('Enter');
}

test('the keyboard keeps its place where a dialog, a check, a remedy or a deletion takes away what was pressed', async () => {
  const heldout = await site.visit();
  const { page } = heldout;
  page.on('dialog', (dialog) => void dialog.accept());
  await press(heldout, 'Paste examples');
  await page.getByRole('textbox', { name: 'Examples', exact: true }).fill(`${madeUpReviews('').content}The poem is lovely.,negative,books\nThe switch is so delightful.,positive,lamps\n`);
  await press(heldout, 'Continue');
  await heldout.button('Import').waitFor();
  await page.keyboard.press('Enter');
  await heldout.selected(heldout.dataset, 'pasted text \\(122\\)');
  await has(heldout, /^Paste examples$/u);

  await heldout.dataColumn.getByText(/^Check the data/u).press('Enter');
  await heldout.button('Check again').waitFor();
  await press(heldout, 'Check again');
  await has(heldout, /^Check again$/u);
  await press(heldout, 'Drop all copies (2 rows)');
  await heldout.selected(heldout.dataset, 'pasted text, .* \\(120\\)');
  await has(heldout, /^Check the data/u);

  await press(heldout, 'Delete this data set');
  await heldout.selected(heldout.dataset, 'Reviews');
  await has(heldout, /^Data set$/u);
});

test('the keyboard keeps its place where a button has done all that it can: a run is reset, the data is no longer shaped', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(10);
  await press(heldout, 'Reset');
  await heldout.shows(/step 0 of/u);
  await has(heldout, /^Train$/u);

  await heldout.dataColumn.getByText(/^Shape the data/u).press('Enter');
  await heldout.slider('Label noise').press('ArrowRight');
  await heldout.dataColumn.getByText(/^Shape the data: /u).waitFor();
  await heldout.ready();
  await press(heldout, 'Back to the data as it is');
  await heldout.dataColumn.getByText(/^Shape the data$/u).waitFor();
  await has(heldout, /^Shape the data$/u);
});

test('on a phone that is scrolled down a message comes into sight, and when it is dismissed by keyboard the place before is kept', async () => {
  const heldout = await site.visit({ viewport: { width: 390, height: 700 } });
  await heldout.button('Paste examples').focus();
  expect(await heldout.page.evaluate(() => scrollY)).toBeGreaterThan(0);
  await heldout.choose({ name: 'sheet.xlsx', content: 'PK\u0003\u0004' });
  await heldout.alerts.waitFor();
  const { top, bottom } = await heldout.alerts.evaluate((alert) => {
    const { top: from, bottom: to } = alert.getBoundingClientRect();
    return { top: from, bottom: to };
  });
  expect(top).toBeGreaterThanOrEqual(0);
  expect(bottom).toBeLessThanOrEqual(700);
  await press(heldout, 'Dismiss this message');
  await heldout.alerts.waitFor({ state: 'detached' });
  await has(heldout, /^Paste examples$/u);
});
