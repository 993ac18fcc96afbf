import { rectify } from './batch';
import * as at from './layout';
import * as plan from './plan';
import { affine, project } from './products';
import { DROPOUT, SECOND_DROPOUT, dropOut } from './random';

/** relu of a hidden layer of H units, then dropout by the plan where `stream` is not 0. @param a panels(depth, stride) */
function hiddenLayer(a: usize, depth: i32, weights: usize, bias: usize, out: usize, stride: i32, stream: i32): void {
  const panels = at.panelsOf(at.hiddenWidth);
  affine(a, stride, at.padded(depth, 4), weights, at.padded(depth, 8), panels, bias, out, stride, stride);
  rectify(out, 8 * stride * panels);
  if (stream) dropOut(out, stride, at.hiddenWidth, plan.threshold, plan.keep, plan.seed, stream, plan.step);
}

/**
 * Logits of `stride` rows into `delta`, all hidden units into `hidden1` and `hidden2`.
 * @param values weights to use: a member's own or averaged ones
 * @param batch panels(D, stride); for a linear head in training its dropout is applied to it
 * @param training whether dropout is drawn
 * @returns where the last layer's input lies
 */
export function forward(values: usize, batch: usize, stride: i32, training: bool): usize {
  let inner = batch;
  if (at.hiddenLayers > 0) {
    inner = at.hidden1;
    hiddenLayer(batch, at.inputWidth, values, values + at.bias1, inner, stride, training ? DROPOUT : 0);
  } else if (training) dropOut(batch, stride, at.inputWidth, plan.threshold, plan.keep, plan.seed, DROPOUT, plan.step);
  if (at.hiddenLayers > 1) {
    inner = at.hidden2;
    hiddenLayer(at.hidden1, at.hiddenWidth, values + at.weights2, values + at.bias2, inner, stride, training ? SECOND_DROPOUT : 0);
  }
  const panels = at.panelsOf(at.innerWidth);
  project(inner, stride, panels, values + at.lastWeights, at.padded(at.classes, 8), at.classes, values + at.lastBias, at.delta, stride, stride);
  return inner;
}
