import { embeddingKey } from '../data/embedding-key.ts';
import { EMBEDDING_WIDTH, type Encoder } from '../engine/encoder/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { OnProgress } from '../protocol/progress.ts';

/** The part of storage that embedding needs. */
export interface EmbeddingStorage {
  getEmbeddings(keys: readonly string[]): Promise<(Float32Array | undefined)[]>;
  putEmbeddings(keys: readonly string[], vectors: Float32Array): Promise<void>;
}

/** Vectors written to storage at a time. */
const WRITE_BATCH = 240;

export interface EmbeddedTexts {
  /** [N, 512] */
  readonly features: Float32Array;
  /** Texts that had to be embedded now. */
  readonly embedded: number;
  /** Why vectors could not be kept, or null. */
  readonly storageProblem: string | null;
}

/**
 * Embeddings of the texts, from storage where they are known. The encoder is asked for only when something is missing.
 * Each finished batch is stored at once, so that a cancelled or crashed import goes on where it was.
 */
export async function embedCached(
  texts: readonly string[],
  encoderVersion: string,
  storage: EmbeddingStorage,
  encoder: () => Promise<Encoder>,
  options: { readonly onProgress: OnProgress; readonly signal: AbortSignal },
): Promise<EmbeddedTexts> {
  const keys = texts.map((text) => embeddingKey(encoderVersion, text));
  const features = new Float32Array(texts.length * EMBEDDING_WIDTH);
  let storageProblem: string | null = null;
  const known = await storage.getEmbeddings(keys).catch((error: unknown) => {
    storageProblem = problemInWords(error);
    return [] as undefined[];
  });
  const missing: number[] = [];
  texts.forEach((_, row) => {
    const vector = known[row];
    if (vector) features.set(vector, row * EMBEDDING_WIDTH);
    else missing.push(row);
  });
  if (missing.length === 0) return { features, embedded: 0, storageProblem };

  let pendingKeys: string[] = [];
  let pendingVectors: Float32Array[] = [];
  let writing = Promise.resolve();
  const write = (): void => {
    const batchKeys = pendingKeys;
    const batchVectors = concatenate(pendingVectors);
    pendingKeys = [];
    pendingVectors = [];
    writing = writing
      .then(() => (storageProblem === null ? storage.putEmbeddings(batchKeys, batchVectors) : undefined))
      .catch((error: unknown) => {
        storageProblem = problemInWords(error);
      });
  };
  try {
    const onVectors = (rows: readonly number[], vectors: Float32Array): void => {
      rows.forEach((index, i) => {
        const row = missing[index] as number;
        const vector = vectors.slice(i * EMBEDDING_WIDTH, (i + 1) * EMBEDDING_WIDTH);
        features.set(vector, row * EMBEDDING_WIDTH);
        pendingKeys.push(keys[row] as string);
        pendingVectors.push(vector);
      });
      if (pendingKeys.length >= WRITE_BATCH) write();
    };
    await (await encoder()).embed(missing.map((row) => texts[row] as string), { ...options, onVectors });
  } finally {
    if (pendingKeys.length > 0) write();
    await writing;
  }
  return { features, embedded: missing.length, storageProblem };
}

/** A storage error as a sentence for the page. */
export function problemInWords(error: unknown): string {
  return error instanceof HeldoutError ? `${error.message} ${error.remedy}` : 'The browser’s storage failed: this data will have to be embedded again after a reload.';
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
