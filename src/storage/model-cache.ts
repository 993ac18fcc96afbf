/** Cache API name; keys are addresses that exist nowhere. */
const CACHE_NAME = 'heldout-models';
const ADDRESS = 'https://model-cache.invalid/';

/**
 * Downloaded files of the encoder, by name and SHA-256. A convenience: where there is no Cache API (an insecure origin, some private
 * windows), or it has no room, files are simply not there.
 */
export class ModelCache {
  constructor(private readonly cacheName = CACHE_NAME) {}

  /** @returns the file's bytes, unchecked, or undefined. */
  async getModelFile(name: string, sha256: string): Promise<ArrayBuffer | undefined> {
    return this.quietly(async (cache) => (await cache.match(address(name, sha256)))?.arrayBuffer());
  }

  /** Stores the file and removes its other versions. @returns whether it is stored. */
  async putModelFile(name: string, sha256: string, bytes: BufferSource): Promise<boolean> {
    const stored = await this.quietly(async (cache) => {
      await cache.put(address(name, sha256), new Response(bytes));
      const others = (await cache.keys()).filter(({ url }) => url.startsWith(prefix(name)) && url !== address(name, sha256));
      await Promise.all(others.map((request) => cache.delete(request)));
      return true;
    });
    return stored ?? false;
  }

  /** Bytes of all files. */
  async bytes(): Promise<number> {
    const sizes = await this.quietly(async (cache) => Promise.all((await cache.keys()).map(async (request) => (await (await cache.match(request))?.blob())?.size ?? 0)));
    return (sizes ?? []).reduce((sum, size) => sum + size, 0);
  }

  /** Removes all files. */
  async clear(): Promise<void> {
    if (typeof caches !== 'undefined') await caches.delete(this.cacheName).catch(() => false);
  }

  private async quietly<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    if (typeof caches === 'undefined') return undefined;
    try {
      return await work(await caches.open(this.cacheName));
    } catch {
      return undefined;
    }
  }
}

function prefix(name: string): string {
  return `${ADDRESS}${encodeURIComponent(name)}@`;
}

function address(name: string, sha256: string): string {
  return prefix(name) + sha256;
}
