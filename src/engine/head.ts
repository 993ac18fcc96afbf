import * as tf from '@tensorflow/tfjs';
import type { HeadSpec } from '../core/run-record.ts';

/**
 * The trained part: logits = x·W + b, or relu(x·W1 + b1)·W2 + b2, on frozen embeddings x [B, D].
 * Weights are kept as [in, out]. Names are part of the checkpoint format.
 */
export interface HeadParameters {
  [name: string]: tf.Tensor;
}

/** Logits [B, C] in evaluation mode: no dropout. */
export function forwardLogits(head: HeadSpec, parameters: HeadParameters, x: tf.Tensor2D): tf.Tensor2D {
  const { weights1, bias1, weights2, bias2 } = parameters as Record<string, tf.Tensor2D>;
  if (head.kind === 'linear') return affine(x, weights1, bias1, 'linear');
  return affine(affine(x, weights1, bias1, 'relu'), weights2, bias2, 'linear');
}

function affine(x: tf.Tensor2D, weights: tf.Tensor2D | undefined, bias: tf.Tensor | undefined, activation: 'relu' | 'linear'): tf.Tensor2D {
  return tf.fused.matMul({ a: x, b: weights as tf.Tensor2D, bias: bias as tf.Tensor1D, activation }) as tf.Tensor2D;
}

/**
 * Gradients of the objective in closed form; tests check them against tfjs autodiff.
 *
 *   objective = mean over rows of −Σ_c y_c · log softmax(logits)_c  +  (λ/2) · Σ ‖W‖²
 *   δ = (softmax(logits) − y) / B                       [B, C]
 *   linear:  dW1 = x̃ᵀδ + λW1,  db1 = Σ_rows δ           with x̃ = x ⊙ mask
 *   hidden:  h̃ = relu(xW1 + b1) ⊙ mask                   [B, H]
 *            dW2 = h̃ᵀδ + λW2,  db2 = Σ_rows δ
 *            ε = (δW2ᵀ) ⊙ mask ⊙ [h > 0]                 [B, H]
 *            dW1 = xᵀε + λW1,   db1 = Σ_rows ε
 *
 * @param mask inverted-dropout mask on the hidden units [B, H], or on the inputs [B, D] for a linear head; null without dropout.
 * @returns one tensor for each parameter, by its name; the caller disposes of them (call inside tf.tidy).
 */
export function headGradients(
  head: HeadSpec,
  parameters: HeadParameters,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  mask: tf.Tensor2D | null,
  l2Strength: number,
): HeadParameters {
  const { weights1, weights2 } = parameters as Record<string, tf.Tensor2D>;
  const masked = (t: tf.Tensor2D): tf.Tensor2D => (mask ? t.mul(mask) : t);
  const penalty = (gradient: tf.Tensor, weights: tf.Tensor): tf.Tensor => (l2Strength > 0 ? gradient.add(weights.mul(l2Strength)) : gradient);
  const lastInput = head.kind === 'linear' ? masked(x) : masked(affine(x, weights1, parameters['bias1'], 'relu'));
  const last = head.kind === 'linear' ? '1' : '2';
  const lastWeights = parameters[`weights${last}`] as tf.Tensor2D;
  const logits = affine(lastInput, lastWeights, parameters[`bias${last}`], 'linear');
  const delta = tf.softmax(logits).sub(y).div(x.shape[0]) as tf.Tensor2D;
  const gradients: HeadParameters = {
    [`weights${last}`]: penalty(tf.matMul(lastInput, delta, true, false), lastWeights),
    [`bias${last}`]: delta.sum(0),
  };
  if (head.kind === 'hidden') {
    // lastInput > 0 exactly where the unit is active and kept, so one comparison serves both factors' support.
    const active = tf.cast(tf.greater(lastInput, 0), 'float32') as tf.Tensor2D;
    const epsilon = masked(tf.matMul(delta, weights2 as tf.Tensor2D, false, true).mul(active));
    gradients['weights1'] = penalty(tf.matMul(x, epsilon, true, false), weights1 as tf.Tensor2D);
    gradients['bias1'] = epsilon.sum(0);
  }
  return gradients;
}
