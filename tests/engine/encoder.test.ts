import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { load as loadPackage } from '@tensorflow-models/universal-sentence-encoder';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startBackend } from '../../src/engine/backend.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION, Encoder } from '../../src/engine/encoder/encoder.ts';
import type { ModelFiles } from '../../src/engine/encoder/model-files.ts';
import type { Progress } from '../../src/protocol/progress.ts';
import { ENDLESS_TEXT, LONG_TEXT, SHORT_TEXTS } from '../support/encoder-texts.ts';
import { useLiteFiles, useLiteFolder, useLiteManifest, wasmPaths } from '../support/use-lite-files.ts';
import { largestDifference } from '../support/vectors.ts';

let files: ModelFiles;
let encoder: Encoder;
const now = (): number => performance.now();

beforeAll(async () => {
  files = await useLiteFiles();
  await startBackend('wasm', { wasmPaths });
  encoder = Encoder.load(files, { now });
});

afterAll(() => encoder.dispose());

const row = (vectors: Float32Array, index: number): Float32Array => vectors.subarray(index * EMBEDDING_WIDTH, (index + 1) * EMBEDDING_WIDTH);

test('the manifest names the encoder version and width that the code has', () => {
  expect(useLiteManifest).toMatchObject({ version: ENCODER_VERSION, embeddingWidth: EMBEDDING_WIDTH });
});

