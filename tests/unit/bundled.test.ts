import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import * as v from 'valibot';
import { BUNDLED_WIDTH, BundledAboutSchema, decodeEmbeddings, encodeEmbeddings, readBundled, readBundledEmbeddings, type BundledManifest } from '../../src/data/bundled.ts';
import { embeddingKey } from '../../src/data/embedding-key.ts';
import { DataError } from '../../src/data/errors.ts';
import { cautionInShort } from '../../src/core/dataset-words.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { defaultHeldOut } from '../../src/core/splits.ts';
import { BUNDLED_FOLDERS, bundledSet } from '../support/bundled-sets.ts';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const csv = ['text,label,domain', ...Array.from({ length: 10 }, (_, i) => `text ${i},${i % 2 ? 'pos' : 'neg'},${i < 5 ? 'web' : 'mail'}`)].join('\n');

const grouped = csv.split('\n').map((row, i) => `${row},${i === 0 ? 'group' : i % 3 ? 'a' : 'b'}`).join('\n');

/** N random unit rows [N, 512]. */
function unitRows(n: number, seed = 1): Float32Array {
  const values = new Float32Array(n * BUNDLED_WIDTH);
  for (let row = 0; row < n; row++) {
    const vector = values.subarray(row * BUNDLED_WIDTH, (row + 1) * BUNDLED_WIDTH);
    new RandomStream(seed, STREAM.rowSample).fillNormal(row, vector);
    const norm = Math.hypot(...vector);
    vector.forEach((value, i) => (vector[i] = value / norm));
  }
  return values;
}

function manifestOf(embeddings: Uint8Array, changes: Partial<BundledManifest> = {}): BundledManifest {
  return {
    id: 'reviews',
    name: 'Reviews',
    description: 'Some reviews.',
    licence: 'CC0',
    lesson: 'Try it.',
    caution: null,
    encoderVersion: 'encoder-1',
    rows: 10,
    csvSha256: sha256(csv),
    embeddings: { file: 'reviews.f16', sha256: sha256(embeddings), format: 'float16-le', width: 512 },
    ...changes,
  };
}

describe('a bundled data set', () => {
  const embeddings = encodeEmbeddings(unitRows(10));

  test('is read under the name of its manifest, with the id that an import of the same file has', async () => {
    const { dataset, manifest } = await readBundled(csv, manifestOf(embeddings));
    expect(dataset.name).toBe('Reviews');
    expect(dataset.examples).toHaveLength(10);
    expect(dataset.id).toMatch(/^[0-9a-f]{32}$/u);
    expect(readBundledEmbeddings(embeddings, manifest)).toHaveLength(10 * 512);
  });

  test.each([
    ['lacks a field', { name: undefined }],
    ['has a wrong type', { rows: '10' }],
    ['has no lesson', { lesson: '' }],
    ['does not say that there is nothing to mind', { caution: undefined }],
    ['has a caution that nobody would read to its end', { caution: 'x'.repeat(401) }],
    ['names another format', { embeddings: { file: 'x', sha256: sha256(''), format: 'float32', width: 512 } }],
    ['has a hash that is none', { csvSha256: 'abc' }],
  ])('is refused when its manifest %s', async (_, changes) => {
    await expect(readBundled(csv, { ...manifestOf(embeddings), ...changes })).rejects.toThrow(`manifest of a bundled data set is malformed: ${Object.keys(changes)[0]}`);
  });

  test('is refused when its CSV is another', async () => {
    await expect(readBundled(csv.replace('text 1', 'text x'), manifestOf(embeddings))).rejects.toThrow('not the file that its manifest names');
  });

  test.each([
    ['has groups that its manifest does not name', true, undefined],
    ['has other groups than its manifest names', true, ['x', 'y']],
    ['lacks the groups that its manifest names', false, ['a', 'b']],
  ])('is refused when it %s', async (_, hasGroups, groups) => {
    const content = hasGroups ? grouped : csv;
    await expect(readBundled(content, manifestOf(embeddings, { csvSha256: sha256(content), groups }))).rejects.toThrow('its manifest');
  });

  test('comes with the groups that its manifest names', async () => {
    const { dataset } = await readBundled(grouped, manifestOf(embeddings, { csvSha256: sha256(grouped), groups: ['a', 'b'] }));
    expect(dataset.groups).toEqual(['a', 'b']);
  });

  test('is refused when rows would be left out, so that embeddings would go to wrong rows', async () => {
    const repeated = `${csv}\ntext 0,neg,web`;
    await expect(readBundled(repeated, manifestOf(embeddings, { csvSha256: sha256(repeated), rows: 11 }))).rejects.toThrow('10 examples, its manifest 11');
  });

  test('is refused when its embeddings are others, or not one for each row', () => {
    const damaged = embeddings.slice();
    damaged[7] = (damaged[7] as number) ^ 1;
    expect(() => readBundledEmbeddings(damaged, manifestOf(embeddings))).toThrow(DataError);
    expect(() => readBundledEmbeddings(embeddings, manifestOf(embeddings, { rows: 11 }))).toThrow(DataError);
  });
});

