import { hashFloats, hashWords } from '../core/hash.ts';
import type { FileEmbeddings } from '../core/project-words.ts';
import { RandomStream, STREAM } from '../core/rng.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import type { Project } from '../data/project/contents.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import { HeldoutError, type HeldoutErrorCode } from '../protocol/errors.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { EmbeddingStorage } from './embedding-cache.ts';
import { withVectorsOf, type EmbeddedDataset } from './known-vectors.ts';
import { asRefusal } from './storage-refusal.ts';
import type { TextEmbedder } from './text-embedder.ts';

/** Texts of a project file that are embedded anew. */
export const CHECKED_TEXTS = 8;
/**
 * Largest L2 distance between two embeddings of one text. Measured: 2.3e-4 between WebAssembly and embeddings rounded to float16 (160 reviews), 6e-6 between WebAssembly and
 * WebGPU on SwiftShader (32 texts); the rest is for graphics processors that compute more coarsely. Texts that count as near copies (cosine 0.9) are up to 0.45 apart.
 */
export const VECTOR_TOLERANCE = 0.01;

/** Vectors looked up in storage, or handed to it, at a time. */
const VECTORS_AT_ONCE = 1280;
/** Without the encoder there is no check. */
const NO_ENCODER: readonly HeldoutErrorCode[] = ['model-download', 'model-corrupt', 'no-backend', 'device-lost'];
/** A cache that knows nothing and keeps nothing. */
const FORGETFUL: EmbeddingStorage = { getEmbeddings: async (keys) => keys.map(() => undefined), putEmbeddings: async () => undefined };

/** Embeddings of the texts of project files. */
export class ProjectVectors {
  constructor(
    private readonly embedder: TextEmbedder,
    private readonly storage: EmbeddingStorage,
  ) {}

  /**
   * Embeddings [N, 512] as this page will train on them: those that are kept already go before those of the file, those of the file, unless they are found wrong,
   * before new ones. Where storage has room it knows them all then.
   */
  async of({ dataset, embeddings }: Project, onProgress: OnProgress, signal: AbortSignal): Promise<{ readonly features: Float32Array; readonly found: FileEmbeddings }> {
    const texts = dataset.examples.map(({ text }) => text);
    const found = embeddings ? await this.check({ dataset, features: embeddings }, onProgress, signal) : 'none';
    const cache = embeddings && (found === 'right' || found === 'unchecked') ? await this.withFile({ dataset, features: embeddings }, signal) : this.storage;
    return { features: (await this.embedder.embed(texts, onProgress, signal, cache)).features, found };
  }

  /**
   * Embeds anew a few of the texts that storage does not know: others would not be taken from the file. Which ones follows from its content. A file that was changed
   * throughout is found so; one with a few wrong embeddings maybe not.
   */
  private async check({ dataset, features }: EmbeddedDataset, onProgress: OnProgress, signal: AbortSignal): Promise<FileEmbeddings> {
    const unknown = await this.unknownRows(dataset.examples.map(({ text }) => text), signal);
    if (unknown.length === 0) return 'none';
    const [seed] = hashWords(`${dataset.id} ${hashFloats(features)}`);
    const order = new RandomStream(seed, STREAM.rowSample).permutation(unknown.length).subarray(0, CHECKED_TEXTS);
    const rows = Array.from(order, (place) => unknown[place] as number);
    const texts = rows.map((row) => dataset.examples[row]?.text ?? '');
    try {
      const fresh = await this.embedder.embed(texts, (progress) => progress.kind !== 'embed' && onProgress(progress), signal, FORGETFUL);
      return rows.every((row, i) => distance(vectorAt(features, row), vectorAt(fresh.features, i)) <= VECTOR_TOLERANCE) ? 'right' : 'wrong';
    } catch (error) {
      if (!(error instanceof HeldoutError && NO_ENCODER.includes(error.code))) throw error;
      return 'unchecked';
    }
  }

  /** Rows whose embeddings storage does not know; all where it cannot be asked. */
  private async unknownRows(texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const unknown: number[] = [];
    for (let from = 0; from < texts.length; from += VECTORS_AT_ONCE) {
      signal.throwIfAborted();
      const keys = keysOf(texts.slice(from, from + VECTORS_AT_ONCE));
      const known = await this.storage.getEmbeddings(keys).catch(() => []);
      keys.forEach((_, i) => {
        if (known[i] === undefined) unknown.push(from + i);
      });
    }
    return unknown;
  }

  /** Keeps the file's embeddings. @returns a cache that knows them */
  private async withFile(data: EmbeddedDataset, signal: AbortSignal): Promise<EmbeddingStorage> {
    const texts = data.dataset.examples.map(({ text }) => text);
    for (let from = 0; from < texts.length; from += VECTORS_AT_ONCE) {
      signal.throwIfAborted();
      const keys = keysOf(texts.slice(from, from + VECTORS_AT_ONCE));
      const vectors = data.features.subarray(from * EMBEDDING_WIDTH, (from + keys.length) * EMBEDDING_WIDTH);
      const refusal = await this.storage.putEmbeddings(keys, vectors).catch(asRefusal);
      if (refusal) return withVectorsOf(data, ENCODER_VERSION, this.storage);
    }
    return this.storage;
  }
}

/** Euclidean; not a number where a value is none. */
export function distance(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(squares);
}

function keysOf(texts: readonly string[]): string[] {
  return texts.map((text) => embeddingKey(ENCODER_VERSION, text));
}

function vectorAt(features: Float32Array, row: number): Float32Array {
  return features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH);
}