describe('vectors', () => {
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      readFile(join(useLiteFolder, basename(request.url ?? ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => server.close());

  test('equal those of the package that the encoder comes from, for every kind of text', async () => {
    const texts = [...SHORT_TEXTS, LONG_TEXT, ENDLESS_TEXT];
    const original = await loadPackage({ modelUrl: `${address}/model.json`, vocabUrl: `${address}/vocab.json` });
    const expected = await original.embed(texts);
    expect(largestDifference(await encoder.embed(texts), await expected.data())).toBeLessThan(1e-5);
    expected.dispose();
  });

  test('do not depend on what else is embedded in the same call', async () => {
    const together = await encoder.embed(SHORT_TEXTS);
    for (const index of [0, 5, 13]) {
      const alone = await encoder.embed([SHORT_TEXTS[index] as string]);
      expect(largestDifference(alone, row(together, index))).toBeLessThan(1e-5);
    }
  });

  test('are of unit length, finite, and equal for equal texts', async () => {
    const vectors = await encoder.embed(SHORT_TEXTS);
    SHORT_TEXTS.forEach((_, i) => expect(Math.hypot(...row(vectors, i))).toBeCloseTo(1, 5));
    expect(row(vectors, SHORT_TEXTS.length - 1)).toEqual(row(vectors, SHORT_TEXTS.indexOf('The film was wonderful.')));
  });

  test('ignore what comes after the first 128 tokens', async () => {
    const [a, b] = [`${LONG_TEXT} one ending`, `${LONG_TEXT} another ending`];
    const vectors = await encoder.embed([a, b]);
    expect(row(vectors, 0)).toEqual(row(vectors, 1));
  });

  test('of a text that swells when normalized come in reasonable time', async () => {
    const started = now();
    await encoder.embed(['\ufdfa'.repeat(4096)]);
    expect(now() - started).toBeLessThan(5000);
  });

  test('on plain JavaScript equal those on WebAssembly', async () => {
    const texts = SHORT_TEXTS.slice(3, 6);
    const onWasm = await encoder.embed(texts);
    await startBackend('cpu', { wasmPaths });
    const onCpu = Encoder.load(files, { now });
    try {
      expect(largestDifference(await onCpu.embed(texts), onWasm)).toBeLessThan(1e-5);
    } finally {
      onCpu.dispose();
      await startBackend('wasm', { wasmPaths });
    }
  });

  test('have gradients with respect to token embeddings', async () => {
    const before = tf.memory().numTensors;
    const ids = Int32Array.from(encoder.tokenizer.encode('The film was wonderful.', 0));
    const gradient = tf.tidy(() => {
      const tokens = encoder.network.lookUp(ids, 1);
      return tf.grad((x) => encoder.network.encode(x as tf.Tensor3D, [ids.length]).slice([0, 0], [1, 1]).sum())(tokens);
    });
    expect(gradient.shape).toEqual([1, ids.length, 256]);
    const values = await gradient.data();
    const step = 0.01;
    const shifted = (amount: number): Promise<Float32Array> => {
      const nudge = new Float32Array(ids.length * 256);
      nudge[300] = amount;
      const vector = tf.tidy(() => encoder.network.encode(encoder.network.lookUp(ids, 1).add(tf.tensor3d(nudge, [1, ids.length, 256])), [ids.length]));
      return vector.data<'float32'>().finally(() => vector.dispose());
    };
    const slope = (((await shifted(step))[0] as number) - ((await shifted(-step))[0] as number)) / (2 * step);
    expect(values[300]).toBeCloseTo(slope, 4);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('an embedding call', () => {
  test.each(['', '   ', '\n\t '])('refuses the empty text %j and says which it is', async (empty) => {
    const call = encoder.embed(['first', 'second', empty]);
    await expect(call).rejects.toMatchObject({ name: 'HeldoutError', code: 'bad-input', message: expect.stringContaining('3') as string });
  });

  test('of no texts gives no vectors', async () => {
    expect(await encoder.embed([])).toHaveLength(0);
  });

  test('hands every row out once, in batches that add up to the result', async () => {
    const collected = new Float32Array(SHORT_TEXTS.length * EMBEDDING_WIDTH);
    const seen: number[] = [];
    const vectors = await encoder.embed(SHORT_TEXTS, {
      onVectors: (rows, batch) => {
        rows.forEach((index, i) => collected.set(row(batch, i), index * EMBEDDING_WIDTH));
        seen.push(...rows);
      },
    });
    expect(seen.sort((a, b) => a - b)).toEqual([...SHORT_TEXTS.keys()]);
    expect(collected).toEqual(vectors);
  });

  test('computes a repeated text once', async () => {
    const batches: number[] = [];
    const texts = Array.from({ length: 400 }, () => LONG_TEXT);
    await encoder.embed(texts, { onVectors: (rows) => batches.push(rows.length) });
    expect(batches).toEqual([400]);
  });

  test('of very many texts embeds the first before it has cut the last into tokens, and says at once how many there are', async () => {
    const controller = new AbortController();
    const cut = vi.spyOn(encoder.tokenizer, 'encode');
    const said: [done: number, cut: number][] = [];
    const texts = Array.from({ length: 5000 }, (_, i) => `Text number ${i}.`);
    const onProgress = (progress: Progress): void => {
      if (progress.kind !== 'embed') return;
      said.push([progress.done, cut.mock.calls.length]);
      if (progress.done > 0) controller.abort();
    };
    try {
      await expect(encoder.embed(texts, { signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' });
    } finally {
      cut.mockRestore();
    }
    expect(said[0]).toEqual([0, 0]);
    expect(said[1]?.[1]).toBeLessThan(texts.length / 2);
  });

  test('over several portions gives each text its own vector', async () => {
    const texts = Array.from({ length: 2100 }, (_, i) => String(i));
    const vectors = await encoder.embed(texts);
    for (const index of [0, 2047, 2048, 2099]) expect(largestDifference(await encoder.embed([texts[index] as string]), row(vectors, index))).toBeLessThan(1e-5);
  }, 120_000);

  test('reports its progress up to the end', async () => {
    const reports: Progress[] = [];
    await encoder.embed(SHORT_TEXTS, { onProgress: (progress) => reports.push(progress) });
    const total = SHORT_TEXTS.length;
    expect(reports[0]).toMatchObject({ kind: 'embed', done: 0, total });
    expect(reports.at(-1)).toMatchObject({ kind: 'embed', done: total, total });
  });

  test('stops between batches when cancelled, having let timers run', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 60 }, (_, i) => `${LONG_TEXT.slice(i)}`);
    setTimeout(() => controller.abort(), 100);
    let rows = 0;
    const call = encoder.embed(texts, { signal: controller.signal, onVectors: (some) => (rows += some.length) });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(rows).toBeLessThan(texts.length);
  });

  test('leaves no tensors behind, cancelled or not', async () => {
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await encoder.embed(SHORT_TEXTS.slice(0, 8));
    await encoder.embed(['cancelled at once'], { signal: AbortSignal.abort() }).catch(() => undefined);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('and disposing leave no tensors behind', async () => {
    const before = tf.memory().numTensors;
    Encoder.load(files, { now }).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
