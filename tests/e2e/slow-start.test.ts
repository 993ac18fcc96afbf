import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { useSite } from '../support/page.ts';

const site = useSite();

test.for([
  { worker: 'trainer', says: 'The part of the page that trains heads has not answered yet' },
  { worker: 'encoder', says: 'The part of the page that reads the data has not answered yet' },
])('a $worker that is slow to come is waited for: the page says so and what can be done, and goes on when it comes', async ({ worker, says }) => {
  let arrive = (): void => {};
  const arrival = new Promise<void>((resolve) => (arrive = resolve));
  let opened: (page: Page) => void = () => {};
  const opening = new Promise<Page>((resolve) => (opened = resolve));
  const visiting = site.visit({
    prepare: async (page) => {
      await page.clock.install({ time: 0 });
      await page.clock.pauseAt(1000); // else it goes on by itself, on a busy machine by more than the second that is left below
      await page.route(new RegExp(`/assets/${worker}-[^/]+\\.js$`, 'u'), async (route) => {
        await arrival;
        await route.continue();
      });
      opened(page);
    },
  });
  const page = await opening;
  await page.getByText('Starting…').waitFor();
  await page.clock.fastForward(9_000);
  expect(await page.getByText(says).count()).toBe(0);
  await page.clock.fastForward(1_000);
  await page.getByText(says).filter({ hasText: 'reload the page' }).waitFor();

  await page.clock.resume();
  arrive();
  const heldout = await visiting;
  await page.getByText(says).waitFor({ state: 'detached' });
  await heldout.trainTo(10);
  expect(await heldout.alerts.count()).toBe(0);
});
