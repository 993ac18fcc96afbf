import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';
import { storedIn } from '../support/stored.ts';

const site = useSite();

/** 120 good rows, and one that the encoder cannot read. */
function withOneUnreadable(): TestFile {
  const { name, content } = madeUpReviews('shop.csv');
  return { name, content: `${content}这部电影非常好看这部电影非常好看,positive,shoes\n` };
}

const CLEANED = 'shop, without 1 unreadable text (120)';
const storedNames = async ({ page }: HeldoutPage): Promise<string[]> => (await storedIn<{ name: string }>(page, 'datasets')).map(({ name }) => name).sort();
const back = async (heldout: HeldoutPage): Promise<void> => heldout.selected(heldout.dataset, 'shop \\(121\\)');

test('the undo of a remedy leaves what it made where another tab has it open: that tab trains on it, and has it after a reload; once that tab is closed, undo takes it away', async () => {
  const heldout = await site.visit();
  await heldout.import(withOneUnreadable());
  await heldout.dataColumn.getByText(/^Check the data/u).click();
  await heldout.button('Drop the unreadable text').click();
  await heldout.selected(heldout.dataset, 'shop, without');
  await heldout.button('Check again').waitFor();
  const other = await site.visit(); // which opens what this one has open
  expect(await other.optionOf(other.dataset)).toBe(CLEANED);

  await heldout.button('Undo').click();
  await back(heldout);
  await heldout.ready();
  await heldout.button('Redo').click();
  await heldout.selected(heldout.dataset, 'shop, without');
  await heldout.button('Undo the last remedy').click();
  await back(heldout);
  expect(await storedNames(heldout)).toEqual(['shop', 'shop, without 1 unreadable text']);

  await other.trainTo(20);
  const curve = await other.curve();
  await site.reload(other);
  expect([await other.optionOf(other.dataset), await other.curve()]).toEqual([CLEANED, curve]);
  await other.page.locator('summary', { hasText: 'Storage on this device' }).click();
  const freeRuns = other.page.getByRole('button', { name: /Delete runs: shop, without/u });
  await freeRuns.click();
  await freeRuns.click();
  await freeRuns.waitFor({ state: 'detached' });
  await other.page.close();

  await heldout.button('Redo').click();
  await heldout.selected(heldout.dataset, 'shop, without');
  await heldout.button('Undo the last remedy').click();
  await back(heldout);
  await expect.poll(() => storedNames(heldout)).toEqual(['shop']);
});
