import { expect, test } from 'vitest';
import { useSite } from '../support/page.ts';

const site = useSite();

test('under a sub-path and cross-origin isolated, the page trains and reads a sentence', async () => {
  const heldout = await site.visit({ copy: 'isolatedUrl' });
  expect(await heldout.page.evaluate(() => [crossOriginIsolated, location.pathname])).toEqual([true, '/some/where/']);
  await heldout.trainTo(50);
  expect(await heldout.curve()).toHaveLength(6);
  await heldout.sentence.fill('Great film.');
  expect(await heldout.newShares()).toHaveLength(2);
});
