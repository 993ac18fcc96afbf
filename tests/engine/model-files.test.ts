import { describe, expect, test, vi } from 'vitest';
import { Encoder } from '../../src/engine/encoder/encoder.ts';
import { fetchModelFiles, type ModelCache } from '../../src/engine/encoder/model-files.ts';
import type { Progress } from '../../src/protocol/progress.ts';
import { fetchFromPackage, useLiteManifest } from '../support/use-lite-files.ts';

/** The two small files are enough for most of these tests. */
const manifest = { ...useLiteManifest, files: useLiteManifest.files.slice(0, 2) };
const baseUrl = 'models/use-lite/';
const totalBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);

/** A server that flips a bit of vocab.json in its first `times` answers; `asked` logs the cache mode of each request. */
function damagingFetch(times: number) {
  const asked: string[] = [];
  let left = times;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    asked.push(`${url.split('/').at(-1) ?? ''} ${init.cache ?? ''}`);
    const response = await fetchFromPackage(url);
    if (!url.endsWith('vocab.json') || left-- <= 0) return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    bytes[1000] = (bytes[1000] as number) ^ 1;
    return new Response(bytes);
  };
  return { fetch, asked };
}

function memoryCache(): ModelCache & { readonly kept: Map<string, ArrayBuffer> } {
  const kept = new Map<string, ArrayBuffer>();
  return { kept, get: (key) => Promise.resolve(kept.get(key)), put: (key, bytes) => Promise.resolve(void kept.set(key, bytes)) };
}

describe('fetching the encoder', () => {
  test('reports rising progress up to all bytes', async () => {
    const reports: Progress[] = [];
    await fetchModelFiles(manifest, { baseUrl, fetch: fetchFromPackage, onProgress: (progress) => reports.push(progress) });
    const done = reports.map((progress) => (progress.kind === 'download' ? progress.doneBytes : NaN));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(reports.at(-1)).toEqual({ kind: 'download', doneBytes: totalBytes, totalBytes });
  });

  test('fetches a damaged file again, past the cache, and goes on', async () => {
    const { fetch, asked } = damagingFetch(1);
    const files = await fetchModelFiles(manifest, { baseUrl, fetch });
    expect(asked).toEqual(['model.json default', 'vocab.json default', 'vocab.json reload']);
    expect(files.get('vocab.json')?.byteLength).toBe(manifest.files[1]?.bytes);
  });

  test('gives up on a file that is damaged twice, and names it', async () => {
    const { fetch, asked } = damagingFetch(2);
    await expect(fetchModelFiles(manifest, { baseUrl, fetch })).rejects.toMatchObject({ code: 'model-corrupt', place: { file: 'vocab.json' } });
    expect(asked).toHaveLength(3);
  });

  test('says what failed and what to do when the server or the network fails', async () => {
    const missing = { ...manifest, files: [{ name: 'nothing.bin', source: 'nothing', bytes: 1, sha256: '' }] };
    await expect(fetchModelFiles(missing, { baseUrl, fetch: fetchFromPackage })).rejects.toMatchObject({ code: 'model-download', message: expect.stringContaining('404') as string });
    const offline = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));
    await expect(fetchModelFiles(manifest, { baseUrl, fetch: offline })).rejects.toMatchObject({ code: 'model-download', remedy: expect.stringContaining('connection') as string });
  });

  test('can be cancelled while a file is on its way', async () => {
    const controller = new AbortController();
    const hanging = (_: string, init: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
    const call = fetchModelFiles(manifest, { baseUrl, fetch: hanging, signal: controller.signal });
    setTimeout(() => controller.abort());
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('takes kept files from the cache, but not damaged ones', async () => {
    const cache = memoryCache();
    await fetchModelFiles(manifest, { baseUrl, fetch: fetchFromPackage, cache });
    const fetch = vi.fn(fetchFromPackage);
    await fetchModelFiles(manifest, { baseUrl, fetch, cache });
    expect(fetch).not.toHaveBeenCalled();
    const [key] = [...cache.kept.keys()];
    cache.kept.set(key as string, new ArrayBuffer(3));
    await fetchModelFiles(manifest, { baseUrl, fetch, cache });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('goes on without a cache that fails', async () => {
    const broken: ModelCache = { get: () => Promise.reject(new Error('no storage')), put: () => Promise.reject(new Error('disk full')) };
    const files = await fetchModelFiles(manifest, { baseUrl, fetch: fetchFromPackage, cache: broken });
    expect(files.size).toBe(2);
  });

  test('checks files on pages that have no crypto.subtle', async () => {
    vi.stubGlobal('crypto', {});
    try {
      await expect(fetchModelFiles(manifest, { baseUrl, fetch: damagingFetch(2).fetch })).rejects.toMatchObject({ code: 'model-corrupt' });
      expect((await fetchModelFiles(manifest, { baseUrl, fetch: fetchFromPackage })).size).toBe(2);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('an encoder without its weights is refused', async () => {
    const files = await fetchModelFiles(manifest, { baseUrl, fetch: fetchFromPackage });
    expect(() => Encoder.load(files, { now: () => 0 })).toThrow(expect.objectContaining({ code: 'model-corrupt' }) as Error);
  });
});
