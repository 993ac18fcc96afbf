import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { shiftVectors, withVectors } from '../support/altered-project.ts';
import { violations } from '../support/axe.ts';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';
import { storedIn } from '../support/stored.ts';

const site = useSite();

/** Presses a button that saves a file, and gives that. */
async function saved({ page }: HeldoutPage, button: string): Promise<TestFile & { readonly content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

/** Presses a button that wants two presses. */
async function surely({ page }: HeldoutPage, button: RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('button', { name: button }).click();
}

test('a project file brings data, run and weights to another browser, where training goes on as it did; the examples as CSV give the same run there', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(20);
  const curve = await heldout.curve();
  await heldout.page.getByText('Keep and share').click();
  await heldout.page.getByText(/Now: 1 run, about [\d.]+ [kM]B\./u).waitFor();
  const file = await saved(heldout, 'Save project file');
  expect(file.name).toBe('shop.heldout.zip');
  const csv = await saved(heldout, 'Download as CSV');
  expect([csv.name, csv.content.toString('utf8').slice(0, 20)]).toEqual(['shop.csv', '\uFEFFtext,label,domain\r\n']);
  await heldout.setSteps(40);
  await heldout.trainToEnd();
  const longer = await heldout.curve();

  await site.leave();
  const other = await site.visit(); // in a browser of its own, with nothing stored
  expect(await storedIn(other.page, 'embeddingKeys')).toEqual([]);
  await other.choose(file);
  await other.selected(other.dataset, 'shop');
  await other.page.getByText('“shop” is open. 1 run was added.').waitFor();
  expect(await other.curve()).toEqual(curve);
  await other.setSteps(40);
  await other.trainToEnd();
  expect(await other.curve()).toEqual(longer);
  expect(await other.alerts.count()).toBe(0); // the embeddings in the file are those of its texts
  await site.reload(other);
  expect(await other.curve()).toEqual(longer);

  await site.leave();
  const third = await site.visit();
  await third.import({ ...csv, name: 'shop.csv' });
  await third.trainTo(20);
  expect(await third.curve()).toEqual(curve); // the examples are all that a new run needs
});

test('a project file whose embeddings are not those of its texts opens without them, says so, and its run goes on as if they had been right', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(20);
  await heldout.page.getByText('Keep and share').click();
  const file = await saved(heldout, 'Save project file');
  await heldout.trainTo(40);
  const longer = await heldout.curve();
  await heldout.page.getByText('Storage on this device').click();
  await heldout.page.getByRole('list', { name: 'What is kept' }).getByText('120 examples').waitFor();
  await surely(heldout, /Delete everything$/u);
  await heldout.selected(heldout.dataset, 'Reviews');
  await expect.poll(async () => Promise.all(['datasets', 'runs', 'embeddingKeys'].map(async (store) => (await storedIn(heldout.page, store)).length))).toEqual([0, 0, 0]);

  const changed = await withVectors(new File([file.content as Uint8Array<ArrayBuffer>], file.name), shiftVectors);
  await heldout.choose({ name: file.name, content: Buffer.from(await changed.arrayBuffer()) });
  await heldout.selected(heldout.dataset, 'shop');
  await heldout.alerts.filter({ hasText: 'The embeddings in the file are not those of its texts. They were left out, and the texts were embedded here.' }).waitFor();
  await heldout.trainTo(40);
  expect(await heldout.curve()).toEqual(longer);
});

test('a broken project file is refused by the name of what is broken in it, and the page stays as it was', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(10);
  const curve = await heldout.curve();
  await heldout.page.getByText('Keep and share').click();
  await heldout.page.getByRole('checkbox', { name: /^With embeddings/u }).uncheck();
  const { name, content } = await saved(heldout, 'Save project file');
  const at = content.indexOf('PK\u0003\u0004') + 600; // within the examples
  content.fill(0, at, at + 50);
  await heldout.choose({ name, content });
  await heldout.alerts.filter({ hasText: /dataset\.csv in Reviews\.heldout\.zip is (damaged|not the file)/u }).waitFor();
  expect(await heldout.optionOf(heldout.dataset)).toMatch(/^Reviews/u);
  expect(await heldout.curve()).toEqual(curve);
});

test('the storage panel tells what takes how much, on a phone too, and what is deleted there is gone after a second press', async () => {
  const heldout = await site.visit({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(10);
  await heldout.page.getByText('Storage on this device').click();
  const kept = heldout.page.getByRole('list', { name: 'What is kept' }).getByRole('listitem');
  await kept.filter({ hasText: 'shop, open now' }).filter({ hasText: '1 run with weights' }).waitFor();
  await kept.filter({ hasText: 'Embeddings' }).filter({ hasText: '120 texts, about 0.3 MB' }).waitFor();
  await kept.filter({ hasText: 'Text encoder' }).filter({ hasText: /2\d\.\d MB/u }).waitFor();
  await heldout.page.getByText('Keep and share').click();
  await heldout.page.getByText('Now: 1 run').waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const deletion = heldout.page.getByRole('button', { name: /Delete runs: shop$/u });
  await deletion.click();
  await heldout.page.keyboard.press('Tab'); // away: the first press counts no more
  await deletion.click();
  expect(await storedIn(heldout.page, 'runs')).toHaveLength(1);
  await deletion.click();
  await heldout.page.getByText('1 run with weights').waitFor({ state: 'detached' });
  expect(await storedIn(heldout.page, 'runs')).toEqual([]);
  expect(await heldout.step()).toBe(0);
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');
});
