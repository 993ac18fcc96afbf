import * as tf from '@tensorflow/tfjs';

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** A parameter and Adam's two moments, all of one shape. */
export type AdamSlot = {
  readonly value: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
};

/**
 * One update of one tensor: Kingma & Ba, "Adam" (ICLR 2015), algorithm 1 in the efficient order given at the end of its section 2,
 * with ε inside the corrected root: w ← w − α_t · m / (√v + ε·√(1 − β₂ᵗ)), α_t = α·√(1 − β₂ᵗ)/(1 − β₁ᵗ).
 *
 * @param stepNumber t, counted from 1
 * @returns new tensors; the caller disposes of the old ones (call inside tf.tidy)
 */
export function adamUpdate(slot: AdamSlot, gradient: tf.Tensor, learningRate: number, stepNumber: number): AdamSlot {
  const rootCorrection = Math.sqrt(1 - Math.pow(ADAM.beta2, stepNumber));
  const stepSize = (learningRate * rootCorrection) / (1 - Math.pow(ADAM.beta1, stepNumber));
  const m = slot.m.mul(ADAM.beta1).add(gradient.mul(1 - ADAM.beta1));
  const v = slot.v.mul(ADAM.beta2).add(gradient.square().mul(1 - ADAM.beta2));
  const value = slot.value.sub(m.mul(stepSize).div(v.sqrt().add(ADAM.epsilon * rootCorrection)));
  return { value, m, v };
}
