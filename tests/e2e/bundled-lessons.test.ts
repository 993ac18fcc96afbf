import { expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { useSite, type HeldoutPage, type TestFile } from '../support/page.ts';

const site = useSite();
const BYTE_ORDER_MARK = '\ufeff';

const caution = (heldout: HeldoutPage) => heldout.dataColumn.getByText(/Validation accuracy means nothing here/u);
const link = (heldout: HeldoutPage) => heldout.dataColumn.getByRole('link', { name: 'How it was made' });
const counts = (heldout: HeldoutPage) => heldout.dataColumn.getByRole('region', { name: 'Examples by domain and label, scrollable' });

async function open(heldout: HeldoutPage, name: string): Promise<void> {
  await heldout.dataset.selectOption({ label: name });
  await heldout.selected(heldout.dataset, name.replace(/[()]/gu, '\\$&'));
  await heldout.ready();
}

/** 12 labels in two domains, five rows of each pair. */
function manyLabels(): TestFile {
  const rows = ['web', 'mail'].flatMap((domain) => Array.from({ length: 60 }, (_, i) => `${domain} text ${i},label ${i % 12},${domain}`));
  return { name: 'many.csv', content: `text,label,domain\n${rows.join('\n')}\n` };
}

test.for([
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const)('the names come with their caution and lesson, at $width px, $colorScheme', async ({ width, height, colorScheme }) => {
  const heldout = await site.visit({ viewport: { width, height }, colorScheme });
  expect(await caution(heldout).count()).toBe(0);
  await open(heldout, 'Names (1,152)');
  await caution(heldout).waitFor();
  await heldout.dataColumn.getByText('What to try, what to see').click();
  await heldout.dataColumn.getByText(/the answer depends on the name/u).waitFor();
  await heldout.button('Step').click();
  const scores = heldout.page.getByRole('region', { name: 'Curves', exact: true });
  await scores.getByText('Mind: Validation accuracy means nothing here, and neither does the domain gap that is taken from it. More is said under Data.').waitFor();
  expect(await violations(heldout)).toEqual([]);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
});

test.for(['siteUrl', 'isolatedUrl'] as const)('the licence’s link opens the README of the set, from the same origin (%s)', async (copy) => {
  site.allow(/favicon\.ico/u); // the browser looks for one beside a plain text
  const heldout = await site.visit({ copy });
  await open(heldout, 'Names (1,152)');
  await heldout.dataColumn.getByText('Licence: CC0-1.0.').waitFor();
  const [readme] = await Promise.all([heldout.page.waitForEvent('popup'), link(heldout).click()]);
  await readme.waitForLoadState();
  expect(new URL(readme.url()).origin).toBe(new URL(heldout.page.url()).origin);
  expect(await readme.locator('body').innerText()).toMatch(/^# Names.*“Depends on the name”/su);
  const sent = await heldout.page.request.get(readme.url());
  expect((await sent.text()).startsWith(`${BYTE_ORDER_MARK}# Names`)).toBe(true);
});

test('one’s own data has no lesson, and its table tells the examples of each of many labels, by keyboard too', async () => {
  const heldout = await site.visit({ viewport: { width: 1280, height: 800 } });
  await link(heldout).waitFor();
  await heldout.import(manyLabels());
  expect(await link(heldout).count()).toBe(0);
  expect(await heldout.dataColumn.getByText('What to try, what to see').count()).toBe(0);
  const rows = await counts(heldout).locator('tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim()).join(' | ')));
  expect(rows).toHaveLength(14);
  const heldOut = await heldout.optionOf(heldout.heldOut);
  expect(rows[0]).toBe(['Label', ...['web', 'mail'].map((domain) => (domain === heldOut ? `${domain},\u00a0held out` : domain)), 'All'].join(' | '));
  expect(rows[1]).toBe('label 0 | 5 | 5 | 10');
  expect(rows[13]).toBe('All | 60 | 60 | 120');
  await counts(heldout).focus();
  await heldout.page.keyboard.press('End');
  await expect.poll(() => counts(heldout).evaluate((region) => region.scrollTop + region.clientHeight >= region.scrollHeight - 1)).toBe(true);
  expect(await violations(heldout)).toEqual([]);
});

test('four labels do not make the page wider, and every count can be scrolled to', async () => {
  const heldout = await site.visit({ viewport: { width: 1280, height: 800 } });
  await open(heldout, 'Support (480)');
  const header = await counts(heldout).locator('thead th').allInnerTexts();
  expect(header).toEqual(['Domain', 'complaint', 'request', 'thanks', 'question', 'All']);
  expect(await counts(heldout).locator('tfoot').innerText()).toMatch(/^All\s+120\s+120\s+120\s+120\s+480$/u);
  expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
});

test('the charts stay in the page while another data set is opened, and are empty then', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  const charts = await heldout.page.getByRole('region', { name: 'Curves', exact: true }).locator('.uplot canvas').elementHandles();
  expect(charts).toHaveLength(2);
  const drawn = (): Promise<string[]> => Promise.all(charts.map((chart) => chart.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())));
  const trained = await drawn();
  await open(heldout, 'Support (480)');
  expect(await Promise.all(charts.map((chart) => chart.evaluate(({ isConnected }) => isConnected)))).toEqual([true, true]);
  await expect.poll(async () => (await drawn()).every((picture, i) => picture !== trained[i])).toBe(true);
});
