import { expect, test } from 'vitest';
import { useSite } from '../support/page.ts';

const site = useSite();

test('asked for WebGPU, the page trains and reads a sentence there', async () => {
  const heldout = await site.visit({ search: '?backend=webgpu' });
  expect(await heldout.status.innerText()).toMatch(/^WebGPU/u);
  await heldout.head.selectOption({ label: 'Linear' });
  await heldout.setSteps(20);
  await heldout.button('Step').click();
  await heldout.shows(/step 1 of 20/u);
  await heldout.page.locator('summary', { hasText: 'Augment embeddings' }).click();
  const switches = ['Dropout', 'L2', 'Noise', 'Mixup', 'Within-class interpolation', 'Learning-rate decay'];
  for (const name of switches) await heldout.switch(name).press('Space');
  await expect.poll(() => heldout.changes.count()).toBe(switches.length);
  await heldout.trainToEnd();
  const rows = await heldout.curve();
  expect(rows.map(([step]) => step)).toEqual(['0', '10', '20']);
  expect(parseFloat(rows[2]?.[4] ?? '')).toBeLessThan(parseFloat(rows[0]?.[4] ?? ''));

  await heldout.sentence.fill('Great film.');
  const shares = await heldout.newShares();
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await heldout.page.getByText(/^Text encoder: .*software imitation/u).waitFor();
});

test('asked for plain JavaScript, the page reads texts there, and trains heads by WebAssembly, which it says', async () => {
  const heldout = await site.visit({ search: '?backend=cpu' });
  expect(await heldout.status.innerText()).toMatch(/^WebAssembly/u);
  await heldout.page.getByText(/^Training: Whatever computes the embeddings, our WebAssembly kernel trains the heads/u).waitFor();
  await heldout.head.selectOption({ label: 'Linear' });
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
  await heldout.sentence.fill('Great film.');
  await heldout.newShares();
  await heldout.page.getByText(/^Text encoder: Plain JavaScript was chosen/u).waitFor();
});
