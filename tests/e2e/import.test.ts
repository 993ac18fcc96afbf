import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';

const site = useSite();

/** Data sets that come with the page. */
const BUNDLED = 5;

test('a CSV file chosen by the file input becomes the data set, trains, and is all there after a reload', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');
  expect(await heldout.heldOut.locator('option').allInnerTexts()).toEqual(['books', 'shoes', 'lamps']);
  expect(await heldout.page.getByRole('list', { name: 'Import report' }).innerText()).toContain('Imported 120 examples with 2 labels from 3 domains.');

  await heldout.heldOut.selectOption('shoes');
  await heldout.page.getByText('The head never sees “shoes”').waitFor();
  await heldout.switch('Dropout').press('Space');
  await heldout.slider('Learning rate').press('ArrowLeft');
  await heldout.head.selectOption({ label: 'Linear' });
  await heldout.enter(heldout.seed, '7');
  await heldout.trainTo(20);
  await heldout.switch('L2').press('Space');
  await heldout.changes.first().waitFor();
  await heldout.trainTo(40);
  const before = await everything(heldout);
  expect(before.rows).toHaveLength(5);

  await site.reload(heldout);
  expect(await everything(heldout)).toEqual(before);
  expect(site.encoderRequests()).toEqual([]);
  await heldout.trainTo(60); // the run itself is back, not only its picture
  expect((await heldout.curve()).slice(0, 5)).toEqual(before.rows);
});

test('a file dropped on the data is imported', async () => {
  const heldout = await site.visit();
  await drop(heldout, madeUpReviews('dropped.csv'));
  await heldout.selected(heldout.dataset, 'dropped');
  await heldout.ready();
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
});

test('an import shows its progress, and cancelling it leaves the old data set and its run', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const heldout = await site.visit({
    prepare: (page) =>
      page.route('**/models/use-lite/weights-2.bin', async (route) => {
        await held;
        await route.continue().catch(() => {}); // by then it was cancelled
      }),
  });
  await heldout.trainTo(20);
  const before = await everything(heldout);

  await heldout.choose(madeUpReviews('shop.csv'));
  await heldout.page.getByText(/^Importing shop\.csv: downloading the text encoder, [\d.]+ MB of 28\.4 MB$/u).waitFor();
  await heldout.page.getByRole('progressbar', { name: 'Importing shop.csv' }).waitFor();
  await heldout.button('Cancel').click();
  await heldout.button('Cancel').waitFor({ state: 'detached' });
  expect(await everything(heldout)).toEqual(before);
  expect(await heldout.alerts.count()).toBe(0);
  expect(await heldout.dataset.locator('option').count()).toBe(BUNDLED);
  release?.();

  await heldout.trainTo(30);
  await heldout.import(madeUpReviews('shop.csv'));
});

test('while a file is being imported, the run goes on, and can be paused', async () => {
  const heldout = await site.visit({ prepare: (page) => page.route('**/models/use-lite/weights-2.bin', () => {}) });
  await heldout.setSteps(20_000);
  await heldout.button('Train').click();
  await heldout.choose(madeUpReviews('shop.csv'));
  await heldout.page.getByRole('progressbar', { name: 'Importing shop.csv' }).waitFor();
  await heldout.reaches((await heldout.step()) + 1);
  expect(await heldout.button('Pause').isEnabled()).toBe(true);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
});

test('an imported data set can be deleted, with its runs', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(10);
  heldout.page.once('dialog', (dialog) => void dialog.dismiss());
  await heldout.button('Delete this dataset').click();
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');

  heldout.page.once('dialog', (dialog) => void dialog.accept());
  await heldout.button('Delete this dataset').click();
  await heldout.selected(heldout.dataset, 'Reviews');
  await expect.poll(() => heldout.dataset.locator('option').count()).toBe(BUNDLED);
  expect(await heldout.button('Delete this dataset').count()).toBe(0);

  await site.reload(heldout);
  expect(await heldout.dataset.locator('option').allInnerTexts()).toEqual(['Reviews (1,434)', 'Support (480)', 'Spam (480)', 'Shortcut (640)', 'Names (1,152)']);
  await heldout.trainTo(10);
});

test('one can go back and forth between data sets without embedding again', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await site.reload(heldout);
  await heldout.dataset.selectOption({ label: 'Reviews (1,434)' });
  await heldout.selected(heldout.dataset, 'Reviews');
  await heldout.ready();
  await heldout.dataset.selectOption({ label: 'shop (120)' });
  await heldout.selected(heldout.dataset, 'shop');
  await heldout.ready();
  await heldout.trainTo(10);
  expect(site.encoderRequests()).toEqual([]);
});

test('without a domain column a sample is held out, and the page says what that cannot show', async () => {
  const { name, content } = madeUpReviews('plain.csv');
  const heldout = await site.visit();
  await heldout.import({ name, content: content.split('\n').map((line) => line.replace(/,[^,]*$/u, '')).join('\n') });
  expect(await heldout.optionOf(heldout.heldOut)).toBe('Held-out sample');
  await heldout.page.getByText('it cannot show domain generalization').waitFor();
  await heldout.trainTo(20);
  await heldout.page.getByText('Validation to held-out sample (same domain)').waitFor();
});

test('a label that only the held-out domain has is counted and left out', async () => {
  const { name, content } = madeUpReviews('extra.csv');
  const neutral = Array.from({ length: 6 }, (_, i) => `Lamp number ${i} is a lamp.,neutral,lamps`);
  const heldout = await site.visit();
  await heldout.import({ name, content: [content.trimEnd(), ...neutral].join('\n') });
  await heldout.heldOut.selectOption('lamps');
  await heldout.page.getByText('6 held-out examples left out: no training domain has the label.').waitFor();
  await heldout.page.getByText(/“lamps”: 20 examples are watched while it trains, 20 stay sealed/u).waitFor();
  await heldout.trainTo(10);
});

/** What a reload must bring back, and a cancelled import leave alone. */
async function everything(heldout: HeldoutPage) {
  const { page } = heldout;
  return {
    dataset: await heldout.optionOf(heldout.dataset),
    heldOut: await heldout.optionOf(heldout.heldOut),
    head: await heldout.optionOf(heldout.head),
    status: await heldout.status.innerText(),
    fields: await page.getByRole('spinbutton').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
    switches: await page.getByRole('switch').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).checked)),
    sliders: await page.getByRole('slider').evaluateAll((inputs) => inputs.map((input) => input.getAttribute('aria-valuetext'))),
    changes: await heldout.changes.allInnerTexts(),
    rows: await heldout.curve(),
    looks: await page.getByText(/Looks at the watched half/u).innerText(),
  };
}

async function drop({ page, dataColumn }: HeldoutPage, { name, content }: TestFile): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], fileName, { type: 'text/csv' }));
      return transfer;
    },
    [name, String(content)] as const,
  );
  await dataColumn.dispatchEvent('dragover', { dataTransfer });
  await dataColumn.dispatchEvent('drop', { dataTransfer });
}
