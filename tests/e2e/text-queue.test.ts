import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

/** Embedding a few hundred texts takes some seconds, more on a busy machine. */
const EMBEDDING_MS = 120_000;

function joined({ page }: HeldoutPage) {
  return page.getByRole('list', { name: 'Augmented texts in the batches' }).getByRole('listitem');
}

/** Turns the kind “Word swap” on. */
async function swapWords(heldout: HeldoutPage): Promise<void> {
  await heldout.page.getByText('Augment texts').click();
  await heldout.switch('Word swap').click();
}

test('a kind of augmentation turned on in mid-training is embedded meanwhile, joins at recorded steps, and a reload keeps it all and goes on', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.setSteps(20_000);
  await heldout.button('Train').click();
  await heldout.reaches(20);
  await swapWords(heldout);
  await heldout.page.getByRole('progressbar', { name: 'Embedding augmented texts' }).waitFor();
  // Two of each of the 80 texts that are not held out; training went on.
  await joined(heldout).filter({ hasText: /^Word swap 0\.1: 160 of 160 joined by step [\d,]+\.$/u }).waitFor({ timeout: EMBEDDING_MS });
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
  const step = await heldout.step();
  const [, by] = /by step ([\d,]+)/u.exec(await joined(heldout).innerText()) ?? [];
  expect(Number(by?.replace(',', ''))).toBeGreaterThan(20);
  const changes = await heldout.changes.allInnerTexts();
  expect(changes[0]).toMatch(/^1 step \d+ Word swap on$/u);
  expect(changes[1]).toMatch(/^\+ steps? [\d, to]+ Word swap 0\.1: 160 texts joined$/u);

  const curve = await heldout.curve();
  await site.reload(heldout);
  expect(await heldout.curve()).toEqual(curve);
  // How many of them are texts is known when they are at hand again.
  expect(await heldout.changes.allInnerTexts()).toEqual(changes.map((words) => words.replace('160 texts', 'up to 160 texts')));
  await heldout.setSteps(step + 10);
  await heldout.trainToEnd(); // waits for the texts, which are in the cache
  expect(site.encoderRequests().filter((address) => address.includes('use-lite'))).toEqual([]);
  expect((await heldout.changes.allInnerTexts()).filter((words) => !words.includes('Steps'))).toEqual(changes);
});

test('a page killed while augmented texts are being embedded goes on with both when it is opened again, and the rest can be cancelled', async () => {
  const killed = await site.visit();
  await killed.setSteps(20_000);
  await killed.button('Train').click();
  await swapWords(killed);
  await joined(killed).waitFor({ timeout: EMBEDDING_MS });
  const [, before] = /([\d,]+) (?:of [\d,]+ )?joined/u.exec(await joined(killed).innerText()) ?? [];
  await killed.button('Pause').click();
  await killed.button('Train').waitFor();
  const step = await killed.step();
  await killed.page.close();

  const heldout = await site.visit();
  expect(await heldout.step()).toBe(step);
  await heldout.button('Train').click();
  await heldout.reaches(step + 1);
  const words = heldout.page.getByText(/^Embedding augmented texts: word swap/u);
  await words.filter({ hasText: /word swap [\d,]+ of [\d,]+/u }).waitFor({ timeout: EMBEDDING_MS });
  const [, done = '0'] = /swap ([\d,]+) of/u.exec(await words.innerText()) ?? [];
  expect(Number(done.replace(',', ''))).toBeGreaterThanOrEqual(Number(before?.replace(',', '')));
  await heldout.button('Cancel').click();
  await heldout.page.getByText('those that have joined are used').waitFor();
  await heldout.page.getByText('Augment texts').click();
  expect(await heldout.switch('Word swap').isChecked()).toBe(true);
  await heldout.reaches((await heldout.step()) + 1);
  await heldout.button('Go on embedding').click();
  await words.waitFor();
});

test('a kind left on waits with a data set that is opened, and says so, until its texts are asked for', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await swapWords(heldout);
  await joined(heldout).filter({ hasText: '160 of 160' }).waitFor({ timeout: EMBEDDING_MS });
  await heldout.dataset.selectOption('support');
  await heldout.selected(heldout.dataset, 'Support');
  await heldout.ready();
  expect(await heldout.switch('Word swap').isChecked()).toBe(true);
  await heldout.page.getByText('Augmented texts (Word swap) of this data set wait').waitFor();
  expect(await heldout.page.getByRole('progressbar', { name: /augmented texts/u }).count()).toBe(0);
  expect(await joined(heldout).count()).toBe(0);
  await heldout.button('Prepare augmented texts').click();
  await heldout.page.getByRole('progressbar', { name: 'Embedding augmented texts' }).waitFor();
  await joined(heldout).waitFor({ timeout: EMBEDDING_MS });
  expect(await heldout.button('Prepare augmented texts').count()).toBe(0);
});
