import { ENCODER_VERSION, type Encoder } from '../engine/encoder/encoder.ts';
import type { ModelManifest } from '../engine/encoder/model-files.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { embedCached, type EmbeddedTexts, type EmbeddingStorage } from './embedding-cache.ts';
import { EncoderLoader } from './encoder-loader.ts';
import { TokenCounterLoader } from './token-counter-loader.ts';

/** What the encoder's services need from outside: addresses, the device, the clock, storage. */
export interface EncoderEnvironment {
  /** Folder of the built site, with a slash at its end. */
  readonly siteUrl: string;
  readonly manifest: ModelManifest;
  readonly storage: Storage;
  startBackend(choice: BackendChoice): Promise<BackendInfo>;
  nowMs(): number;
  /** Milliseconds since 1970. */
  dateMs(): number;
}

/** Times that embedding is taken up again on another device after a loss. */
const RECOVERIES = 2;

/** Texts to vectors: the encoder, started when it is first needed, before it the cache. */
export class TextEmbedder {
  choice: BackendChoice = 'auto';
  onBackend: (info: BackendInfo) => void = () => {};
  readonly tokenCounters: TokenCounterLoader;
  private readonly loader: EncoderLoader;
  private readonly storage: Storage;

  constructor({ siteUrl, manifest, storage, startBackend, nowMs }: EncoderEnvironment) {
    this.storage = storage;
    const source = {
      manifest,
      baseUrl: `${siteUrl}models/use-lite/`,
      cache: {
        get: (key: string) => storage.models.getModelFile(key, manifest.version),
        put: async (key: string, bytes: ArrayBuffer) => void (await storage.models.putModelFile(key, manifest.version, bytes)),
      },
    };
    this.loader = new EncoderLoader({ ...source, startBackend: () => startBackend(this.choice), nowMs }, (info) => this.onBackend(info));
    this.tokenCounters = new TokenCounterLoader(source);
  }

  /** Unit-norm embeddings [N, 512], from the cache where they are known. @param embeddings the cache, if not the page's own */
  embed(texts: readonly string[], onProgress: OnProgress, signal: AbortSignal, embeddings: EmbeddingStorage = this.storage.embeddings): Promise<EmbeddedTexts> {
    return this.withEncoder(onProgress, signal, (encoder) => embedCached(texts, ENCODER_VERSION, embeddings, encoder, { onProgress, signal }));
  }

  /** Unit-norm embedding [512] of a text that is not kept. */
  embedOnce(text: string, onProgress: OnProgress, signal: AbortSignal): Promise<Float32Array> {
    return this.withEncoder(onProgress, signal, async (encoder) => (await encoder()).embed([text], { signal }));
  }

  /** Runs `work`, and again on a fresh device when the one it used was lost. What was embedded before the loss is cached. */
  private async withEncoder<T>(onProgress: OnProgress, signal: AbortSignal, work: (encoder: () => Promise<Encoder>) => Promise<T>): Promise<T> {
    for (let recovery = 0; ; recovery++) {
      try {
        return await work(() => this.loader.get(onProgress, signal));
      } catch (error) {
        if (!(error instanceof HeldoutError) || error.code !== 'device-lost' || recovery >= RECOVERIES) throw error;
        this.loader.drop();
      }
    }
  }
}
