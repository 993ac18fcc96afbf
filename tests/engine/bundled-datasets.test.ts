import { beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles, wasmFolder } from '../../models/files.ts';
import { composition } from '../../src/core/composition.ts';
import { textKey } from '../../src/core/examples.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION, Encoder } from '../../src/engine/encoder/encoder.ts';
import { MAX_TOKENS } from '../../src/engine/encoder/tokenizer.ts';
import { BUNDLED } from '../../src/worker/dataset-shelf.ts';
import { distinctTrigramRatio } from '../bench/variety.ts';
import { closestRows } from '../bench/vectors.ts';
import { BUNDLED_FOLDERS, bundledSet, type BundledSet } from '../support/bundled-sets.ts';

let encoder: Encoder;

beforeAll(async () => {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  encoder = Encoder.load(readModelFiles(), { now: () => 0 });
  return () => encoder.dispose();
});

it('the page lists every bundled data set', () => {
  expect([...BUNDLED].sort()).toEqual([...BUNDLED_FOLDERS].sort());
});

/** In `names` the same statement comes back with another name, by design; `bundled-names.test.ts` looks at it statement by statement. */
const WRITTEN_ROW_BY_ROW = BUNDLED_FOLDERS.filter((id) => id !== 'names');

describe.each(BUNDLED_FOLDERS)('the bundled data set %s', (id) => {
  let set: BundledSet;

  beforeAll(async () => {
    set = await bundledSet(id);
  });

  it('goes by the name of its folder, and is in the public domain', () => {
    expect(set.manifest).toMatchObject({ id, licence: 'CC0-1.0' });
  });

  it('has four domains of at least 120 examples, in each of which all labels are equally frequent', () => {
    expect(set.dataset.domains).toHaveLength(4);
    for (const { rows, byLabel } of composition(set.dataset)) {
      expect(rows).toBeGreaterThanOrEqual(120);
      expect(new Set(byLabel).size).toBe(1);
    }
  });

  it('has no text twice, in one domain or in two', () => {
    const keys = set.dataset.examples.map(({ text }) => textKey(text));
    expect(keys.filter((key, row) => keys.indexOf(key) !== row)).toEqual([]);
  });

  it('has no text that the encoder would cut', () => {
    const cut = set.dataset.examples.filter(({ text }, row) => encoder.tokenizer.encode(text, row).length >= MAX_TOKENS);
    expect(cut).toEqual([]);
  });

  it('comes with the embeddings that this encoder gives, up to rounding to float16', async () => {
    const { dataset, manifest, features } = set;
    expect(manifest.encoderVersion).toBe(ENCODER_VERSION);
    const rows = [...dataset.examples.keys()].filter((row) => row % 7 === 0);
    const fresh = await encoder.embed(rows.map((row) => dataset.examples[row]?.text ?? ''));
    let largest = 0;
    rows.forEach((row, i) => {
      for (let d = 0; d < EMBEDDING_WIDTH; d++) {
        largest = Math.max(largest, Math.abs((fresh[i * EMBEDDING_WIDTH + d] as number) - (features[row * EMBEDDING_WIDTH + d] as number)));
      }
    });
    // Half a unit in the last place of a float16 between 0.25 and 0.5 is 1.2e-4; the norm moves all values a little more.
    expect(largest).toBeLessThan(2e-4);
  });
});

describe.each(WRITTEN_ROW_BY_ROW)('the texts of %s', (id) => {
  let set: BundledSet;

  beforeAll(async () => {
    set = await bundledSet(id);
  });

  it('are all different: no two have embeddings closer than a cosine of 0.9', () => {
    const { cosine, a, b } = closestRows(set.features);
    expect(cosine, `${set.dataset.examples[a]?.text} | ${set.dataset.examples[b]?.text}`).toBeLessThan(0.9);
  });

  it('are not written from templates: most word trigrams occur once', () => {
    expect(distinctTrigramRatio(set.dataset.examples.map(({ text }) => text))).toBeGreaterThan(0.9);
  });
});
