import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles, wasmFolder } from '../../models/files.ts';
import { composition } from '../../src/core/composition.ts';
import type { Dataset } from '../../src/core/examples.ts';
import { readBundled, readBundledEmbeddings, type BundledManifest } from '../../src/data/bundled.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION, Encoder } from '../../src/engine/encoder/encoder.ts';

const FOLDER = new URL('../../datasets/reviews/', import.meta.url);
let dataset: Dataset;
let manifest: BundledManifest;
let features: Float32Array;

beforeAll(async () => {
  const csv = readFileSync(new URL('reviews.csv', FOLDER), 'utf8');
  ({ dataset, manifest } = await readBundled(csv, JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8'))));
  features = readBundledEmbeddings(new Uint8Array(readFileSync(new URL(manifest.embeddings.file, FOLDER))), manifest);
});

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

describe('the bundled reviews', () => {
  it('have four domains of at least 250 examples, each half positive and half negative', () => {
    expect(dataset.domains).toHaveLength(4);
    for (const { rows, byLabel } of composition(dataset)) {
      expect(rows).toBeGreaterThanOrEqual(250);
      expect(byLabel[0]).toBe(byLabel[1]);
    }
  });

  it('have no two rows whose embeddings are closer than a cosine of 0.95', () => {
    const vectors = dataset.examples.map((_, row) => features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH));
    let closest = { cosine: 0, a: 0, b: 0 };
    vectors.forEach((vector, a) => {
      for (let b = 0; b < a; b++) {
        const cosine = dot(vector, vectors[b] as Float32Array);
        if (cosine > closest.cosine) closest = { cosine, a, b };
      }
    });
    expect(closest.cosine, `${dataset.examples[closest.a]?.text} | ${dataset.examples[closest.b]?.text}`).toBeLessThan(0.95);
  });

  it('are not written from templates: most word trigrams occur once', () => {
    const trigrams = dataset.examples.flatMap(({ text }) => {
      const words = text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
      return words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
    });
    expect(new Set(trigrams).size / trigrams.length).toBeGreaterThan(0.9);
  });

  it('come with the embeddings that this encoder gives, up to rounding to float16', async () => {
    await startBackend('wasm', { wasmPaths: wasmFolder() });
    expect(manifest.encoderVersion).toBe(ENCODER_VERSION);
    const encoder = Encoder.load(readModelFiles(), { now: () => 0 });
    const rows = [...dataset.examples.keys()].filter((row) => row % 7 === 0);
    const fresh = await encoder.embed(rows.map((row) => dataset.examples[row]?.text ?? ''));
    encoder.dispose();
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
