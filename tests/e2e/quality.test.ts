import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';
import { storedIn } from '../support/stored.ts';

const site = useSite();

/** 120 good rows and four bad ones. */
function withProblems(): TestFile {
  const { name, content } = madeUpReviews('problems.csv');
  const bad = ['The poem is lovely.,negative,books', 'The boots is superb.,positive,lamps', '这部电影非常好看这部电影非常好看,positive,shoes', 'The switch is so delightful.,positive,lamps'];
  return { name, content: `${content}${bad.join('\n')}\n` };
}

const summary = (heldout: HeldoutPage) => heldout.dataColumn.getByText(/^Check the data/u);
const findings = (heldout: HeldoutPage) => heldout.dataColumn.getByRole('list', { name: 'Findings' }).locator('summary');
/** The list's data sets that did not come with the page. */
const own = async (heldout: HeldoutPage): Promise<string[]> => (await heldout.dataset.locator('option').allInnerTexts()).slice(5);
const dropUnreadable = 'Drop the unreadable text';

/** Waits until these are the findings. */
async function shows(heldout: HeldoutPage, titles: readonly (string | undefined)[]): Promise<void> {
  await expect.poll(() => findings(heldout).allInnerTexts(), { timeout: 30_000, interval: 50 }).toEqual(titles);
}

/** Opens the section and checks the data, again where that was done after an import. */
async function check(heldout: HeldoutPage): Promise<void> {
  const again = heldout.button('Check again');
  await summary(heldout).click();
  await heldout.button('Check now').or(again).click();
  await again.waitFor();
}

test('a check finds what is wrong, a remedy makes a new data set, and undo and redo go between the two', async () => {
  const heldout = await site.visit();
  await heldout.import(withProblems());
  await check(heldout);
  const before = await findings(heldout).allInnerTexts();
  expect(before).toEqual([
    'Fix this: 1 text under more than one label',
    'Look at this: 1 near copy',
    'Look at this: 1 exact repeat',
    'Look at this: 1 text that the encoder can hardly read',
  ]);
  expect(await summary(heldout).innerText()).toBe('Check the data: 4 findings, 1 to fix');
  await heldout.page.getByText('Of 124 rows in problems.csv, 124 were kept.').waitFor();
  await findings(heldout).nth(1).click();
  await heldout.page.getByText('The switch is so delightful.').first().waitFor();

  await heldout.heldOut.selectOption('shoes');
  await heldout.page.getByText('The head never sees “shoes”').waitFor();
  await heldout.trainTo(20);
  const trained = await heldout.curve();
  await heldout.button(dropUnreadable).click();
  await heldout.selected(heldout.dataset, 'problems, without 1 unreadable text \\(123\\)');
  await heldout.page.getByText('Dropped 1 unreadable text. “problems, without 1 unreadable text” has 123 examples; “problems” is kept as it was.').waitFor();
  await shows(heldout, before.slice(0, 3));
  expect(await heldout.optionOf(heldout.heldOut)).toBe('shoes');
  await heldout.trainTo(30);

  await heldout.button('Undo the last remedy').click();
  await heldout.selected(heldout.dataset, 'problems \\(124\\)');
  await shows(heldout, before);
  expect(await own(heldout)).toEqual(['problems, without 1 unreadable text (123)', 'problems (124)']); // it was trained on
  expect(await heldout.optionOf(heldout.heldOut)).toBe('shoes');
  await heldout.ready();
  await heldout.trainTo(20);
  expect(await heldout.curve()).toEqual(trained); // the data is what it was, to the bit

  await heldout.button('Redo').click();
  await heldout.selected(heldout.dataset, 'problems, without 1 unreadable text \\(123\\)');
  await shows(heldout, before.slice(0, 3));
  await heldout.ready();

  await site.reload(heldout);
  expect(await own(heldout)).toEqual(['problems, without 1 unreadable text (123)', 'problems (124)']);
  expect(await heldout.optionOf(heldout.dataset)).toBe('problems, without 1 unreadable text (123)');
  expect(site.encoderRequests()).toEqual([]);
  await summary(heldout).click();
  await heldout.button('Undo the last remedy').click();
  await heldout.selected(heldout.dataset, 'problems \\(124\\)');
  await heldout.page.getByText('Of 124 rows in problems.csv, 124 were kept.').waitFor(); // the import’s report outlived the reload
});

test('what was imported is checked by itself, and the page says before the training what there is to fix and leads to it', async () => {
  const heldout = await site.visit();
  await heldout.import(withProblems());
  await heldout.dataColumn.getByText('Before you train: this data has 1 thing to fix and 3 to look at.').waitFor();
  expect(await findings(heldout).first().isVisible()).toBe(false);
  await heldout.button('See what was found').press('Enter');
  await shows(heldout, ['Fix this: 1 text under more than one label', 'Look at this: 1 near copy', 'Look at this: 1 exact repeat', 'Look at this: 1 text that the encoder can hardly read']);
  expect(await summary(heldout).evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await heldout.button('See what was found').count()).toBe(0);

  await heldout.import(madeUpReviews('clean.csv'));
  await expect.poll(() => summary(heldout).innerText(), { timeout: 30_000 }).toBe('Check the data: nothing found');
  expect(await heldout.dataColumn.getByText('Before you train').count()).toBe(0);
});

