import { expect, test } from 'vitest';
import { useSite } from '../support/page.ts';

const site = useSite();

test('on arrival there are data, a held-out domain and a run to train, and the encoder is not downloaded', async () => {
  const heldout = await site.visit();
  expect(await heldout.optionOf(heldout.dataset)).toMatch(/^Reviews \(1,434\)$/u);
  expect(await heldout.optionOf(heldout.heldOut)).not.toBe('');
  expect(await heldout.button('Train').isEnabled()).toBe(true);
  expect(await heldout.status.innerText()).toMatch(/WebAssembly · step 0 of 600$/u);
  await heldout.page.getByText('Nobody has looked at the watched half yet.').waitFor();
  expect(site.encoderRequests()).toEqual([]);
});

test('training to the end fills the table, the gaps in words, the status and the count of looks', async () => {
  const heldout = await site.visit();
  await heldout.trainToEnd();
  expect(await heldout.status.innerText()).toMatch(/step 600 of 600, finished$/u);

  const rows = await heldout.curve();
  const headers = await heldout.table.getByRole('columnheader').allInnerTexts();
  expect(headers).toEqual(['Step', 'Training accuracy', 'Validation accuracy', 'Held-out accuracy', 'Training loss', 'Validation loss', 'Held-out loss']);
  expect(rows.map(([step]) => step)).toEqual(Array.from({ length: 61 }, (_, i) => String(10 * i)));
  const [train = NaN, , heldOut = NaN] = (rows.at(-1) ?? []).slice(1).map(parseFloat);
  expect(heldOut).toBeGreaterThan(70);
  expect(train).toBeGreaterThan(heldOut);

  for (const title of [/^Memorizing: training to validation/u, /^The domain: validation to held-out/u]) {
    const name = heldout.page.getByRole('term').filter({ hasText: title });
    expect(await name.innerText()).toMatch(/\(n = \d+ and \d+, 95 % intervals over examples\)$/u);
    const words = await name.locator('xpath=following-sibling::dd').innerText();
    expect(words).toMatch(/loss is .*\([+−][\d.]+ to [+−][\d.]+\); accuracy is .*\([+−][\d.]+ to [+−][\d.]+ points\)\.$/u);
  }
  await heldout.page.getByText('Looks at the watched half: 61 evaluations in 1 run.').waitFor();
  expect(await heldout.button('Train').isEnabled()).toBe(false);
});

test('Pause stops between two steps, Step does one, Train goes on', async () => {
  const heldout = await site.visit();
  await heldout.setSteps(5000);
  await heldout.button('Train').click();
  await heldout.reaches(30);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
  const paused = await heldout.step();
  expect(paused).toBeLessThan(5000);
  await heldout.button('Step').click();
  await heldout.reaches(paused + 1);
  expect(await heldout.step()).toBe(paused + 1);
  await heldout.button('Train').click();
  await heldout.reaches(paused + 20);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
});

test('a reset run starts afresh, and can be brought back with its curve', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(30);
  const before = await heldout.curve();
  expect(before).toHaveLength(4);
  await heldout.button('Reset').click();
  await heldout.shows(/step 0 of 30$/u);
  expect(await heldout.curve()).toEqual([['Nothing yet: press Train.']]);
  await heldout.page.getByText('thin and pale: the previous run').waitFor();

  await heldout.button('Bring it back').click();
  await heldout.shows(/step 30 of 30, finished$/u);
  expect(await heldout.curve()).toEqual(before);
});

test('a finished run can be trained for 600 more steps', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  await heldout.button('Train 600 more steps').click();
  await heldout.shows(/of 620/u);
  await heldout.reaches(30);
  await heldout.shows(/step 620 of 620, finished$/u);
  const rows = await heldout.curve();
  expect(rows).toHaveLength(63);
  expect(await heldout.changes.allInnerTexts()).toEqual([expect.stringMatching(/1\s+step 20\s+Steps 620/u)]);
});

test('a run cannot be cut short where it stands, only one step on, where it is scored', async () => {
  const heldout = await site.visit();
  for (const step of [1, 2, 3]) {
    await heldout.button('Step').click();
    await heldout.reaches(step);
  }
  await heldout.enter(heldout.steps, '3');
  await heldout.page.getByText('A whole number from 4 to 20,000.').waitFor();
  await heldout.setSteps(4);
  await heldout.button('Step').click();
  await heldout.shows(/step 4 of 4, finished$/u);
  await heldout.page.getByText('After 4 steps, with 95 % intervals').waitFor({ timeout: 5000 });
  expect((await heldout.curve()).map(([step]) => step)).toEqual(['0', '4']);
});

test('another held-out domain starts a new run, with looks of its own', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  await heldout.page.getByText('3 evaluations in 1 run').waitFor();
  const first = await heldout.optionOf(heldout.heldOut);
  await heldout.heldOut.selectOption({ index: 0 });
  await heldout.shows(/step 0 of 20$/u);
  const other = await heldout.optionOf(heldout.heldOut);
  expect(other).not.toBe(first);
  await heldout.page.getByText(`The head never sees “${other}”`).waitFor();
  await heldout.page.getByText('Nobody has looked at the watched half yet.').waitFor();
  await heldout.trainToEnd();
  await heldout.heldOut.selectOption({ label: first });
  await heldout.page.getByText('3 evaluations in 1 run').waitFor();
});
