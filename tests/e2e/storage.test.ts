import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';
import { beforeWorkers, storedIn } from '../support/stored.ts';

const site = useSite();

/** Scripts put before those of the workers: what a page with refused storage meets. */
const NO_ROOM = `IDBObjectStore.prototype.put = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };`;
const REFUSED = `IDBFactory.prototype.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };`;
const ABSENT = `Object.defineProperty(self, 'indexedDB', { value: undefined }); Object.defineProperty(self, 'caches', { value: undefined });`;

const STATES = [
  { state: 'there is no room', prelude: NO_ROOM, says: 'The browser has no room left to save this.' },
  { state: 'storage is refused', prelude: REFUSED, says: 'The browser does not let this page save anything.' },
  { state: 'there is no storage', prelude: ABSENT, says: 'The browser does not let this page save anything.' },
] as const;

test.for(STATES)('where $state, the page says so, trains and reads sentences', async ({ prelude, says }) => {
  const heldout = await site.visit({ prepare: (page) => beforeWorkers(page, prelude) });
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
  await heldout.alerts.filter({ hasText: says }).first().waitFor();
  await heldout.page.getByText('Looks at the watched half: 3 evaluations in 1 run.').waitFor();
  await heldout.sentence.fill('Great film.');
  await heldout.newShares();
  expect(await unexplained(heldout)).toEqual([]);
});

test.for(STATES.slice(0, 2))('where $state, an imported file is the current data set all the same, until the page is left', async ({ prelude, says }) => {
  const heldout = await site.visit({ prepare: (page) => beforeWorkers(page, prelude) });
  await heldout.startImport(madeUpReviews('shop.csv'));
  await heldout.page.getByText('Imported 120 examples with 2 labels from 3 domains.').waitFor();
  await heldout.trainTo(10);
  expect(await heldout.curve()).toHaveLength(2);
  await heldout.alerts.filter({ hasText: says }).first().waitFor();
  expect(await unexplained(heldout)).toEqual([]);
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');
});

test('where storage is refused, one message says so after an import too, and the storage panel says what it means', async () => {
  const heldout = await site.visit({ prepare: (page) => beforeWorkers(page, REFUSED) });
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.button('Step').click();
  await heldout.reaches(1);
  await heldout.page.locator('summary', { hasText: 'Storage on this device' }).click();
  await heldout.dataColumn.getByText('Nothing is kept here. The browser does not let this page save anything.').waitFor();
  await heldout.dataColumn.getByText('is in this tab only, and gone when it is closed or reloaded').waitFor();
  expect(await heldout.alerts.allInnerTexts()).toEqual([expect.stringMatching(/The browser does not let this page save anything\. .* Training works all the same\./u)]);
});

test('what another tab imports is listed when this one comes back to the front', async () => {
  const heldout = await site.visit();
  const other = await site.visit();
  await other.import(madeUpReviews('shop.csv'));
  expect(await heldout.dataset.locator('option').allInnerTexts()).not.toContain('shop (120)');
  await heldout.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // headless tabs are visible all the time
  await heldout.dataset.locator('option', { hasText: 'shop (120)' }).waitFor({ state: 'attached' });
  await heldout.dataset.selectOption({ label: 'shop (120)' });
  await heldout.selected(heldout.heldOut, 'lamps');
});

test('that nothing can be saved is said once: dismissed, it does not come back with every knob', async () => {
  const heldout = await site.visit({ prepare: (page) => beforeWorkers(page, REFUSED) });
  await heldout.alerts.waitFor();
  await heldout.button('Dismiss this message').click();
  await heldout.alerts.waitFor({ state: 'detached' });
  for (const knob of ['Dropout', 'L2']) await heldout.switch(knob).press('Space');
  await heldout.trainTo(10);
  expect(await heldout.alerts.count()).toBe(0);
});

test('a page that is killed in mid-training resumes from its checkpoint, and ends as if nothing had happened', async () => {
  const killed = await site.visit();
  await killed.setSteps(20_000);
  await killed.button('Train').click();
  const saved = await checkpointAfter(killed, 0);
  await killed.page.close();

  const resumed = await site.visit();
  const step = await resumed.step();
  expect(step).toBeGreaterThanOrEqual(saved);
  expect(await resumed.status.innerText()).toMatch(/of 20,000$/u);
  const curve = await resumed.curve();
  expect(curve).toHaveLength(1 + Math.floor(step / 10));

  const end = 10 * Math.ceil(step / 10) + 50;
  await resumed.trainTo(end);
  const interrupted = await resumed.curve();
  expect(interrupted.slice(0, curve.length)).toEqual(curve);
  await resumed.button('Reset').click();
  await resumed.shows(/step 0 of/u);
  await resumed.trainToEnd();
  expect(await resumed.curve()).toEqual(interrupted);
});

test('a knob turned in mid-training survives a kill', async () => {
  const killed = await site.visit();
  await killed.setSteps(20_000);
  await killed.button('Train').click();
  await killed.reaches(10);
  await killed.switch('Dropout').press('Space');
  await killed.changes.first().waitFor();
  const mark = await killed.changes.allInnerTexts();
  await checkpointAfter(killed, Number(/step (\d+)/u.exec(mark[0] ?? '')?.[1]));
  await killed.page.close();

  const resumed = await site.visit();
  expect(await resumed.changes.allInnerTexts()).toEqual(mark);
  expect(await resumed.switch('Dropout').isChecked()).toBe(true);
});

/** Messages that no user could make sense of. */
async function unexplained({ alerts }: HeldoutPage): Promise<string[]> {
  return (await alerts.allInnerTexts()).filter((words) => /unexpected|undefined|exception/iu.test(words));
}

/** Waits until the browser keeps a checkpoint beyond `step`. @returns its step */
async function checkpointAfter({ page }: HeldoutPage, step: number): Promise<number> {
  const kept = async (): Promise<number> => Math.max(0, ...(await storedIn<{ step: number }[]>(page, 'checkpoints')).flat().map((checkpoint) => checkpoint.step));
  await expect.poll(kept, { timeout: 30_000, interval: 100 }).toBeGreaterThan(step);
  return kept();
}