test('the notice after a remedy undoes it, and remedies can follow one another', async () => {
  const heldout = await site.visit();
  await heldout.import(withProblems());
  await check(heldout);
  const [conflict, copy, repeat] = await findings(heldout).allInnerTexts();
  await heldout.button(dropUnreadable).click();
  await heldout.selected(heldout.dataset, 'problems, without 1 unreadable text \\(123\\)');
  await shows(heldout, [conflict, copy, repeat]);
  await heldout.button('Drop the repeat, keep the first of each').click();
  await heldout.selected(heldout.dataset, 'problems, cleaned \\(2 remedies\\) \\(122\\)');
  await shows(heldout, [conflict, copy]);
  await heldout.button('Undo').click();
  await heldout.selected(heldout.dataset, 'problems, without 1 unreadable text \\(123\\)');
  await shows(heldout, [conflict, copy, repeat]);
  await expect.poll(() => own(heldout)).toEqual(['problems, without 1 unreadable text (123)', 'problems (124)']); // nothing was made of the other
});

test('rows that an import left out are told with file, row and reason, and can be taken in and out again', async () => {
  const { content } = madeUpReviews('');
  const heldout = await site.visit();
  await heldout.import({ name: 'left.csv', content: `${content}${content.split('\n')[1]}\nTHE POEM IS LOVELY.,positive,books\nNobody knows.,,lamps\n,positive,lamps\n` });
  await check(heldout);
  const title = 'Good to know: 4 rows of left.csv left out';
  await shows(heldout, [title]);
  await findings(heldout).first().click();
  const told = heldout.dataColumn.getByRole('list', { name: 'Such examples' });
  expect(await told.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/\S.*\nleft\.csv, row 122: equal to an earlier row$/u),
    expect.stringMatching(/Nobody knows\..*\nleft\.csv, row 124: no label$/u),
    'left.csv, row 125: no text',
  ]);
  await heldout.page.getByText('There is nothing to train on in 1 row without a text (row 125), and so no remedy.').waitFor();

  await heldout.button('Take in the row without a label, under the label “unlabelled”').click();
  await heldout.selected(heldout.dataset, 'left, with 1 row without a label \\(121\\)');
  await heldout.page.getByText('Took in 1 row without a label, under the label “unlabelled”. “left, with 1 row without a label” has 121 examples; “left” is kept as it was.').waitFor();
  await expect.poll(() => findings(heldout).allInnerTexts(), { timeout: 30_000 }).toContain('Good to know: 3 rows of left.csv left out');
  await heldout.button('Take in the 2 repeats').click();
  await heldout.selected(heldout.dataset, 'left, cleaned \\(2 remedies\\) \\(123\\)');
  await expect.poll(() => findings(heldout).allInnerTexts(), { timeout: 30_000 }).toContain('Look at this: 2 exact repeats');
  await heldout.ready();
  await heldout.trainTo(10);

  await heldout.button('Undo the last remedy').click();
  await heldout.selected(heldout.dataset, 'left, with 1 row without a label \\(121\\)');
  await heldout.button('Undo the last remedy').click();
  await heldout.selected(heldout.dataset, 'left \\(120\\)');
  await shows(heldout, [title]);
});

test('a cleaned copy of data that has something to be minded says it too, after a reload as well', async () => {
  const heldout = await site.visit();
  const caution = heldout.dataColumn.getByText(/^Mind: Validation accuracy means nothing here/u);
  await heldout.dataset.selectOption('names');
  await caution.waitFor();
  await check(heldout);
  await heldout.dataColumn.getByRole('list', { name: 'Findings' }).getByRole('button').filter({ hasNotText: /^Show/u }).first().click();
  await heldout.selected(heldout.dataset, 'Names, ');
  await caution.waitFor();
  await expect.poll(async () => (await storedIn<{ readonly datasetId: string }>(heldout.page, 'settings'))[0]?.datasetId, { timeout: 30_000 }).not.toBe('names'); // which data set is open is stored after it is shown
  await site.reload(heldout);
  expect(await heldout.optionOf(heldout.dataset)).toMatch(/^Names, /u);
  await caution.waitFor();
});

test('a finding leads to its rows in the editor', async () => {
  const heldout = await site.visit();
  await heldout.import(withProblems());
  await check(heldout);
  await heldout.button('Show these 2 rows in the editor').first().click();
  const editor = heldout.page.getByRole('dialog', { name: 'Edit examples: problems' });
  await editor.getByText('2 of 124 examples on show.').waitFor();
  expect(await editor.getByRole('row').filter({ hasText: 'The poem is lovely.' }).count()).toBe(2);
  await editor.getByRole('checkbox', { name: 'only: 1 text under more than one label' }).uncheck();
  await editor.getByText('124 examples.').waitFor();
});

test('the bundled reviews are found to be well without the encoder’s weights, on a narrow page too', async () => {
  const heldout = await site.visit({ viewport: { width: 390, height: 800 } });
  await check(heldout);
  expect(await summary(heldout).innerText()).toBe('Check the data: nothing found');
  await heldout.page.getByText('1,434 examples checked. Nothing found of what is looked for.').waitFor();
  expect(site.encoderRequests().map((address) => address.split('/').at(-1))).toEqual(['vocab.json']);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a check can be cancelled, and leaves everything as it was', async () => {
  const heldout = await site.visit({ prepare: (page) => page.route('**/models/use-lite/vocab.json', () => {}) });
  await summary(heldout).click();
  await heldout.button('Check now').click();
  await heldout.page.getByRole('progressbar', { name: 'Checking the data' }).waitFor();
  await heldout.button('Cancel').click();
  await heldout.button('Cancel').waitFor({ state: 'detached' });
  expect(await heldout.alerts.count()).toBe(0);
  expect(await summary(heldout).innerText()).toBe('Check the data');
  await heldout.trainTo(10);
});