describe.each(BUNDLED_FOLDERS)('what is told of %s', (id) => {
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../../datasets/${id}/${file}`, import.meta.url), 'utf8'));
  const about = v.parse(v.strictObject(BundledAboutSchema.entries), read('about.json'));
  const readme = readFileSync(new URL(`../../datasets/${id}/README.md`, import.meta.url), 'utf8');
  const sentences = (text: string): number => text.split(/(?<=\.) /u).length;

  test('is a lesson of two to four sentences, and a licence', () => {
    expect(sentences(about.lesson)).toBeGreaterThanOrEqual(2);
    expect(sentences(about.lesson)).toBeLessThanOrEqual(4);
    expect(about.licence).toBe('CC0-1.0');
    expect(readme).toContain('CC0 1.0');
  });

  test('is in the manifest, from which the page has it', () => {
    expect(read('manifest.json')).toMatchObject(about);
  });
});

test('the names carry a caution: validation means nothing there, and intervals are too narrow', () => {
  const { caution } = v.parse(BundledAboutSchema, JSON.parse(readFileSync(new URL('../../datasets/names/about.json', import.meta.url), 'utf8')));
  expect(caution).toMatch(/Validation accuracy means nothing here.*2\.4 times as wide/u);
  expect(cautionInShort(caution ?? '')).toBe('Validation accuracy means nothing here, and neither does the domain gap that is taken from it.');
  expect(cautionInShort('Intervals are 2.4 times too narrow. Why: see there.')).toBe('Intervals are 2.4 times too narrow.');
});

describe('embeddings in float16', () => {
  test('come back with unit norm, each value within float16’s rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), (n, seed) => {
        const rows = unitRows(n, seed);
        const back = decodeEmbeddings(encodeEmbeddings(rows));
        expect(back).toHaveLength(rows.length);
        for (let row = 0; row < n; row++) expect(Math.abs(Math.hypot(...back.subarray(row * 512, (row + 1) * 512)) - 1)).toBeLessThan(1e-6);
        rows.forEach((value, i) => {
          if (Math.abs((back[i] as number) - value) > 1e-3 * Math.abs(value) + 1e-6) throw new Error(`${back[i]} for ${value}`);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('are little-endian', () => {
    const one = new Float32Array(512);
    one[0] = 1; // 0x3c00
    expect([...encodeEmbeddings(one).subarray(0, 2)]).toEqual([0x00, 0x3c]);
  });

  test('may start anywhere in a buffer', () => {
    const bytes = encodeEmbeddings(unitRows(2));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeEmbeddings(shifted.subarray(3))).toEqual(decodeEmbeddings(bytes));
  });

  test('are refused when cut short, when a row is zero, and when a value is not finite', () => {
    const bytes = encodeEmbeddings(unitRows(2));
    expect(() => decodeEmbeddings(bytes.subarray(0, 1500))).toThrow(DataError);
    expect(() => decodeEmbeddings(new Uint8Array(1024))).toThrow(DataError);
    const infinite = bytes.slice();
    infinite.set([0x00, 0x7c]);
    expect(() => decodeEmbeddings(infinite)).toThrow(DataError);
    expect(() => encodeEmbeddings(new Float32Array(512).fill(NaN))).toThrow(RangeError);
    expect(() => encodeEmbeddings(new Float32Array(500))).toThrow(RangeError);
  });
});

describe('the key of an embedding', () => {
  test('is SHA-256 of the encoder’s version, NUL and the text', () => {
    expect(embeddingKey('encoder-1', 'caf\u00e9 👍')).toBe(sha256('encoder-1\u0000caf\u00e9 👍'));
  });

  test('differs by encoder and by text', () => {
    expect(new Set([embeddingKey('a', 'bc'), embeddingKey('ab', 'c'), embeddingKey('a', 'BC')]).size).toBe(3);
  });
});

test.each([
  ['reviews', 'restaurants'],
  ['support', 'food delivery'],
  ['spam', 'forum posts'],
  ['shortcut', 'campsites'],
  ['names', 'online'],
])('the bundled data set %s holds out “%s” at first', async (id, domain) => {
  expect(BUNDLED_FOLDERS).toContain(id);
  expect(defaultHeldOut((await bundledSet(id)).dataset)).toBe(domain);
});
