import type { ActiveVariants } from '../../src/core/effective-knobs.ts';
import { RandomStream, STREAM, betaSymmetric } from '../../src/core/rng.ts';
import { NO_VARIANT, type VariantSet } from '../../src/engine/population/population.ts';

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

/** Copies the rows' embeddings and one-hot targets into a batch. @param classOf class of each row of the batch [B], where it is not the row's own */
export function gatherBatch(source: BatchSource, rows: Uint32Array, classOf = rows.map((row) => source.classOf[row] as number)): Batch {
  const { width, classes } = source;
  const x = new Float32Array(rows.length * width);
  const y = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    x.set(source.features.subarray(row * width, (row + 1) * width), i * width);
    y[i * classes + (classOf[i] as number)] = 1;
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

/**
 * Within-class interpolation: as mixup, but partners are of one class: the k-th place of a class is blended with its k-th in a random order.
 * DeVries & Taylor, "Dataset augmentation in feature space" (ICLR 2017 workshop), eq. 2, there with the nearest ones and a fixed λ.
 * @param classOf class of each row of the batch [B]
 */
export function interpolateWithin(batch: Batch, classOf: Uint32Array, alpha: number, seed: number, step: number): Batch {
  if (alpha === 0 || batch.rows < 2) return batch;
  const lambda = betaSymmetric(new RandomStream(seed, STREAM.interpolationRatio, step), 0, alpha);
  const order = [...new RandomStream(seed, STREAM.interpolationPartner, step).permutation(batch.rows)];
  const partner = new Uint32Array(batch.rows);
  for (const own of new Set(classOf)) {
    const shuffled = order.filter((place) => classOf[place] === own);
    [...order.keys()].filter((place) => classOf[place] === own).forEach((place, k) => (partner[place] = shuffled[k] as number));
  }
  return { rows: batch.rows, x: blend(batch.x, batch.rows, partner, lambda), y: blend(batch.y, batch.rows, partner, lambda) };
}

/** Whether a step in which both are on does mixup rather than within-class interpolation. */
export function mixesUp(seed: number, step: number): boolean {
  return new RandomStream(seed, STREAM.mixingChoice, step).uniform(0) < 0.5;
}

/** What may stand for a row: itself, then its variants, set after set in the order of `active`, each as far as its count. */
export function standIns(row: number, sets: readonly VariantSet[], active: readonly ActiveVariants[]): number[] {
  const variants = active.flatMap(({ kind, strength, count }) => {
    const set = sets.find((own) => own.kind === kind && own.strength === strength);
    return [...(set?.row ?? [])].filter((own, i) => i < count && set?.source[i] === row && own !== NO_VARIANT);
  });
  return [row, ...variants];
}

/** Text augmentation (Wei & Zou, EMNLP 2019): each place of the batch shows its row or one of its variants, with equal chances. */
export function drawVariants(rows: Uint32Array, choices: (row: number) => readonly number[], seed: number, step: number): Uint32Array {
  const random = new RandomStream(seed, STREAM.textVariant, step);
  return rows.map((row, place) => {
    const all = choices(row);
    return all[Math.floor(random.uniform(place) * all.length)] as number;
  });
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
