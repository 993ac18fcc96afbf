import { afterEach, expect, test } from 'vitest';
import { OpenDataset, unlessOpen } from '../../src/storage/open-dataset.ts';

const [here, there] = [new OpenDataset(), new OpenDataset()];
const isOpen = async (datasetId: string): Promise<boolean> => (await unlessOpen(datasetId, async () => 'done')) === null;

afterEach(async () => {
  for (const open of [here, there]) await open.change('none');
});

test('a data set is open until another one is opened in its place, and none is open but that', async () => {
  expect(await isOpen('a')).toBe(false);
  await here.change('a');
  expect([await isOpen('a'), await isOpen('b')]).toEqual([true, false]);
  await here.change('b');
  expect([await isOpen('a'), await isOpen('b')]).toEqual([false, true]);
});

test('a data set that two have open is open until both have left it', async () => {
  await here.change('a');
  await there.change('a');
  await here.change('b');
  expect(await isOpen('a')).toBe(true);
  await there.change('b');
  expect(await isOpen('a')).toBe(false);
});

test('a data set is opened when what is being done to it has been done', async () => {
  const order: string[] = [];
  let opening: Promise<unknown> = Promise.resolve();
  await unlessOpen('a', async () => {
    opening = here.change('a').then(() => order.push('opened'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push('done');
  });
  await opening;
  expect(order).toEqual(['done', 'opened']);
});

test('what fails is told, and opens the way for the next', async () => {
  await expect(unlessOpen('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await isOpen('a')).toBe(false);
});
