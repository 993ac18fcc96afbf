import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

/** The opened panel. */
async function openPanel(heldout: HeldoutPage): Promise<Locator> {
  const panel = heldout.dataColumn.locator('details').filter({ has: heldout.page.locator('summary', { hasText: /^Shape the data/u }) });
  await panel.locator('summary').click();
  await heldout.slider('Label noise').waitFor();
  return panel;
}

/** Turns a slider and waits for the run that it starts. */
async function turn(heldout: HeldoutPage, slider: string, key: string, becomes: string): Promise<void> {
  await heldout.slider(slider).press(key);
  await expect.poll(() => heldout.slider(slider).getAttribute('aria-valuetext')).toBe(becomes);
}

/** The line of words that describes a slider or switch. */
async function wordsOf(control: Locator): Promise<string> {
  return control.evaluate((input) => document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent.trim() ?? '');
}

test('sliders say what they do, start a fresh run that keeps the knobs and leaves pale lines, and a reload brings the shape back', async () => {
  const heldout = await site.visit({ viewport: { width: 390, height: 800 } });
  await heldout.switch('L2').click();
  await heldout.trainTo(30);
  const panel = await openPanel(heldout);
  expect(await wordsOf(heldout.slider('Examples per class'))).toBe('In each training domain. Trains on 858 examples.');
  expect(await wordsOf(heldout.slider('Label noise'))).toBe('No label is replaced.');
  expect(await heldout.slider('Examples per class').getAttribute('aria-valuetext')).toBe('all');
  expect(await panel.getByRole('button', { name: 'Back to the data as it is' }).isDisabled()).toBe(true);

  await turn(heldout, 'Examples per class', 'ArrowLeft', 'at most 100');
  await heldout.shows(/step 0 of 30$/u);
  await expect.poll(() => wordsOf(heldout.slider('Examples per class'))).toBe('In each training domain. Trains on 600 of 858 examples.');
  await heldout.page.getByText('thin and pale: the previous run').waitFor();
  expect(await heldout.switch('L2').isChecked()).toBe(true);

  await turn(heldout, 'Class imbalance', 'End', '10 : 1');
  await expect.poll(() => wordsOf(heldout.slider('Class imbalance'))).toMatch(/^Trains on \w+ 300, \w+ 30\.$/u);
  await turn(heldout, 'Domain imbalance', 'End', '10 : 1');
  await expect.poll(() => wordsOf(heldout.slider('Domain imbalance'))).toMatch(/^Trains on \w+ 110, \w+ 35, \w+ 11\.$/u);
  await turn(heldout, 'Label noise', 'End', '50 %');
  await expect.poll(() => wordsOf(heldout.slider('Label noise'))).toMatch(/^\d+ of 156 training labels are wrong; validation labels are right\. Scores go by these labels/u);
  await turn(heldout, 'Validation share', 'ArrowRight', '25 %');
  await expect.poll(() => wordsOf(heldout.slider('Validation share'))).toMatch(/^Of each training domain\. 2[67]\d examples are kept for validation\.$/u);

  const words = 'Shape the data: at most 100 examples of a class in a domain, 50 % wrong labels, classes uneven 10 : 1, domains uneven 10 : 1, 25 % for validation';
  expect(await panel.locator('summary').innerText()).toBe(words);
  const split = await heldout.dataColumn.getByText('The head never sees').innerText();
  expect(split).toMatch(/^Trains on 156 of \d+ examples of .*, \d+ of them with a wrong label;/u);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await heldout.trainToEnd();
  const curve = await heldout.curve();
  await site.reload(heldout);
  expect(await panel.locator('summary').innerText()).toBe(words);
  expect(await heldout.dataColumn.getByText('The head never sees').innerText()).toBe(split);
  expect(await heldout.curve()).toEqual(curve);
  await heldout.page.getByRole('tab', { name: 'All domains' }).click();
  await heldout.page.getByText('The table trains on the data as it is').waitFor();
  await heldout.page.getByRole('tab', { name: 'Curves', exact: true }).click();

  await panel.locator('summary').click();
  await panel.getByRole('button', { name: 'Back to the data as it is' }).click();
  await expect.poll(() => panel.locator('summary').innerText()).toBe('Shape the data');
  await heldout.dataColumn.getByText('The head never sees').filter({ hasText: 'Trains on 858 examples of ' }).waitFor();
});

test('“Noise in validation too” changes the figures of validation alone, before the first step', async () => {
  const heldout = await site.visit();
  await openPanel(heldout);
  expect(await heldout.switch('Noise in validation too').isDisabled()).toBe(true);
  await turn(heldout, 'Label noise', 'End', '50 %');
  const before = async (): Promise<readonly string[]> => {
    await heldout.button('Step').click();
    await heldout.reaches(1);
    return (await heldout.curve())[0] ?? [];
  };
  const card = (part: string) => heldout.page.getByRole('listitem').filter({ has: heldout.page.getByRole('heading', { name: part, exact: true }) });
  const [step, trainAccuracy, , heldOutAccuracy, trainLoss, validationLoss, heldOutLoss] = await before();
  await card('Training').getByText(/^n = 858, 4\d\d of the 858 trained on with a wrong label$/u).waitFor();
  await card('Validation').getByText('n = 216, none with a wrong label').waitFor();
  await heldout.switch('Noise in validation too').click();
  await heldout.shows(/step 0 of/u);
  await expect.poll(() => wordsOf(heldout.slider('Label noise'))).toMatch(/training labels and \d+ of 216 validation labels are wrong\./u);
  const after = await before();
  expect([after[0], after[1], after[3], after[4], after[6]]).toEqual([step, trainAccuracy, heldOutAccuracy, trainLoss, heldOutLoss]);
  expect(after[5]).not.toBe(validationLoss);
  await card('Validation').getByText(/^n = 216, \d+ of them with a wrong label$/u).waitFor();
  await card('Held-out').getByText(/, none with a wrong label$/u).waitFor();
});

test('turned while it trains, the data is shaped at once and training goes on by itself', async () => {
  const heldout = await site.visit();
  await heldout.setSteps(20_000);
  await openPanel(heldout);
  await heldout.page.getByRole('combobox', { name: 'Speed' }).selectOption({ label: 'As fast as possible' });
  await heldout.button('Train').click();
  await heldout.reaches(100);
  for (let i = 0; i < 3; i++) await heldout.slider('Label noise').press('ArrowRight'); // faster than runs start
  await expect.poll(() => wordsOf(heldout.slider('Label noise'))).toMatch(/^\d+ of 858 training labels are wrong/u);
  expect(await heldout.slider('Label noise').getAttribute('aria-valuetext')).toBe('3 %');
  await heldout.reaches(50);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
  await heldout.page.getByText('thin and pale: the previous run').waitFor();
});
