import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { openTable, startTable } from '../support/all-domains.ts';
import { madeUpReviews, useSite } from '../support/page.ts';

const site = useSite();
/** Trainings of one seed and objective on the four bundled domains: each held out, and each pair, in eight configurations. */
const TRAININGS = (4 + 6) * 8;
const LONG_MS = 120_000;

/** The cells of a table's rows, as they are shown. */
async function cellsOf(panel: Locator, caption: RegExp): Promise<string[][]> {
  const rows = panel.getByRole('table', { name: caption }).locator('tbody tr');
  return rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())));
}

const FIGURE = /^\d{1,3}\.\d( ± \d{1,2}\.\d)?$/u;

test('the table starts only when the user agrees to the reveal, and gives three rules’ figures for each domain', async () => {
  const heldout = await site.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
  const panel = await openTable(heldout, { seeds: 2 });
  await panel.getByText(`${2 * 2 * TRAININGS} trainings to do`).waitFor();
  expect(await panel.getByText(/The sealed halves of films, gadgets, hotels and restaurants are scored, and count as revealed/u).count()).toBe(1);
  expect(await panel.getByRole('button', { name: 'Start the table' }).isEnabled()).toBe(false);

  await startTable(panel);
  await panel.getByText(`All ${2 * 2 * TRAININGS} trainings are done.`).waitFor({ timeout: LONG_MS });
  const averages = await cellsOf(panel, /^Average over held-out domains/u);
  expect(averages.map(([method]) => method)).toEqual(['ERM', 'ERM + mixup']);
  for (const row of averages) expect(row.slice(1)).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(FIGURE) as string));

  for (const [i, rule] of ['Training-domain validation', 'Leave-one-domain-out validation', 'Test-domain validation (oracle)'].entries()) {
    await panel.getByRole('radio', { name: rule }).check();
    const rows = await cellsOf(panel, new RegExp(`chosen by ${rule.toLowerCase().replace(/[()]/gu, '\\$&')}$`, 'u'));
    for (const [r, row] of rows.entries()) {
      expect(row).toEqual([averages[r]?.[0], ...Array.from({ length: 4 }, () => expect.stringMatching(FIGURE) as string), averages[r]?.[i + 1]]);
    }
  }

  await panel.getByRole('button', { name: 'Copy as CSV' }).click();
  await panel.getByText('Copied as CSV').waitFor();
  const csv = await heldout.page.evaluate(() => navigator.clipboard.readText());
  expect(csv.trim().split(/\r?\n/u)).toHaveLength(1 + 3 * 2 * 5);

  await heldout.page.getByRole('tab', { name: 'Curves' }).click();
  await heldout.button('Step').click();
  await heldout.page.getByRole('region', { name: 'The sealed half' }).getByText('Their seal is spent: they have been revealed 1 time in this browser.').waitFor();
});

test('a table that is cancelled is there after a reload, and is resumed from its finished cells', async () => {
  const heldout = await site.visit();
  const panel = await openTable(heldout, { seeds: 10, steps: 200, objectives: ['ERM'] });
  await panel.getByText(`${10 * TRAININGS} trainings to do`).waitFor();
  await startTable(panel);
  await panel.getByRole('table', { name: /^Held-out domains/u }).getByText('1 of 10 seeds').first().waitFor({ timeout: LONG_MS });
  await panel.getByRole('button', { name: 'Cancel the table' }).click();
  await panel.getByRole('button', { name: 'Resume the table' }).waitFor();
  const before = await cellsOf(panel, /^Held-out domains/u);

  await site.reload(heldout);
  await heldout.page.getByRole('tab', { name: 'All domains' }).click();
  await panel.getByRole('table', { name: /^Held-out domains/u }).waitFor();
  expect(await cellsOf(panel, /^Held-out domains/u)).toEqual(before);
  await heldout.enter(panel.getByRole('spinbutton', { name: 'Seeds of the table' }), '2');
  await panel.getByText(/to do, \d+ done/u).waitFor();
  await panel.getByRole('button', { name: 'Resume the table' }).click();
  await panel.getByText(`All ${2 * TRAININGS} trainings are done.`).waitFor({ timeout: LONG_MS });
  for (const cell of (await cellsOf(panel, /^Held-out domains/u))[0]?.slice(1) ?? []) expect(cell).toMatch(FIGURE);
});

test('a linear head greys out what aligns hidden units, and says why', async () => {
  const heldout = await site.visit();
  const panel = await openTable(heldout);
  await panel.getByRole('combobox', { name: 'Head of the table' }).selectOption('linear');
  await panel.getByText(/CORAL aligns hidden units/u).waitFor();
  expect(await panel.getByRole('checkbox', { name: 'CORAL' }).isEnabled()).toBe(false);
  expect(await panel.getByRole('checkbox', { name: 'DANN' }).isEnabled()).toBe(false);
  expect(await panel.getByRole('checkbox', { name: 'V-REx' }).isEnabled()).toBe(true);
});

test('two domains leave out leave-one-domain-out validation, and say why', async () => {
  const heldout = await site.visit();
  const { name, content } = madeUpReviews('two.csv');
  await heldout.import({ name, content: content.split('\n').filter((line) => !line.endsWith(',lamps')).join('\n') });
  const panel = await openTable(heldout);
  await panel.getByText(/needs three or more, and there are two/u).first().waitFor();
  expect(await panel.getByRole('checkbox', { name: 'Leave-one-domain-out validation' }).isEnabled()).toBe(false);
  expect(await panel.getByRole('checkbox', { name: 'V-REx' }).isEnabled()).toBe(false);
  await startTable(panel);
  await panel.getByText('All 32 trainings are done.').waitFor({ timeout: LONG_MS });
  expect(await panel.getByRole('radio', { name: 'Leave-one-domain-out validation' }).isEnabled()).toBe(false);
  const averages = await cellsOf(panel, /^Average over held-out domains/u);
  expect(averages.map(([, training, leaveOneOut, oracle]) => [FIGURE.test(training ?? ''), leaveOneOut, FIGURE.test(oracle ?? '')])).toEqual([[true, '–', true], [true, '–', true]]);
});
