import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { editText } from '../support/edit-text.ts';
import { withProfile } from '../support/killable-browser.ts';
import { HeldoutPage, madeUpReviews } from '../support/page.ts';
import { storedIn } from '../support/stored.ts';

/** Databases that sites have on the disk. */
function databases(profile: string): string[] {
  const folder = join(profile, 'Default', 'IndexedDB');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What a visit has open. */
async function state(heldout: HeldoutPage) {
  await heldout.ready();
  return { dataset: await heldout.optionOf(heldout.dataset), step: await heldout.step(), curve: await heldout.curve() };
}

test('in a private window edits, imports and runs outlive a reload and a closed tab, the page says what becomes of them, and none is on the disk or left when the window is gone', async () => {
  await withProfile(async (start, profile) => {
    const browser = await start('--incognito');
    const window = browser.firstWindow();
    await window.goto(inject('siteUrl'));
    let heldout = new HeldoutPage(window);
    await heldout.ready();
    await heldout.import(madeUpReviews('shop.csv'));
    await editText(heldout, 0, 'First.');
    await heldout.trainTo(20);
    await expect.poll(() => storedIn(heldout.page, 'drafts')).toHaveLength(1);
    const before = await state(heldout);
    expect(before).toMatchObject({ dataset: 'shop (120)', step: 20 });

    const isAllThere = async (): Promise<void> => {
      expect(await state(heldout)).toEqual(before);
      await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
      expect(await heldout.alerts.count()).toBe(0);
    };
    await window.reload();
    await isAllThere();
    const [tab] = await Promise.all([window.context().waitForEvent('page'), window.evaluate(() => void open(location.href))]);
    await window.close();
    heldout = new HeldoutPage(tab);
    await isAllThere();

    await heldout.page.locator('summary', { hasText: 'Storage on this device' }).click();
    await heldout.dataColumn.getByText('In a private window all of this is gone when the last one is closed; the page cannot tell whether it is in one.').waitFor();
    expect(databases(profile)).toEqual([]);

    const ordinary = await browser.visit();
    expect(await state(ordinary)).toMatchObject({ dataset: 'Reviews (1,434)', step: 0 });
    expect(databases(profile)).not.toEqual([]);
    await browser.kill();
    const after = await (await start()).visit();
    expect(await storedIn(after.page, 'datasets')).toEqual([]);
    expect(await state(after)).toMatchObject({ dataset: 'Reviews (1,434)', step: 0 });
  });
});
