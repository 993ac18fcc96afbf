import { cosPi, log, pow, sinPi } from './exact-math.ts';
import { positionsByWord } from './order-by-word.ts';

/**
 * The one source of randomness: a counter-based generator. A value is a pure function of
 * (seed, stream, step, row, unit), so it does not matter in which order, or whether, others are drawn.
 *
 * Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), table 2.
 * Only 32-bit additions, rotations and xors, so that a GPU kernel can compute the same words.
 */

/** Purposes of random numbers. Values are part of the record format: append, never renumber. */
export const STREAM = {
  split: 1,
  batchOrder: 2,
  weights: 3,
  dropout: 4,
  embeddingNoise: 5,
  mixupPartner: 6,
  mixupRatio: 7,
  rowSample: 8,
  secondDropout: 9,
  inputDropout: 10,
  bootstrap: 11,
  configuration: 12,
  textVariant: 13,
  interpolationPartner: 14,
  interpolationRatio: 15,
  mixingChoice: 16,
  textAugmentation: 17,
  variantOrder: 18,
  trainingSubset: 19,
  labelNoise: 20,
} as const;

export type Stream = (typeof STREAM)[keyof typeof STREAM];

const PARITY = 0x1bd11bda;

/** Encrypts the counter (c0, c1) under the key (k0, k1) into out[0], out[1] (unsigned 32-bit). */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    const even = (group & 1) === 0;
    x0 = (x0 + x1) | 0;
    x1 = (even ? (x1 << 13) | (x1 >>> 19) : (x1 << 17) | (x1 >>> 15)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = (even ? (x1 << 15) | (x1 >>> 17) : (x1 << 29) | (x1 >>> 3)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = (even ? (x1 << 26) | (x1 >>> 6) : (x1 << 16) | (x1 >>> 16)) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = (even ? (x1 << 6) | (x1 >>> 26) : (x1 << 24) | (x1 >>> 8)) ^ x0;
    const turn = (group + 1) % 3;
    x0 = (x0 + (turn === 0 ? k0 : turn === 1 ? k1 : k2)) | 0;
    x1 = (x1 + (turn === 0 ? k1 : turn === 1 ? k2 : k0) + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

/** Random numbers of one (seed, stream, step). */
export class RandomStream {
  private readonly words = new Uint32Array(2);
  private readonly k0: number;
  private readonly k1: number;

  /** @param seed any integer; its low 32 bits count. @param step any integer below 2^32. */
  constructor(seed: number, stream: Stream, step = 0) {
    threefry2x32(seed | 0, stream, step | 0, 0, this.words);
    this.k0 = this.words[0] as number;
    this.k1 = this.words[1] as number;
  }

  /** An unsigned 32-bit integer. */
  bits(row: number, unit = 0): number {
    threefry2x32(this.k0, this.k1, row | 0, unit | 0, this.words);
    return this.words[0] as number;
  }

  /** Uniform in [0, 1), 24 bits. */
  uniform(row: number, unit = 0): number {
    return (this.bits(row, unit) >>> 8) / 16777216;
  }

  /** Uniform in (0, 1]: safe under a logarithm. */
  uniformOpen(row: number, unit = 0): number {
    return ((this.bits(row, unit) >>> 8) + 1) / 16777216;
  }

  /**
   * Fills `out` [length] with standard normal values, `row` fixed and the pair index as unit.
   * Box and Muller, "A note on the generation of random normal deviates" (1958): one block gives two values.
   */
  fillNormal(row: number, out: Float32Array): void {
    for (let unit = 0; unit < out.length; unit += 2) {
      threefry2x32(this.k0, this.k1, row | 0, unit >> 1, this.words);
      const radius = Math.sqrt(-2 * log(((this.words[0] as number) + 1) / 4294967297));
      const halfTurns = (this.words[1] as number) / 2147483648;
      out[unit] = radius * cosPi(halfTurns);
      if (unit + 1 < out.length) out[unit + 1] = radius * sinPi(halfTurns);
    }
  }

  /** A random order of 0 … length − 1, at most 2²¹ of them: positions sorted by their random word (ties by position). */
  permutation(length: number, row = 0): Uint32Array {
    const words = new Uint32Array(length);
    for (let i = 0; i < length; i++) words[i] = this.bits(row, i);
    return positionsByWord(words);
  }
}

/**
 * A draw from Beta(alpha, alpha) with the stream's (row, unit…) numbers: Jöhnk, "Erzeugung von betaverteilten und
 * gammaverteilten Zufallszahlen" (1964), by rejection. Good for alpha ≤ 1. Returns 0.5 in the (never seen) case of 256 rejections.
 */
export function betaSymmetric(random: RandomStream, row: number, alpha: number): number {
  for (let attempt = 0; attempt < 256; attempt++) {
    const x = pow(random.uniformOpen(row, 2 * attempt), 1 / alpha);
    const y = pow(random.uniformOpen(row, 2 * attempt + 1), 1 / alpha);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
  return 0.5;
}
