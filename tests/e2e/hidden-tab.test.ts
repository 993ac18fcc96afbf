import { expect, test } from 'vitest';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

async function curveOf(whileTraining: (heldout: HeldoutPage) => Promise<void>) {
  const heldout = await site.visit();
  await heldout.enter(heldout.seeds, '2');
  await heldout.setSteps(200);
  if (await heldout.button('Reset').isEnabled()) await heldout.button('Reset').click(); // the visit before left a finished run
  await heldout.shows(/step 0 of 200$/u);
  await heldout.button('Train').click();
  await heldout.reaches(20);
  await whileTraining(heldout);
  await heldout.shows(/, finished$/u);
  const curve = await heldout.curve();
  await heldout.page.close();
  return curve;
}

test('a tab that is hidden and frozen in mid-training, and comes back, ends with the curve of one that never was', async () => {
  const undisturbed = await curveOf(async () => undefined);
  const disturbed = await curveOf(async ({ page }) => {
    const browser = await page.context().newCDPSession(page);
    const other = await page.context().newPage();
    await other.bringToFront();
    for (const state of ['frozen', 'active', 'frozen', 'active'] as const) {
      await browser.send('Page.setWebLifecycleState', { state });
      await other.waitForTimeout(300);
    }
    await other.close();
  });
  expect(disturbed).toEqual(undisturbed);
});
