import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();
const STEPS = 20;

test('a sweep fills both maps, and a cell that is clicked becomes a run with its scores', async () => {
  const heldout = await site.visit();
  const sweep = await openSweep(heldout);
  await sweep.run();
  const names = await sweep.names('Held-out loss');
  expect(names).toHaveLength(9);
  for (const name of names) expect(name).toMatch(/^L2 strength [\d.]+, Dropout rate [\d.]+: held-out loss \d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\), n = \d+ examples\./u);
  expect(await sweep.panel.innerText()).toMatch(/Choosing by validation costs .*n = \d+ watched examples/u);
  expect(await sweep.panel.innerText()).toContain('has scored the watched half 90 times');

  const [validation, watched] = [await sweep.numbers('Validation loss'), await sweep.numbers('Held-out loss')];
  const middle = 4;
  await sweep.cells('Held-out loss').nth(middle).click();
  for (const name of ['L2', 'Dropout']) await expect.poll(() => heldout.switch(name).isChecked()).toBe(true);
  await heldout.shows(new RegExp(`step 0 of ${STEPS}$`, 'u'));
  expect(names[middle]).toContain(`L2 strength ${await shown(heldout, 'L2 strength')}, Dropout rate ${await shown(heldout, 'Dropout rate')}`);
  await heldout.trainToEnd();
  await heldout.page.getByRole('tab', { name: 'Curves', exact: true }).click();
  const last = (await heldout.curve()).at(-1) ?? [];
  expect(last[0]).toBe(String(STEPS));
  expect(last.slice(-2)).toEqual([validation[middle], watched[middle]]);
});

test('the best cells are marked by shape and in words, in both maps', async () => {
  const sweep = await openSweep(await site.visit());
  await sweep.run();
  for (const map of ['Validation loss', 'Held-out loss'] as const) {
    const names = await sweep.names(map);
    expect(names.filter((name) => name.includes('Best by validation.'))).toHaveLength(1);
    expect(names.filter((name) => name.includes('Best by held-out.'))).toHaveLength(1);
    expect((await sweep.cells(map).allInnerTexts()).join('').replace(/[^◆★]/gu, '').split('').sort()).toEqual(['★', '◆'].sort());
  }
  const best = (await sweep.names('Validation loss')).findIndex((name) => name.includes('Best by validation.'));
  const numbers = (await sweep.numbers('Validation loss')).map(Number);
  expect(numbers[best]).toBe(Math.min(...numbers));
});

test('accuracies and differences are shown on demand', async () => {
  const sweep = await openSweep(await site.visit());
  await sweep.run();
  await sweep.panel.getByRole('combobox', { name: 'Metric' }).selectOption('accuracy');
  const validation = (await sweep.numbers('Validation accuracy in %')).map(Number);
  const watched = (await sweep.numbers('Held-out accuracy in %')).map(Number);
  await sweep.panel.getByRole('combobox', { name: 'Show' }).selectOption('difference');
  const differences = await sweep.numbers('Held-out minus validation accuracy in points');
  differences.forEach((difference, i) => {
    expect(difference).toMatch(/^[+−]\d+\.\d$/u);
    const rounded = (watched[i] as number) - (validation[i] as number);
    expect(Math.abs(Number(difference.replace('−', '-')) - rounded)).toBeLessThan(0.151); // three roundings to a tenth
  });
});

test('arrow keys go from cell to cell, Enter takes one, and what has the focus is described', async () => {
  const heldout = await site.visit();
  const sweep = await openSweep(heldout);
  await sweep.run();
  const cells = sweep.cells('Validation loss');
  const names = await sweep.names('Validation loss');
  expect(await cells.evaluateAll((all) => all.filter((cell) => cell.tabIndex === 0).length)).toBe(1);
  await cells.first().focus();
  for (const [key, index] of [['ArrowLeft', 0], ['ArrowRight', 1], ['ArrowDown', 4], ['End', 5], ['Control+End', 8], ['ArrowDown', 8], ['ArrowUp', 5], ['Home', 3], ['Control+Home', 0]] as const) {
    await heldout.page.keyboard.press(key);
    expect(await heldout.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), key).toBe(names[index]);
  }
  const [cell = ''] = (names[0] ?? '').split(':');
  await sweep.panel.getByRole('heading', { name: cell }).waitFor();
  await heldout.page.keyboard.press('Enter');
  await expect.poll(() => heldout.switch('L2').isChecked()).toBe(true);
});

