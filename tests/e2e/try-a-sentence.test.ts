import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { useSite } from '../support/page.ts';

const site = useSite();
const SENTENCE = 'The plot drags, but I would watch it again.';

test('a sentence brings the encoder with progress, and probabilities that follow the training', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const heldout = await site.visit({
    prepare: (page) =>
      page.route('**/weights-7.bin', async (route) => {
        await held;
        await route.continue();
      }),
  });
  await heldout.sentence.fill(SENTENCE);
  await heldout.page.getByText(/^Reading the sentence: downloading the text encoder, [\d.]+ MB of 28\.4 MB$/u).waitFor();
  expect(await heldout.button('Train').isEnabled()).toBe(true);
  release?.();

  const untrained = await heldout.newShares();
  expect(untrained).toHaveLength(2);
  expectWhole(untrained);
  await heldout.page.getByText('these are the answers of random weights').waitFor();

  await heldout.setSteps(20_000);
  await heldout.button('Train').click();
  const soon = await heldout.newShares(untrained);
  expectWhole(soon);
  expectWhole(await heldout.newShares(soon));
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
  await heldout.page.getByText(/By the head after \d+ steps?\./u).waitFor();
});

test('another sentence gets another answer, and an empty one none', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(50);
  await heldout.sentence.fill('A superb film, I loved every minute.');
  const good = await heldout.newShares();
  await heldout.sentence.fill('A dreadful film, I hated every minute.');
  await heldout.probabilities.waitFor({ state: 'detached' });
  const bad = await heldout.newShares();
  const labels = (await heldout.probabilities.getByRole('listitem').allInnerTexts()).map((item) => item.trim().split(/\s/u)[0]);
  expect(labels.sort()).toEqual(['negative', 'positive']);
  expect(good[1]).toBeGreaterThan(50);
  expect(bad[0]).toBeGreaterThan(50);

  for (const nothing of ['', '   \n ']) {
    await heldout.sentence.fill(nothing);
    await heldout.probabilities.waitFor({ state: 'detached' });
  }
  expect(await heldout.alerts.count()).toBe(0);
  await heldout.sentence.fill('日本語 🎉 \u0000');
  expectWhole(await heldout.newShares());
});

test('a damaged file of the encoder is refused, and trying again works once it is whole', async () => {
  const heldout = await site.visit({ prepare: (page) => page.route('**/weights-3.bin', (route) => route.fulfill({ body: Buffer.alloc(4_194_304) })) });
  await heldout.sentence.fill(SENTENCE);
  await heldout.alerts.getByText('The file weights-3.bin of the text encoder arrived damaged, twice.').waitFor();
  expect(await heldout.shares()).toBe(null);
  await heldout.page.unroute('**/weights-3.bin');
  await heldout.button('Try again').click();
  expectWhole(await heldout.newShares());
  expect(await heldout.alerts.count()).toBe(0);
});

const failures: { how: string; break: (page: Page) => Promise<unknown>; why: RegExp }[] = [
  { how: 'a server error', break: (page) => page.route('**/weights-5.bin', (route) => route.fulfill({ status: 503 })), why: /the server answered 503/u },
  { how: 'a broken connection', break: (page) => page.route('**/weights-5.bin', (route) => route.abort()), why: /Failed to fetch/u },
];
test.for(failures)('a download that fails with $how says so, and trying again works once it is mended', async ({ break: breakIt, why }) => {
  site.allow(/Failed to load resource/u);
  const heldout = await site.visit({ prepare: breakIt });
  await heldout.trainTo(10);
  await heldout.sentence.fill(SENTENCE);
  await heldout.alerts.waitFor();
  const words = await heldout.alerts.innerText();
  expect(words).toContain('The file weights-5.bin of the text encoder could not be downloaded');
  expect(words).toMatch(why);
  expect(words).toContain('Check the connection and try again.');
  await heldout.trainTo(20); // training needs no encoder

  await heldout.page.unroute('**/weights-5.bin');
  await heldout.button('Try again').click();
  expectWhole(await heldout.newShares());
});

test('after a reload the encoder comes from this browser', async () => {
  const heldout = await site.visit();
  await heldout.sentence.fill(SENTENCE);
  const first = await heldout.newShares();
  expect(site.encoderRequests()).not.toEqual([]);
  await site.reload(heldout);
  await heldout.sentence.fill(SENTENCE);
  expect(await heldout.newShares()).toEqual(first);
  expect(site.encoderRequests()).toEqual([]);
});

test('reading a sentence can be cancelled', async () => {
  const heldout = await site.visit({ prepare: (page) => page.route('**/weights-2.bin', () => {}) });
  await heldout.sentence.fill(SENTENCE);
  await heldout.button('Cancel').click();
  await heldout.button('Cancel').waitFor({ state: 'detached' });
  expect(await heldout.alerts.count()).toBe(0);
  expect(await heldout.shares()).toBe(null);
});

/** Shares are shown with one decimal each, so that their sum may be off by as much. */
function expectWhole(shares: readonly number[]): void {
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
}
