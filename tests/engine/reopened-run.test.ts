import { expect, test } from 'vitest';
import { embeddingKey } from '../../src/data/embedding-key.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import type { App } from '../../src/state/app.svelte.ts';
import { applied } from '../support/editing.ts';
import { useVisits } from '../support/page-model.ts';

/** What a visit to the page finds of the one before: the model of the page on the real services. */

const { site, visit } = useVisits('reopened run');

/** A visit that trains three steps on data of one's own, whose vectors are the bundled ones. */
async function trainOnOwnData(): Promise<App> {
  const page = await visit();
  const { encoder } = site.services();
  const { dataset } = await encoder.openDataset('names', 'open', () => {});
  await page.data.take(await encoder.saveDataset(applied(dataset, { kind: 'drop', rows: Uint32Array.of(0) }), 'names', 'save', () => {}));
  for (let step = 0; step < 3; step++) await page.training.stepOnce();
  return page;
}

/** Frees the embeddings, and makes them again, each value times `factor`. */
async function embedAgain({ data }: App, factor: number): Promise<void> {
  const { dataset, features } = await site.services().encoder.openDataset(data.entryId, 'open', () => {});
  await site.storage.embeddings.clearEmbeddings();
  await site.storage.embeddings.putEmbeddings(dataset.examples.map(({ text }) => embeddingKey(ENCODER_VERSION, text)), features.map((value) => value * factor));
}

const DIFFER = /^This run was trained on embeddings that differ a little from those that this browser has now/u;
const stateOf = ({ data, run }: App) => ({ data: data.entryId, run: run.runId, step: run.step, curve: run.branches[0]?.heads[0]?.curve, hash: run.record?.featuresHash });

test('a run whose embeddings were freed and came out the same comes back, and nothing is said', async () => {
  const before = await trainOnOwnData();
  await embedAgain(before, 1);
  const after = await visit();
  expect(stateOf(after)).toEqual({ ...stateOf(before), step: 3 });
  expect(after.notices.list).toEqual([]);
});

test('a run whose embeddings were freed and came out otherwise by rounding comes back all the same, and the page says so', async () => {
  const before = await trainOnOwnData();
  await embedAgain(before, 1 + 2 ** -23);
  const after = await visit();
  expect(stateOf(after)).toEqual({ ...stateOf(before), step: 3, hash: '' });
  expect(after.notices.list).toMatchObject([{ kind: 'info', text: expect.stringMatching(DIFFER) as string }]);
  await after.training.stepOnce();
  await expect.poll(() => after.run.step).toBe(4);
  expect((await visit()).notices.list).toEqual([]); // gone on with, it is one of these embeddings
  expect(site.models()).toEqual([]);
});
