import { beforeEach, describe, expect, test } from 'vitest';
import { readSynonyms } from '../../src/core/augment/synonyms.ts';
import { variantAt, type VariantSource } from '../../src/core/augment/variants.ts';
import type { Dataset } from '../../src/core/examples.ts';
import type { Progress } from '../../src/core/progress.ts';
import { trainableRows } from '../../src/core/splits.ts';
import { EMBEDDING_WIDTH } from '../../src/engine/encoder/encoder.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import type { VariantRequest } from '../../src/protocol/variants.ts';
import { useDataSite } from '../support/data-site.ts';

/** Augmented texts as the encoder worker makes them: real encoder, real storage on an imitation of IndexedDB. */

/** Two words and their synonyms stand for the site's table. */
const SYNONYMS = 'lovely charming delightful\nsoup broth\n';
const dataset: Dataset = {
  id: 'meals',
  name: 'meals',
  examples: [
    { text: 'The soup was lovely.', label: 'good', domain: 'web' },
    { text: 'Cold soup!', label: 'bad', domain: 'web' },
    { text: 'A lovely view.', label: 'good', domain: 'web' },
    { text: '42', label: 'bad', domain: 'web' },
    { text: 'The soup is salty.', label: 'bad', domain: 'mail' },
    { text: 'The soup is lovely.', label: 'good', domain: 'mail' },
  ],
  labels: ['good', 'bad'],
  domains: ['web', 'mail'],
  groups: [],
  hasDomains: true,
};
let refusesSynonyms: boolean;
let services: DataServices;
const silent = (): void => {};
const site = useDataSite('variants', (path) => {
  if (!path.startsWith('models/synonyms/')) return null;
  return refusesSynonyms ? new Response('', { status: 404 }) : new Response(SYNONYMS);
});

beforeEach(async () => {
  refusesSynonyms = false;
  services = site.services();
  await site.storage.datasets.putDataset(dataset, 0);
});

function request(changes: Partial<VariantRequest> = {}): VariantRequest {
  return { datasetId: dataset.id, heldOutDomain: 'mail', seed: 3, kind: 'synonyms', strength: 0.1, from: 0, to: 64, ...changes };
}

function sourceOf(): VariantSource {
  return { texts: dataset.examples.map(({ text }) => text), rows: trainableRows(dataset, 'mail'), seed: 3, synonyms: readSynonyms(SYNONYMS) };
}

const models = (): string[] => site.models().filter((path) => path.startsWith('models/use-lite/'));

describe('augmented texts', () => {
  test('are those of the run’s seed and training rows, embedded as any text; where nothing can be changed there is none', async () => {
    const { features, ...part } = await services.variants.embed(request(), 'embed', silent);
    const variants = Array.from({ length: 8 }, (_, i) => variantAt(sourceOf(), 'synonyms', 0.1, i));
    expect(part).toEqual({
      kind: 'synonyms',
      strength: 0.1,
      from: 0,
      total: 8,
      source: Uint32Array.from(variants, ({ row }) => row),
      has: Uint8Array.from(variants, ({ text }) => Number(text !== null)),
      storageProblem: null,
    });
    const texts = variants.flatMap(({ text }) => text ?? []);
    expect(texts).toHaveLength(6); // “42” has no synonyms, and each row has two variants
    for (const [i, text] of texts.entries()) {
      const alone = await services.encoder.embedText(text, 'one', silent);
      const own = features.subarray(i * EMBEDDING_WIDTH, (i + 1) * EMBEDDING_WIDTH);
      expect(alone.reduce((sum, value, at) => sum + value * (own[at] as number), 0)).toBeCloseTo(1, 5);
    }
  });

  test('come in parts as they would come at once', async () => {
    const whole = await services.variants.embed(request(), 'embed', silent);
    const parts = [await services.variants.embed(request({ to: 3 }), 'embed', silent), await services.variants.embed(request({ from: 3, to: 100 }), 'embed', silent)];
    expect(parts.flatMap(({ source }) => [...source])).toEqual([...whole.source]);
    expect(parts.flatMap(({ features }) => [...features])).toEqual([...whole.features]);
  });

  test('are in the cache the next time, on this visit or another: no encoder is needed', async () => {
    const first = await services.variants.embed(request(), 'embed', silent);
    services = site.services();
    site.asked = [];
    const progress: Progress[] = [];
    expect(await services.variants.embed(request(), 'embed', (step) => progress.push(step))).toEqual(first);
    expect([models(), progress]).toEqual([[], []]);
  });

  test('of kinds without synonyms need no table of them, and one that cannot be had is asked for again', async () => {
    refusesSynonyms = true;
    await services.variants.embed(request({ kind: 'case', to: 2 }), 'embed', silent);
    expect(site.asked.filter((path) => path.includes('synonyms'))).toEqual([]);
    await expect(services.variants.embed(request(), 'embed', silent)).rejects.toMatchObject({ code: 'model-download' });
    refusesSynonyms = false;
    expect((await services.variants.embed(request(), 'embed', silent)).total).toBe(8);
  });

  test('can be cancelled, and other calls get in between parts', async () => {
    const cancelled = services.variants.embed(request({ kind: 'keyboard' }), 'embed', () => void services.variants.cancel('embed'));
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const [part, sentence] = await Promise.all([services.variants.embed(request({ kind: 'swap' }), 'embed', silent), services.encoder.embedText('Hot soup.', 'try', silent)]);
    expect([part.total, sentence.length]).toEqual([8, EMBEDDING_WIDTH]);
  });

  test('of a data set or a held-out domain that is not there are errors for the page', async () => {
    await expect(services.variants.embed(request({ datasetId: 'gone' }), 'embed', silent)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(services.variants.embed(request({ heldOutDomain: 'radio' }), 'embed', silent)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
