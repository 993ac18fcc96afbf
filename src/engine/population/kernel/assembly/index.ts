import { beginStep, updateBias, updateWeights } from './adam';
import { backThroughHidden, gather, mix, multiply, rectify } from './batch';
import * as at from './layout';
import { lossGradient } from './loss';
import { affine, project } from './products';
import { addNoise, fillMask } from './random';

export {
  configure, features, classOf, scoredRows, scoredLogits, states, stateBytes, batchRows, batchPartners, mixed, foreignLogits, capacity, bias1, lastWeights, lastBias,
} from './layout';
export { fillMask, addNoise };

/** Logits of the batch of `stride` rows in `batch`, into `delta`; returns the last layer's input. Dropout where threshold > 0. */
function forward(values: usize, batch: usize, stride: i32, threshold: i32, keep: f32, seed: i32, step: i32): usize {
  const innerCount = stride * 8 * at.panelsOf(at.innerWidth);
  let inner = batch;
  if (at.hiddenWidth > 0) {
    inner = at.hidden;
    const d = at.inputWidth;
    affine(batch, at.padded(d, 4), values, at.padded(d, 8), at.panelsOf(at.hiddenWidth), values + at.bias1, inner, stride);
    rectify(inner, innerCount);
  }
  if (threshold > 0) {
    fillMask(at.mask, stride, at.innerWidth, threshold, keep, seed, step);
    multiply(inner, at.mask, innerCount);
  }
  const panels = at.panelsOf(at.innerWidth);
  project(inner, panels, values + at.lastWeights, at.padded(at.classes, 8), at.classes, values + at.lastBias, at.delta, stride);
  return inner;
}

/**
 * One step of one member on the rows at `batchRows`.
 *   δ = (softmax(logits) − y) / B;  last layer: dW = h̃ᵀδ, db = Σ δ
 *   hidden layer: ε = (δWᵀ) ⊙ mask ⊙ [h > 0], dW1 = xᵀε, db1 = Σ ε;  weights, not biases, + λ₂W + λ₁·sign(W)
 * @param step steps done before
 * @param threshold ⌈dropout rate·2²⁴⌉; 0 for none. @param keep 1 / (1 − rate)
 * @param sigma standard deviation of the noise on each input; 0 for none
 * @param mixing whether `batchPartners` and `lambda` count
 */
export function trainMember(
  member: i32, rows: i32, seed: i32, step: i32, learningRate: f64, l2: f32, l1: f32, threshold: i32, keep: f32, smoothing: f32,
  sigma: f32, mixing: bool, lambda: f32,
): void {
  const values = at.stateOf(member);
  const stride = at.padded(rows, 4), d = at.inputWidth;
  let batch = at.input;
  gather(at.features, at.batchRows, rows, stride, d, batch);
  if (sigma > 0) addNoise(batch, rows, stride, d, sigma, seed, step);
  if (mixing) {
    mix(batch, at.batchPartners, rows, stride, d, lambda, at.mixed);
    batch = at.mixed;
  }
  const inner = forward(values, batch, stride, threshold, keep, seed, step);
  lossGradient(at.delta, rows, stride, at.classes, at.classOf, at.batchRows, mixing ? at.batchPartners : 0, mixing ? lambda : 1, smoothing);

  const c4 = at.padded(at.classes, 4), c8 = at.padded(at.classes, 8), innerPanels = at.panelsOf(at.innerWidth);
  if (at.hiddenWidth > 0) {
    affine(at.delta, c4, values + at.lastWeights, c8, innerPanels, 0, at.epsilon, stride);
    backThroughHidden(at.epsilon, inner, stride * 8 * innerPanels, threshold > 0 ? keep : 1);
  }
  beginStep(learningRate, step + 1);
  updateWeights(at.delta, c4, inner, innerPanels, values + at.lastWeights, c8, rows, stride, l2, l1);
  updateBias(at.delta, c4, values + at.lastBias, rows, stride);
  if (at.hiddenWidth > 0) {
    updateWeights(batch, at.padded(d, 4), at.epsilon, innerPanels, values, at.padded(d, 8), rows, stride, l2, l1);
    updateBias(at.epsilon, 8 * innerPanels, values + at.bias1, rows, stride);
  }
}

/** Logits of `rows` gathered rows, without dropout, as rows [rows, C] at `out`. @param list their indices (u32), or 0 for the first ones */
function evaluate(member: i32, table: usize, list: usize, rows: i32, out: usize): void {
  const stride = at.padded(rows, 4);
  gather(table, list, rows, stride, at.inputWidth, at.input);
  forward(at.stateOf(member), at.input, stride, 0, 1, 0, 0);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < at.classes; c++) {
      store<f32>(out, load<f32>(at.delta + 4 * ((c >> 3) * 8 * stride + 8 * row + (c & 7))));
      out += 4;
    }
  }
}

/** Logits of the `count` rows at `scoredRows` into `scoredLogits`. */
export function scoreMember(member: i32, count: i32): void {
  for (let from = 0; from < count; from += at.capacity) {
    const out = at.scoredLogits + 4 * <usize>from * <usize>at.classes;
    evaluate(member, at.features, at.scoredRows + 4 * from, min(at.capacity, count - from), out);
  }
}

/** Logits of `rows` embeddings (at most `capacity`) at `mixed` into `foreignLogits`. */
export function scoreForeign(member: i32, rows: i32): void {
  evaluate(member, at.mixed, 0, rows, at.foreignLogits);
}
