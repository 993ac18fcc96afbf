import { expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const SCREENS = [
  { colorScheme: 'light', viewport: WIDE },
  { colorScheme: 'dark', viewport: WIDE },
  { colorScheme: 'light', viewport: PHONE },
  { colorScheme: 'dark', viewport: PHONE },
] as const;

test.for(SCREENS)('axe finds nothing to object to, nothing overflows: $colorScheme, $viewport.width px wide', async (screen) => {
  const heldout = await site.visit(screen);
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);

  await heldout.trainTo(10);
  await heldout.switch('Dropout').press('Space');
  await heldout.curve();
  await heldout.enter(heldout.seed, '-1');
  await heldout.choose({ name: 'empty.csv', content: '' });
  await heldout.alerts.waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);

  await heldout.preview(madeUpReviews('shop.csv'), madeUpReviews('office.csv'));
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);
  await heldout.page.keyboard.press('Escape');
  await heldout.button('Paste examples').click();
  await heldout.page.getByRole('dialog', { name: 'Paste examples' }).waitFor();
  expect(await violations(heldout)).toEqual([]);
  await heldout.page.keyboard.press('Escape');

  await heldout.button('Reset').click();
  await heldout.button('Bring it back').waitFor();
  await heldout.sentence.fill('Great film.');
  await heldout.probabilities.waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);
});

test.for(['light', 'dark'] as const)('a tab that was just pressed can be read while the pointer is on it: %s', async (colorScheme) => {
  const heldout = await site.visit({ colorScheme, reducedMotion: 'reduce' });
  await heldout.page.getByRole('tab', { name: 'Sweep' }).click();
  await heldout.page.getByRole('heading', { name: 'Sweep' }).waitFor();
  expect(await violations(heldout)).toEqual([]);
});

test.for([WIDE, PHONE])('the table of domains shows two long labels without scrolling: $width px wide', async (viewport) => {
  const heldout = await site.visit({ viewport });
  const { name, content } = madeUpReviews('verdicts.csv');
  await heldout.import({ name, content: content.replaceAll('positive', 'favourable').replaceAll('negative', 'unfavourable').replaceAll('lamps', 'garden centre') });
  const table = heldout.page.getByRole('table', { name: 'Examples by domain and label' });
  await table.getByRole('columnheader', { name: 'unfavourable', exact: true }).waitFor();
  const hidden = await table.evaluate(({ parentElement }) => (parentElement ? parentElement.scrollWidth - parentElement.clientWidth : NaN));
  expect(hidden).toBe(0);
});

test('axe finds nothing to object to in the opened list of examples', async () => {
  const heldout = await site.visit();
  await heldout.page.getByText('Look at the examples').click();
  await heldout.button('Show more (1,426 left)').click();
  expect(await violations(heldout)).toEqual([]);
});

test('axe finds nothing to object to in the opened knobs of augmentation, switched on, and they go by keyboard', async () => {
  const heldout = await site.visit();
  await heldout.page.locator('summary', { hasText: 'Augment embeddings' }).focus();
  await heldout.page.keyboard.press('Enter');
  await heldout.switch('Noise').waitFor();
  const names = ['Noise', 'Noise norm', 'Mixup', 'Mixup α', 'Within-class interpolation', 'Interpolation α', 'Input dropout', 'Input dropout rate'];
  expect(await tabTo(heldout, names)).toEqual(names);
  for (const name of ['Noise', 'Mixup', 'Within-class interpolation', 'Input dropout']) await heldout.switch(name).press('Space');
  await heldout.page.locator('summary', { hasText: '4 on' }).waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);
});

test.for(SCREENS)('axe finds nothing to object to in the preview of augmented texts: $colorScheme, $viewport.width px wide', async (screen) => {
  const heldout = await site.visit(screen);
  await heldout.page.locator('summary', { hasText: 'Augment texts' }).focus();
  await heldout.page.keyboard.press('Enter');
  for (const name of ['Word deletion', 'Keyboard typos', 'Emoji dropping']) await heldout.switch(name).press('Space');
  await heldout.page.getByRole('region', { name: 'Before and after, scrollable' }).locator('ins, del').first().waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await overflow(heldout)).toBeLessThanOrEqual(0);
});

test('everything can be done by keyboard, in the order of the page', async () => {
  const heldout = await site.visit();
  const { page } = heldout;
  expect(await tabTo(heldout, ['Data set', 'Held-out domain', 'Import examples', 'Train'])).toEqual(['Data set', 'Held-out domain', 'Import examples', 'Train']);
  await page.keyboard.press('Space');
  await heldout.reaches(1);
  await page.keyboard.press('Enter');
  await heldout.button('Train').waitFor();
  const paused = await heldout.step();
  expect(paused).toBeLessThan(600);

  const names = ['Step', 'Reset', 'Learning rate', 'Learning-rate decay', 'Dropout', 'Dropout rate', 'L2', 'L2 strength', 'Augment embeddings', 'Augment texts', 'Batch size', 'Objective', 'Head', 'Hidden units', 'Seeds', 'Seed', 'Steps'];
  expect(await tabTo(heldout, names)).toEqual(names);
  await heldout.switch('Dropout').focus();
  await page.keyboard.press('Space');
  await heldout.changes.filter({ hasText: 'Dropout on' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await heldout.changes.filter({ hasText: 'Dropout rate 0.55' }).waitFor();
  expect(await heldout.slider('Dropout rate').getAttribute('aria-valuetext')).toBe('0.55');

  await heldout.steps.focus();
  expect(await tabTo(heldout, ['Show as table', 'Try a sentence'])).toEqual(['Show as table', 'Try a sentence']);
});

test('what has the focus shows it', async () => {
  const heldout = await site.visit();
  for (const control of [heldout.dataset, heldout.button('Train'), heldout.switch('Dropout'), heldout.slider('Learning rate'), heldout.seed, heldout.sentence]) {
    await heldout.page.keyboard.press('Tab'); // so that the focus counts as the keyboard's
    await control.focus();
    expect(await control.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
  }
});

test('nothing moves where motion is to be reduced', async () => {
  const heldout = await site.visit({ reducedMotion: 'reduce' });
  await heldout.page.evaluate(() => {
    const started: string[] = [];
    Object.assign(window, { started });
    for (const type of ['transitionrun', 'animationstart']) addEventListener(type, (event) => started.push(`${event.type} on ${(event.target as Element).className}`), true);
  });
  await heldout.button('Train').hover();
  await heldout.trainTo(20);
  await heldout.button('Reset').click();
  await heldout.button('Bring it back').waitFor();
  expect(await heldout.page.evaluate(() => (window as unknown as { started: string[] }).started)).toEqual([]);
  const durations = await heldout.page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element);
      return transitionDuration === '0s' && animationName === 'none' ? [] : [`${element.tagName}.${element.className}: ${transitionDuration}, ${animationName}`];
    }),
  );
  expect(durations).toEqual([]);
});

/** Pixels by which the page is wider than its window. */
function overflow({ page }: HeldoutPage): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Presses Tab until the last of `names` has the focus. @returns those of the names that had it, in order */
async function tabTo({ page }: HeldoutPage, names: readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  for (let presses = 0; presses < 40 && seen.at(-1) !== names.at(-1); presses++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const focused = document.activeElement as HTMLInputElement | null;
      return (focused?.labels?.[0] ?? focused)?.textContent.trim() ?? '';
    });
    if (names.includes(name)) seen.push(name);
  }
  return seen;
}
