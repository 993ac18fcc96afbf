import { required } from '../engine/encoder/graph-weights.ts';
import { fetchModelFiles } from '../engine/encoder/model-files.ts';
import { TokenCounter } from '../engine/encoder/token-counter.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { EncoderLoading } from './encoder-loader.ts';

/** Name of the encoder's list of tokens. */
const VOCABULARY = 'vocab.json';

/** A counter of the encoder's tokens, from its vocabulary alone, a small file. */
export class TokenCounterLoader {
  private counter: TokenCounter | null = null;

  constructor(private readonly source: Pick<EncoderLoading, 'manifest' | 'baseUrl' | 'cache'>) {}

  /** @throws HeldoutError 'model-download', 'model-corrupt', 'cancelled' */
  async get(onProgress: OnProgress, signal: AbortSignal): Promise<TokenCounter> {
    if (this.counter) return this.counter;
    const { manifest, baseUrl, cache } = this.source;
    const vocabularyAlone = { ...manifest, files: manifest.files.filter(({ source }) => source === VOCABULARY) };
    const files = await fetchModelFiles(vocabularyAlone, { baseUrl, cache, onProgress, signal });
    this.counter = new TokenCounter(JSON.parse(new TextDecoder().decode(required(files, VOCABULARY))) as [string, number][]);
    return this.counter;
  }
}
