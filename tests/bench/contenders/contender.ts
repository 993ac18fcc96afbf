import { ADAM } from '../../../src/engine/population/optimizer-clock.ts';
import type { PopulationData } from '../../../src/engine/population/population.ts';
import type { HeadShape } from '../../../src/engine/head-shape.ts';

/** K heads in training, by whatever trains them: 512 -> 64 -> 2, Adam, dropout, L2. */
export interface Contender {
  readonly name: string;
  /** Heads that one step trains. */
  readonly heads: number;
  /** Finds out in what way it is quickest; to be called before it is timed. */
  tune?(): Promise<void>;
  /** Does `steps` steps of all heads, and waits until they are done. */
  train(steps: number): Promise<void>;
  /** Weights of the first head by now. */
  weights(): Promise<HeadWeights>;
  dispose(): void;
}

/** Row-major: weights1 [D, H], bias1 [H], weights2 [H, C], bias2 [C]. */
export interface HeadWeights {
  readonly weights1: Float32Array;
  readonly bias1: Float32Array;
  readonly weights2: Float32Array;
  readonly bias2: Float32Array;
}

export const TENSORS = ['weights1', 'bias1', 'weights2', 'bias2'] as const;
export type TensorName = (typeof TENSORS)[number];

/** One step's input of K heads, row-major: inputs [K, B, D], one-hot targets [K, B, C], dropout masks [K, B, H]. */
export interface PreparedBatch {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly mask: Float32Array;
}

/** The same job for everybody. */
export interface Job {
  readonly data: PopulationData;
  readonly shape: HeadShape;
  /** K */
  readonly heads: number;
  /** H */
  readonly hidden: number;
  /** B */
  readonly batchRows: number;
  readonly learningRate: number;
  readonly dropoutRate: number;
  /** λ of (λ/2)·‖W‖² on weights, not on biases. */
  readonly l2Strength: number;
  /** Rows that may be drawn. */
  readonly rows: Uint32Array;
  /** Seed of each head [K]. */
  readonly seeds: readonly number[];
  /** The product's first batches and masks, for those who cannot draw as they go; they come round again and again. */
  readonly shelf: readonly PreparedBatch[];
}

/** What Adam's step t (from 1) takes besides: the learning rate over 1 − β₁ᵗ, and 1 / (1 − β₂ᵗ). */
export function adamRates(learningRate: number, t: number): { readonly rate: number; readonly secondCorrection: number } {
  return { rate: learningRate / (1 - ADAM.beta1 ** t), secondCorrection: 1 / (1 - ADAM.beta2 ** t) };
}
