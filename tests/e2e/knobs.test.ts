import { expect, test } from 'vitest';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();
const CHANGED_AT = 50;
const END = 100;
const ROWS_BEFORE = 1 + CHANGED_AT / 10;

/** A change of each knob, and the switch without which it would do nothing. */
const CHANGES = [
  { knob: 'Dropout', mark: 'Dropout on' },
  { knob: 'L2', mark: 'L2 on' },
  { knob: 'Noise', mark: 'Noise on' },
  { knob: 'Mixup', mark: 'Mixup on' },
  { knob: 'Within-class interpolation', mark: 'Within-class interpolation on' },
  { knob: 'Input dropout', mark: 'Input dropout on' },
  { knob: 'Learning-rate decay', mark: 'Learning-rate decay on' },
  { knob: 'Learning rate', key: 'ArrowRight', mark: /Learning rate 0\.01\d*$/u },
  { knob: 'Dropout rate', key: 'ArrowRight', mark: 'Dropout rate 0.55', needs: 'Dropout' },
  { knob: 'L2 strength', key: 'PageUp', mark: /L2 strength 0\.0\d+$/u, needs: 'L2' },
  { knob: 'Noise norm', key: 'ArrowLeft', mark: 'Noise norm 0.45', needs: 'Noise' },
  { knob: 'Mixup α', key: 'ArrowRight', mark: 'Mixup α 0.22', needs: 'Mixup' },
  { knob: 'Interpolation α', key: 'ArrowRight', mark: 'Interpolation α 0.52', needs: 'Within-class interpolation' },
  { knob: 'Batch size', key: 'ArrowLeft', mark: /Batch size 2\d$/u },
];

test.for(CHANGES)('$knob, changed between two stretches of training, is marked and bends the curve from there on', async ({ knob, key, mark, needs }) => {
  const heldout = await visitWithKnobsOpen();
  if (needs) await heldout.switch(needs).press('Space');
  await heldout.trainTo(CHANGED_AT);
  await heldout.trainTo(END);
  const without = await heldout.curve();
  expect(await heldout.changes.allInnerTexts()).toEqual([markOf(1, CHANGED_AT, `Steps ${END}`)]);

  await heldout.button('Reset').click();
  await heldout.shows(/step 0 of/u);
  await heldout.trainTo(CHANGED_AT);
  if (key) await heldout.slider(knob).press(key);
  else await heldout.switch(knob).press('Space');
  await heldout.changes.first().waitFor();
  await heldout.trainTo(END);
  const changed = await heldout.curve();
  expect(await heldout.changes.allInnerTexts()).toEqual([markOf(1, CHANGED_AT, mark), markOf(2, CHANGED_AT, `Steps ${END}`)]);

  expect(without).toHaveLength(1 + END / 10);
  expect(changed).toHaveLength(1 + END / 10);
  expect(changed.slice(0, ROWS_BEFORE)).toEqual(without.slice(0, ROWS_BEFORE));
  expect(changed.slice(ROWS_BEFORE)).not.toEqual(without.slice(ROWS_BEFORE));
});

test('every knob can be turned while training goes on, and leaves its mark at the step', async () => {
  const heldout = await visitWithKnobsOpen();
  await heldout.setSteps(20_000);
  await heldout.button('Train').click();
  await heldout.reaches(1);
  for (const [i, { knob, key }] of CHANGES.entries()) {
    if (key) await heldout.slider(knob).press(key);
    else await heldout.switch(knob).press('Space');
    await heldout.changes.nth(i).waitFor();
  }
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();

  const marks = await heldout.changes.allInnerTexts();
  expect(marks).toEqual(CHANGES.map(({ mark }, i) => markOf(i + 1, '\\d+', mark)));
  const steps = marks.map((words) => Number(/step (\d+)/u.exec(words)?.[1]));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps[0]).toBeGreaterThan(0);
  expect(steps.at(-1)).toBeLessThanOrEqual(await heldout.step());
});

test('a knob turned and turned back while paused leaves no mark', async () => {
  const heldout = await site.visit();
  await heldout.setSteps(20);
  await heldout.button('Step').click();
  await heldout.shows(/step 1 of/u);
  await heldout.switch('Dropout').press('Space');
  await heldout.changes.first().waitFor();
  await heldout.switch('Dropout').press('Space');
  await heldout.changes.first().waitFor({ state: 'detached' });
});

test('head and width start a new run, and make another curve', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  const curves = [await heldout.curve()];
  const retrain = async (): Promise<void> => {
    await heldout.shows(/step 0 of 20$/u);
    await heldout.trainToEnd();
    curves.push(await heldout.curve());
  };
  const widths = heldout.page.getByRole('combobox', { name: 'Hidden units' });
  expect(await widths.locator('option').allInnerTexts()).toEqual(['16 units', '32 units', '64 units', '128 units', '256 units']);
  for (const width of ['16', '256']) {
    await widths.selectOption(width);
    await retrain();
  }
  await heldout.head.selectOption({ label: 'Linear' });
  await widths.waitFor({ state: 'detached' });
  await retrain();
  await heldout.head.selectOption({ label: 'Hidden layer' });
  await heldout.selected(widths, '64 units');
  await retrain();
  expect(new Set(curves.map((rows) => JSON.stringify(rows))).size).toBe(4);
  expect(curves.at(-1)).toEqual(curves[0]);
});

test('the seed decides the curve', async () => {
  const heldout = await site.visit();
  const curveOf = async (seed: string): Promise<unknown> => {
    await heldout.enter(heldout.seed, seed);
    await heldout.shows(/step 0 of 20$/u);
    await heldout.trainToEnd();
    return heldout.curve();
  };
  await heldout.trainTo(20);
  const first = await heldout.curve();
  const other = await curveOf('4294967295');
  const again = await curveOf('1');
  expect(other).not.toEqual(first);
  expect(again).toEqual(first);
});

test.for([
  { field: 'Seed', range: 'from 0 to 4,294,967,295.', bad: ['-1', '4294967296', '1.5', ''], inForce: '1' },
  { field: 'Steps', range: 'from 20 to 20,000.', bad: ['19', '0', '20001', '30.5', ''], inForce: '20' },
] as const)('$field refuses what is out of its range with a message, and nothing changes', async ({ field, range, bad, inForce }) => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  const before = await snapshot(heldout);
  const input = field === 'Seed' ? heldout.seed : heldout.steps;
  for (const value of bad) {
    await heldout.enter(input, value);
    await heldout.page.getByText(`A whole number ${range}`).waitFor();
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    const message = await input.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent);
    expect(message).toBe(`A whole number ${range}`);
    expect(await snapshot(heldout)).toEqual(before);

    await heldout.enter(input, inForce);
    expect(await input.getAttribute('aria-invalid')).toBe('false');
    expect(await snapshot(heldout)).toEqual(before);
  }
});

async function snapshot(heldout: HeldoutPage): Promise<unknown> {
  return [await heldout.status.innerText(), await heldout.curve(), await heldout.changes.allInnerTexts()];
}

async function visitWithKnobsOpen(): Promise<HeldoutPage> {
  const heldout = await site.visit();
  await heldout.page.locator('summary', { hasText: 'Augment embeddings' }).click();
  return heldout;
}

/** Matches an entry of the list of changes. */
function markOf(number: number, step: number | string, words: string | RegExp): unknown {
  const pattern = typeof words === 'string' ? `${words}$` : words.source;
  return expect.stringMatching(new RegExp(`^${number}\\s+step ${step}\\s+${pattern}`, 'u'));
}
