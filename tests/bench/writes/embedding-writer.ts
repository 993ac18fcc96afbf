import { expose } from 'comlink';
import { RandomStream, STREAM } from '../../../src/core/rng.ts';
import { embeddingKey } from '../../../src/data/embedding-key.ts';
import { EMBEDDING_WIDTH } from '../../../src/engine/encoder/encoder.ts';
import { carryErrors } from '../../../src/protocol/wire.ts';
import { Storage } from '../../../src/storage/storage.ts';
import { writeInOwnScopes } from './own-scopes.ts';

/** As `embedCached` writes. */
const WRITTEN_AT_ONCE = 240;

/** A thread that writes embeddings as the encoder's worker does, but for embedding: there is no pause between two writes. */
class EmbeddingWriter {
  private storage: Storage | null = null;
  private keys: readonly string[] = [];
  private imports = 0;
  private vectors = new Float32Array();

  /** @param count vectors of an import */
  async open(database: string, isInTurn: boolean, count: number): Promise<void> {
    if (!isInTurn) writeInOwnScopes();
    this.storage = new Storage(database);
    this.keys = Array.from({ length: count }, (_, row) => embeddingKey('bench', `text number ${row}`));
    this.vectors = new Float32Array(count * EMBEDDING_WIDTH);
    new RandomStream(15, STREAM.embeddingNoise).fillNormal(0, this.vectors);
    await this.clear();
  }

  /** Writes them all, under keys that are new. @returns milliseconds of each write */
  async write(): Promise<number[]> {
    const times: number[] = [];
    const mark = (++this.imports).toString(16).padStart(8, '0');
    const keys = this.keys.map((key) => mark + key.slice(mark.length));
    for (let from = 0; from < keys.length; from += WRITTEN_AT_ONCE) {
      const started = performance.now();
      await this.storage?.embeddings.putEmbeddings(keys.slice(from, from + WRITTEN_AT_ONCE), this.vectors.subarray(from * EMBEDDING_WIDTH, (from + WRITTEN_AT_ONCE) * EMBEDDING_WIDTH));
      times.push(performance.now() - started);
    }
    return times;
  }

  async clear(): Promise<void> {
    await this.storage?.embeddings.clearEmbeddings();
  }

  async close(): Promise<void> {
    await this.storage?.close();
  }
}

export type EmbeddingWriterApi = Pick<EmbeddingWriter, 'open' | 'write' | 'clear' | 'close'>;

carryErrors();
expose(new EmbeddingWriter());
