import { Encoder } from '../engine/encoder/encoder.ts';
import { fetchModelFiles, type ModelCache, type ModelManifest } from '../engine/encoder/model-files.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendInfo, OnProgress } from '../protocol/progress.ts';

export interface EncoderLoading {
  readonly manifest: ModelManifest;
  /** Folder that serves the encoder's files, with a slash at its end. */
  readonly baseUrl: string;
  readonly cache: ModelCache;
  startBackend(): Promise<BackendInfo>;
  nowMs(): number;
}

/** Loads the encoder when it is first needed, once, however many calls wait for it; the last to cancel stops the download. */
export class EncoderLoader {
  private loaded: Encoder | null = null;
  private loading: { promise: Promise<Encoder>; controller: AbortController; listeners: Set<OnProgress> } | null = null;

  constructor(
    private readonly environment: EncoderLoading,
    private readonly onBackend: (info: BackendInfo) => void,
  ) {}

  /** @throws HeldoutError 'model-download', 'model-corrupt', 'no-backend', 'cancelled' */
  async get(onProgress: OnProgress, signal: AbortSignal): Promise<Encoder> {
    // One that all have cancelled is not to be joined: it ends soon.
    while (this.loading?.controller.signal.aborted) await this.loading.promise.catch(() => undefined);
    if (this.loaded) return this.loaded;
    const loading = (this.loading ??= this.begin());
    loading.listeners.add(onProgress);
    const stopWaiting = (): void => {
      loading.listeners.delete(onProgress);
      if (loading.listeners.size === 0) loading.controller.abort();
    };
    signal.addEventListener('abort', stopWaiting);
    try {
      return await Promise.race([loading.promise, cancellation(signal)]);
    } finally {
      signal.removeEventListener('abort', stopWaiting);
      loading.listeners.delete(onProgress);
    }
  }

  /** Forgets an encoder whose device is gone; the next `get` loads it on a new backend. */
  drop(): void {
    this.loaded?.dispose();
    this.loaded = null;
  }

  private begin() {
    const controller = new AbortController();
    const listeners = new Set<OnProgress>();
    const { manifest, baseUrl, cache, nowMs, startBackend } = this.environment;
    const load = async (): Promise<Encoder> => {
      try {
        const onProgress: OnProgress = (progress) => listeners.forEach((listener) => listener(progress));
        const files = await fetchModelFiles(manifest, { baseUrl, cache, signal: controller.signal, onProgress });
        this.onBackend(await startBackend());
        this.loaded = Encoder.load(files, { now: nowMs });
        return this.loaded;
      } finally {
        this.loading = null;
      }
    };
    const promise = load();
    promise.catch(() => {}); // whoever waits is told; when all have cancelled, nobody needs to be
    return { promise, controller, listeners };
  }
}

/** Rejects when the signal aborts. */
function cancellation(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new HeldoutError('cancelled', 'Cancelled.', ''));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