test('a sweep whose conditions have changed stays, and says what it was made with', async () => {
  const heldout = await site.visit();
  const sweep = await openSweep(heldout);
  await sweep.run();
  const numbers = await sweep.numbers('Held-out loss');
  await heldout.head.selectOption({ label: 'Linear' });
  await sweep.panel.getByText('head: hidden layer of 64 then, linear head now').waitFor();
  expect(await sweep.numbers('Held-out loss')).toEqual(numbers);
});

test('a sweep that is cancelled keeps what it has, and says so', async () => {
  const heldout = await site.visit();
  const sweep = await openSweep(heldout, 20_000);
  await sweep.panel.getByRole('button', { name: /^Sweep \d+ heads$/u }).click();
  await sweep.cells('Held-out loss').first().waitFor();
  await sweep.panel.getByRole('button', { name: 'Cancel the sweep' }).click();
  await sweep.panel.getByRole('button', { name: /^Sweep \d+ heads$/u }).waitFor();
  const texts = await sweep.cells('Held-out loss').allInnerTexts();
  const untrained = texts.filter((text) => text.includes('not trained')).length;
  expect([0, 9]).toContain(untrained);
  if (untrained === 0) await sweep.panel.getByText(/of 20,000 steps; cancelled before the end\./u).waitFor();
  else await sweep.panel.getByText('No cell has been scored.').waitFor();
});

test('two equal knobs, and a range of one value, are refused in words', async () => {
  const sweep = await openSweep(await site.visit());
  const run = sweep.panel.getByRole('button', { name: /^Sweep \d+ heads?$/u });
  await sweep.knob('rows').selectOption({ label: 'L2 strength' });
  await sweep.panel.getByText('Choose two different knobs.').waitFor();
  expect(await run.isDisabled()).toBe(true);
  await sweep.knob('rows').selectOption({ label: 'Batch size' });
  await sweep.panel.getByRole('slider', { name: 'Batch size, to' }).press('Home');
  await sweep.panel.getByText('Batch size starts and ends at the same value').waitFor();
  expect(await run.isDisabled()).toBe(true);
});

test.for([
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const)('axe finds nothing to object to, nothing overflows: $colorScheme, $viewport.width px wide', async (screen) => {
  const heldout = await site.visit(screen);
  const sweep = await openSweep(heldout);
  await sweep.run();
  for (const view of ['scores', 'difference']) {
    await sweep.panel.getByRole('combobox', { name: 'Show' }).selectOption(view);
    expect(await violations(heldout)).toEqual([]);
    expect(await heldout.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
});

interface SweepTab {
  readonly panel: Locator;
  knob(axis: 'columns' | 'rows'): Locator;
  /** Runs it and waits for its end. */
  run(): Promise<void>;
  cells(map: string): Locator;
  /** Accessible names of a map's cells. */
  names(map: string): Promise<string[]>;
  /** What the cells show, without marks. */
  numbers(map: string): Promise<string[]>;
}

/** The tab, set up for L2 strength by dropout rate, three values each. */
async function openSweep(heldout: HeldoutPage, steps = STEPS): Promise<SweepTab> {
  await heldout.setSteps(steps);
  await heldout.page.getByRole('tab', { name: 'Sweep', exact: true }).click();
  const panel = heldout.page.getByRole('region', { name: 'Sweep', exact: true });
  for (const axis of await panel.getByRole('combobox', { name: 'Values' }).all()) await axis.selectOption('3');
  const button = panel.getByRole('button', { name: 'Sweep 9 heads' });
  await button.waitFor();
  const cells = (map: string): Locator => panel.getByRole('grid', { name: map, exact: true }).getByRole('button');
  return {
    panel,
    knob: (axis) => panel.getByRole('combobox', { name: `Knob of the ${axis}` }),
    run: async () => {
      await button.click();
      await panel.getByText(`9 cells after ${steps} steps.`).first().waitFor();
      await button.waitFor();
    },
    cells,
    names: (map) => cells(map).evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label') ?? '')),
    numbers: (map) => cells(map).evaluateAll((all) => all.map((cell) => cell.querySelector('span')?.textContent ?? '')),
  };
}

/** The number beside a knob's slider. */
async function shown(heldout: HeldoutPage, knob: string): Promise<string> {
  return (await heldout.slider(knob).getAttribute('aria-valuetext')) ?? '';
}
