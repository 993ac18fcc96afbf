import { load } from '@tensorflow-models/universal-sentence-encoder';
import { EMBEDDING_WIDTH } from '../../src/engine/encoder/encoder.ts';

/** Vectors [texts.length, 512] of texts. */
export type Embed = (texts: readonly string[]) => Promise<Float32Array>;

/** How texts are handed to the package, which encodes whatever it is given at once. */
export interface Feeding {
  readonly batchSize: number;
  /** Shortest text first, which saves it padding. */
  readonly sorted: boolean;
}

export const FEEDINGS: readonly Feeding[] = [
  { batchSize: 8, sorted: false },
  { batchSize: 32, sorted: false },
  { batchSize: 8, sorted: true },
  { batchSize: 32, sorted: true },
];

export function feedingName({ batchSize, sorted }: Feeding): string {
  return `batches of ${batchSize} ${sorted ? 'sorted by length' : 'in the order of the file'}`;
}

/** The package's own encoder on the backend in use. @returns its embed(), by how it is fed. */
export async function loadPackage(): Promise<(feeding: Feeding) => Embed> {
  const encoder = await load({ modelUrl: 'encoder-package/model.json', vocabUrl: 'encoder-package/vocab.json' });
  return ({ batchSize, sorted }) =>
    async (texts) => {
      const order = [...texts.keys()];
      if (sorted) order.sort((a, b) => (texts[a] ?? '').length - (texts[b] ?? '').length);
      const vectors = new Float32Array(texts.length * EMBEDDING_WIDTH);
      for (let from = 0; from < order.length; from += batchSize) {
        const rows = order.slice(from, from + batchSize);
        const embedded = await encoder.embed(rows.map((row) => texts[row] ?? ''));
        const values = await embedded.data();
        embedded.dispose();
        rows.forEach((row, i) => vectors.set(values.subarray(i * EMBEDDING_WIDTH, (i + 1) * EMBEDDING_WIDTH), row * EMBEDDING_WIDTH));
      }
      return vectors;
    };
}
