import { RandomStream, STREAM, betaSymmetric } from '../../src/core/rng.ts';

/** A batch as the head sees it: embeddings x [B, D] and class targets y [B, C], both row-major. */
export interface Batch {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export interface BatchSource {
  /** Embeddings of the whole data set [N, D]. */
  readonly features: Float32Array;
  readonly width: number;
  /** Class index of each row [N]. */
  readonly classOf: Uint32Array;
  readonly classes: number;
}

/** Copies the rows' embeddings and one-hot targets into a batch. */
export function gatherBatch(source: BatchSource, rows: Uint32Array): Batch {
  const { width, classes } = source;
  const x = new Float32Array(rows.length * width);
  const y = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    x.set(source.features.subarray(row * width, (row + 1) * width), i * width);
    y[i * classes + (source.classOf[row] as number)] = 1;
  });
  return { rows: rows.length, x, y };
}

/**
 * Adds Gaussian noise to each embedding, σ = noiseNorm / √D, so that the noise's expected norm is about `noiseNorm` beside the
 * embedding's 1. Noise on inputs acts like a Tikhonov penalty: C. Bishop, Neural Computation 7 (1995).
 * Changes `batch.x` in place. Keyed by (seed, step, row in the batch, dimension).
 */
export function addEmbeddingNoise(batch: Batch, noiseNorm: number, seed: number, step: number): void {
  if (noiseNorm === 0 || batch.rows === 0) return;
  const width = batch.x.length / batch.rows;
  const sigma = noiseNorm / Math.sqrt(width);
  const random = new RandomStream(seed, STREAM.embeddingNoise, step);
  const noise = new Float32Array(width);
  for (let row = 0; row < batch.rows; row++) {
    random.fillNormal(row, noise);
    for (let d = 0; d < width; d++) {
      const at = row * width + d;
      batch.x[at] = (batch.x[at] as number) + sigma * (noise[d] as number);
    }
  }
}

/**
 * mixup: each row becomes λ·row + (1 − λ)·partner, its target likewise; one λ ~ Beta(α, α) a step and a random pairing across
 * domains. Zhang, Cissé, Dauphin, Lopez-Paz, "mixup: beyond empirical risk minimization" (ICLR 2018), eq. 1 and 2.
 * @returns a new batch, or the same one when alpha is 0.
 */
export function mixUp(batch: Batch, alpha: number, seed: number, step: number): Batch {
  if (alpha === 0 || batch.rows < 2) return batch;
  const lambda = betaSymmetric(new RandomStream(seed, STREAM.mixupRatio, step), 0, alpha);
  const partner = new RandomStream(seed, STREAM.mixupPartner, step).permutation(batch.rows);
  return { rows: batch.rows, x: blend(batch.x, batch.rows, partner, lambda), y: blend(batch.y, batch.rows, partner, lambda) };
}

function blend(values: Float32Array, rows: number, partner: Uint32Array, lambda: number): Float32Array {
  const width = values.length / rows;
  const mixed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const other = (partner[row] as number) * width;
    for (let i = 0; i < width; i++) {
      mixed[row * width + i] = lambda * (values[row * width + i] as number) + (1 - lambda) * (values[other + i] as number);
    }
  }
  return mixed;
}

/**
 * Inverted dropout: entries are 0 with probability `rate`, else 1 / (1 − rate), so that the expectation is 1 and evaluation needs
 * no rescaling. Srivastava et al., JMLR 15 (2014), section 10. Shape [rows, width]; keyed by (seed, step, row, unit).
 */
export function dropoutMask(rows: number, width: number, rate: number, seed: number, step: number): Float32Array {
  const random = new RandomStream(seed, STREAM.dropout, step);
  const keep = 1 / (1 - rate);
  const mask = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < width; unit++) mask[row * width + unit] = random.uniform(row, unit) < rate ? 0 : keep;
  }
  return mask;
}
