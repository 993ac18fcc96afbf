import { expect, test } from 'vitest';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

/** The list of branches, once there are several. */
function branches(heldout: HeldoutPage) {
  return heldout.page.getByRole('region', { name: 'Branches' }).getByRole('listitem');
}

test('with several seeds the numbers are means with a standard error, and the page says what is over seeds and what over examples', async () => {
  const heldout = await site.visit();
  await heldout.enter(heldout.seeds, '4');
  await heldout.trainTo(30);
  const words = heldout.page.getByText('mean ± standard error over 4 seeds');
  await words.waitFor();
  expect(await words.innerText()).toContain('one standard deviation over seeds');
  const card = heldout.page.getByRole('listitem').filter({ has: heldout.page.getByRole('heading', { name: 'Held-out', exact: true }) });
  expect(await card.innerText()).toMatch(/^Held-out\s+\d\.\d{3}\s+loss, ± \d\.\d{3}\s+\d+\.\d %\s+accuracy, ± \d+\.\d\s+n = 180$/u);
  await heldout.page.getByText('95 % intervals over 4 seeds, paired').first().waitFor();
  expect(await heldout.curve()).toHaveLength(4);
  await heldout.page.getByRole('table', { name: 'Learning curves, mean of 4 seeds' }).waitFor();
});

test('“What if…” splits the run: the copy takes the changed knob, both train on, and the paired difference is told with its interval', async () => {
  const heldout = await site.visit();
  await heldout.setSteps(200);
  await heldout.button('Train').click();
  await heldout.reaches(20);
  await heldout.button('What if…').click();
  await heldout.switch('L2').click(); // at once: it is meant for the copy
  await heldout.shows(/, finished$/u);
  const [run, copy] = await branches(heldout).allInnerTexts();
  expect(run).toMatch(/^A\s+The run/u);
  expect(copy).toMatch(/^B\s+L2 on/u);
  expect(copy).toMatch(/left A at step \d+\. After 200 steps held-out loss (is|cannot be told) .*\([+−][\d.]+ to [+−][\d.]+\); .* paired over 180 watched examples\./u);
  const curveOfCopy = await heldout.curve();

  await heldout.page.getByRole('button', { name: /^A\s*The run$/u }).click();
  expect(await heldout.switch('L2').isChecked()).toBe(false);
  const curveOfRun = await heldout.curve();
  const fork = Number(/left A at step (\d+)/u.exec(copy ?? '')?.[1]);
  const shared = Math.floor(fork / 10) + 1;
  expect(curveOfRun.slice(0, shared)).toEqual(curveOfCopy.slice(0, shared));
  expect(curveOfRun.at(-1)).not.toEqual(curveOfCopy.at(-1));
});

test('a branch can be named, hidden, gone on with alone, and deleted, and a reload keeps them', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(20);
  await heldout.button('What if…').click();
  await branches(heldout).nth(1).waitFor();
  await branches(heldout).nth(1).getByRole('button', { name: 'Name' }).click();
  const field = heldout.page.getByRole('textbox', { name: 'Name of branch B' });
  await field.fill('Longer');
  await field.press('Enter');
  await heldout.page.getByRole('button', { name: /^B\s*Longer$/u }).waitFor();

  await heldout.button('Train 600 more steps').click();
  await heldout.reaches(40);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
  const step = await heldout.step();
  expect(await branches(heldout).nth(0).innerText()).toContain('Step 20 of 20');

  await branches(heldout).nth(0).getByRole('button', { name: 'Hide' }).click();
  await branches(heldout).nth(0).getByRole('button', { name: 'Show' }).waitFor();

  await site.reload(heldout);
  await heldout.page.getByRole('button', { name: /^B\s*Longer$/u }).click();
  expect(await heldout.step()).toBe(step);
  await branches(heldout).nth(0).getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => branches(heldout).count()).toBe(0); // one is left, and there is nothing to tell apart
  expect(await heldout.step()).toBe(step);
});

test('a run can have four branches and no more', async () => {
  const heldout = await site.visit();
  await heldout.button('Step').click();
  await heldout.reaches(1);
  for (const count of [2, 3, 4]) {
    await heldout.button('What if…').click();
    await expect.poll(() => branches(heldout).count()).toBe(count);
  }
  expect(await heldout.button('What if…').isDisabled()).toBe(true);
});

test('the sealed half is revealed when the run is over, with its disagreement, and the seal is spent for later runs', async () => {
  const heldout = await site.visit();
  const sealed = heldout.page.getByRole('region', { name: 'The sealed half' });
  await heldout.button('Step').click();
  await sealed.getByText('can be revealed when the run is finished').waitFor();
  expect(await sealed.getByRole('button').count()).toBe(0);
  await heldout.trainTo(30);
  await sealed.getByText('No number on this page has come from them yet.').waitFor();
  await sealed.getByRole('button', { name: 'Reveal the sealed score' }).click();
  await sealed.getByText(/^Sealed half: loss \d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\), accuracy \d+\.\d % \(\d+\.\d–\d+\.\d\), n = 180;/u).waitFor();
  expect(await sealed.getByRole('listitem').count()).toBe(3);

  await heldout.button('Reset').click();
  await heldout.trainToEnd();
  await sealed.getByText('Their seal is spent').waitFor();
});
