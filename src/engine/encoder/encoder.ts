import * as tf from '@tensorflow/tfjs';
import { breathe } from '../../core/breathe.ts';
import { HeldoutError } from '../../protocol/errors.ts';
import type { BackendName, OnProgress } from '../../protocol/progress.ts';
import { deviceIsLost } from '../webgpu-device.ts';
import { planBatches, type BatchLimits, type TokenBatch } from './batches.ts';
import { GraphWeights, required } from './graph-weights.ts';
import type { ModelFiles } from './model-files.ts';
import { MAX_TOKENS, TextTokenizer, type TokenIds } from './tokenizer.ts';
import { EMBEDDING_WIDTH, UseLite } from './use-lite.ts';

export { EMBEDDING_WIDTH } from './use-lite.ts';

export { ENCODER_VERSION } from './version.ts';

/** A graphics processor wants much at a time; a processor does as well with little, and little keeps Cancel quick. */
const LIMITS: Record<BackendName, BatchLimits> = {
  webgpu: { maxPlaces: 4096, minPlaces: 256, maxPadding: 0.25 },
  wasm: { maxPlaces: 512, minPlaces: 64, maxPadding: 0.03 },
  cpu: { maxPlaces: 64, minPlaces: 1, maxPadding: 0 },
};

/** Distinct texts that are cut into tokens before they are embedded: the first of very many need not wait for the last. Batches are of texts of one portion. */
const PORTION = 2048;

/** Milliseconds of tokenizing after which messages are let in. */
const TOKENIZING_TURN = 50;

export interface EncoderOptions {
  /** Milliseconds, by a clock that never goes back. */
  readonly now: () => number;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Told of 'embed' progress, in rows: at the start and after every batch. */
  readonly onProgress?: OnProgress;
  /** Given each batch's results as they come, to keep them at once: vectors [rows.length, 512], the i-th for texts[rows[i]]. */
  readonly onVectors?: (rows: readonly number[], vectors: Float32Array) => void;
}

/** Turns texts into unit vectors of EMBEDDING_WIDTH numbers, on the backend that was current at `load`. */
export class Encoder {
  private constructor(
    /** Both for attribution, which needs the pieces and the gradients. */
    readonly tokenizer: TextTokenizer,
    readonly network: UseLite,
    private readonly now: () => number,
  ) {}

  /**
   * Start a backend first (`startBackend`). The files are not needed any more afterwards.
   * @throws HeldoutError 'model-corrupt' when the files are not USE-lite.
   */
  static load(files: ModelFiles, { now }: EncoderOptions): Encoder {
    const weights = new GraphWeights(files);
    const vocabulary = JSON.parse(new TextDecoder().decode(required(files, 'vocab.json'))) as [string, number][];
    return new Encoder(new TextTokenizer(vocabulary), new UseLite(weights, MAX_TOKENS), now);
  }

  /**
   * Embeds each distinct text once, in batches of similar length, and lets waiting messages in between batches.
   * @returns [texts.length, 512], row i for texts[i].
   * @throws HeldoutError 'bad-input' on a text without a token (before any of its portion is computed), 'cancelled' on `signal`,
   * 'device-lost' when the graphics processor goes away meanwhile.
   */
  async embed(texts: readonly string[], { signal, onProgress, onVectors }: EmbedOptions = {}): Promise<Float32Array> {
    const started = this.now();
    const groups = rowsByText(texts);
    const vectors = new Float32Array(texts.length * EMBEDDING_WIDTH);
    let done = 0;
    const report = (): void => {
      const seconds = Math.max(1e-3, (this.now() - started) / 1000);
      onProgress?.({ kind: 'embed', done, total: texts.length, sentencesPerSecond: done / seconds });
    };
    const deliver = (portion: readonly number[][], batch: TokenBatch, encoded: Float32Array): void => {
      const rows: number[] = [];
      batch.rows.forEach((group, i) => {
        const vector = encoded.subarray(i * EMBEDDING_WIDTH, (i + 1) * EMBEDDING_WIDTH);
        for (const row of portion[group] ?? []) {
          vectors.set(vector, row * EMBEDDING_WIDTH);
          rows.push(row);
        }
      });
      done += rows.length;
      onVectors?.(rows, gathered(vectors, rows));
      report();
    };

    report();
    const limits = LIMITS[tf.getBackend() as BackendName];
    // While one batch is being read back, the next is already queued, so that a graphics processor need not idle.
    let reading = Promise.resolve();
    try {
      for (let from = 0; from < groups.length; from += PORTION) {
        const portion = groups.slice(from, from + PORTION);
        const tokens = await this.tokenize(texts, portion, signal);
        for (const batch of planBatches(tokens.map((ids) => ids.length), limits)) {
          throwIfCancelled(signal);
          if (onGpu() && deviceIsLost()) throw deviceLost();
          const before = reading;
          reading = readBack(this.encodeBatch(batch, tokens)).then((encoded) => deliver(portion, batch, encoded));
          reading.catch(() => undefined); // it is awaited below, but perhaps after another error
          await before;
          await breathe();
        }
      }
    } finally {
      await reading.catch(() => undefined);
    }
    await reading;
    return vectors;
  }

  dispose(): void {
    this.network.dispose();
  }

  private async tokenize(texts: readonly string[], groups: readonly number[][], signal: AbortSignal | undefined): Promise<TokenIds[]> {
    const tokens: TokenIds[] = [];
    let turn = this.now();
    for (const [row = 0] of groups) {
      tokens.push(this.tokenizer.encode(texts[row] as string, row));
      if (this.now() - turn < TOKENIZING_TURN) continue;
      await breathe();
      throwIfCancelled(signal);
      turn = this.now();
    }
    return tokens;
  }

  /** @returns [batch.rows.length, 512], which the caller disposes of. */
  private encodeBatch({ rows, places }: TokenBatch, tokens: readonly TokenIds[]): tf.Tensor2D {
    const ids = new Int32Array(rows.length * places);
    rows.forEach((row, i) => ids.set(tokens[row] as TokenIds, i * places));
    const lengths = rows.map((row) => tokens[row]?.length ?? 0);
    return tf.tidy(() => this.network.encode(this.network.lookUp(ids, rows.length), lengths));
  }
}

/** Rows with equal text, group after group in order of first appearance. */
function rowsByText(texts: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const group = groups.get(text);
    if (group) group.push(row);
    else groups.set(text, [row]);
  });
  return [...groups.values()];
}

function gathered(vectors: Float32Array, rows: readonly number[]): Float32Array {
  const some = new Float32Array(rows.length * EMBEDDING_WIDTH);
  rows.forEach((row, i) => some.set(vectors.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH), i * EMBEDDING_WIDTH));
  return some;
}

/** A lost device may refuse to be read or may give zeros: either way the answer is the same error. */
async function readBack(tensor: tf.Tensor2D): Promise<Float32Array> {
  try {
    const values = await tensor.data<'float32'>();
    if (onGpu() && deviceIsLost()) throw deviceLost();
    return values;
  } catch (error) {
    await breathe(); // news of a loss may come after the failure that it causes
    throw onGpu() && deviceIsLost() ? deviceLost() : error;
  } finally {
    tensor.dispose();
  }
}

function onGpu(): boolean {
  return tf.getBackend() === 'webgpu';
}

function deviceLost(): HeldoutError {
  return new HeldoutError('device-lost', 'The graphics processor went away while texts were being embedded.', 'Embedding goes on from the last finished batch once a processor is back.');
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new HeldoutError('cancelled', 'Embedding was cancelled.', 'Start it again when you want it: finished texts are not lost.');
}
