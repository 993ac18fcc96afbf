import { expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

/** Opens a bundled set and trains on it to an evaluation. */
async function trained(heldout: HeldoutPage, name: string, steps: number): Promise<void> {
  await heldout.dataset.selectOption({ label: name });
  await heldout.selected(heldout.dataset, name.replace(/[()]/gu, '\\$&'));
  await heldout.ready();
  await heldout.trainTo(steps);
}

const score = ({ page }: HeldoutPage) => page.getByRole('button', { name: /^Score/u });
const looks = ({ page }: HeldoutPage): Promise<string> => page.getByText(/^Looks at the watched half: /u).innerText();
const split = ({ page }: HeldoutPage) => page.getByRole('combobox', { name: 'Split by' });

test('a cue that misleads shows by group, in validation and in the watched half, and costs no look where the head has just been evaluated', async () => {
  const heldout = await site.visit({ reducedMotion: 'reduce' }); // so that a theme's colours are there at once
  const { page } = heldout;
  await trained(heldout, 'Shortcut (640)', 200);
  await page.locator('summary', { hasText: 'By group' }).click();
  const before = await looks(heldout);
  await score(heldout).click();
  const table = page.getByRole('table', { name: 'Validation by group, after 200 steps' });
  await table.waitFor();
  const rows = await table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  expect(rows.map(([group]) => group)).toHaveLength(4);
  for (const [, n, accuracy, loss] of rows) {
    expect(n).toMatch(/^\d+$/u);
    expect(accuracy).toMatch(/^\d+\.\d % \(\d+\.\d–\d+\.\d\)$/u);
    expect(loss).toMatch(/^\d\.\d{3} \((\d\.\d{3}–\d\.\d{3}|not known)\)$/u);
  }

  await split(heldout).selectOption('Label');
  await page.getByRole('table', { name: 'Validation by label, after 200 steps' }).waitFor();
  await page.getByRole('combobox', { name: 'Rows' }).selectOption('Held-out, the watched half');
  await page.getByText('the sealed half is never scored here').waitFor();
  await score(heldout).click();
  await page.getByRole('table', { name: 'Held-out by label, after 200 steps' }).waitFor();
  expect(await looks(heldout)).toBe(before);
  expect(await violations(heldout)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(heldout)).toEqual([]);

  await heldout.setSteps(220);
  await heldout.button('Step').click();
  await page.getByText('The head has been trained on since: these are its scores after 200 steps.').waitFor();
  await score(heldout).click();
  await page.getByRole('table', { name: 'Held-out by label, after 201 steps' }).waitFor();
  expect(await looks(heldout)).not.toBe(before);
});

test('on a phone the names are scored by group without overflow, and another data set takes the scores away', async () => {
  const heldout = await site.visit({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' });
  const { page } = heldout;
  await trained(heldout, 'Names (1,152)', 60);
  await page.locator('summary', { hasText: 'By group' }).click();
  await page.getByRole('combobox', { name: 'Rows' }).selectOption('Held-out, the watched half');
  await score(heldout).press('Enter');
  await page.getByRole('table', { name: 'Held-out by group, after 60 steps' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await violations(heldout)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await violations(heldout)).toEqual([]);
  await trained(heldout, 'Reviews (1,434)', 20);
  expect(await page.getByRole('table', { name: /by group/u }).count()).toBe(0);
});
