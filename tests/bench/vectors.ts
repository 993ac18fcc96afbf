import { EMBEDDING_WIDTH } from '../../src/engine/encoder/encoder.ts';

export { largestDifference } from '../support/vectors.ts';

/** Dot product of row `i` of one table of embeddings and row `j` of another: their cosine, the rows having unit norm. */
export function cosine(a: Float32Array, i: number, b: Float32Array, j: number): number {
  const width = EMBEDDING_WIDTH; // under Vitest an import is looked up at each use
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (a[i * width + d] as number) * (b[j * width + d] as number);
  return sum;
}

/** 1 - arccos(cos)/π of rows with equal number: Cer et al., "Universal Sentence Encoder" (2018), eq. 1 up to scale. */
export function similarities(a: Float32Array, b: Float32Array): number[] {
  return Array.from({ length: a.length / EMBEDDING_WIDTH }, (_, row) => 1 - Math.acos(Math.min(1, Math.max(-1, cosine(a, row, b, row)))) / Math.PI);
}

/** The two rows that are closest to each other. */
export function closestRows(features: Float32Array): { cosine: number; a: number; b: number } {
  const rows = features.length / EMBEDDING_WIDTH;
  let closest = { cosine: -1, a: 0, b: 0 };
  for (let a = 1; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      const value = cosine(features, a, features, b);
      if (value > closest.cosine) closest = { cosine: value, a, b };
    }
  }
  return closest;
}
