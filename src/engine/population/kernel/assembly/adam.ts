import { multiplyAdd } from './lanes';
import { stateBytes } from './layout';

/*
 * Adam as engine/adam.ts: Kingma & Ba (ICLR 2015), algorithm 1 in the efficient order at the end of its section 2, with ε inside
 * the corrected root:
 *   m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − α_t·m / (√v + ε_t)
 *   α_t = α·√(1 − β₂ᵗ) / (1 − β₁ᵗ),  ε_t = ε·√(1 − β₂ᵗ), both computed once a step, in double precision
 * where for penalized parameters g has λ₂·w + λ₁·sign(w) added to the loss's gradient.
 */
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-7;

let stepSize: f32 = 0;
let stepEpsilon: f32 = 0;

/** base^exponent by squaring: multiplications only, so equal everywhere, which the browser's pow need not be. */
function power(base: f64, exponent: i32): f64 {
  let result: f64 = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/** Sets α_t and ε_t. @param stepNumber t, counted from 1 */
export function beginStep(learningRate: f64, stepNumber: i32): void {
  const rootCorrection = sqrt<f64>(1 - power(BETA2, stepNumber));
  stepSize = <f32>((learningRate * rootCorrection) / (1 - power(BETA1, stepNumber)));
  stepEpsilon = <f32>(EPSILON * rootCorrection);
}

/** Four parameters at `at`, their moments `stateBytes` and twice that further on. */
@inline
function update(at: usize, g: v128, l2: v128, l1: v128, alpha: v128, eps: v128): void {
  const w = v128.load(at);
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  g = multiplyAdd(l2, w, g);
  const sign = f32x4.sub(v128.and(one, f32x4.gt(w, zero)), v128.and(one, f32x4.lt(w, zero)));
  g = multiplyAdd(l1, sign, g);
  const mAt = at + stateBytes, vAt = mAt + stateBytes;
  const m = multiplyAdd(f32x4.splat(<f32>BETA1), v128.load(mAt), f32x4.mul(f32x4.splat(<f32>(1 - BETA1)), g));
  const v = multiplyAdd(f32x4.splat(<f32>BETA2), v128.load(vAt), f32x4.mul(f32x4.splat(<f32>(1 - BETA2)), f32x4.mul(g, g)));
  v128.store(mAt, m);
  v128.store(vAt, v);
  v128.store(at, f32x4.sub(w, f32x4.div(f32x4.mul(alpha, m), f32x4.add(f32x4.sqrt(v), eps))));
}

/**
 * Gradient of a layer's weights and their update in place: g[k, u] = Σ_i a[i, k]·b[i, u], in tiles of 4 by 8.
 * @param a panels(depth, stride), the layer's input (or for the last layer δ, its weights being stored [C, inner]); depth a multiple of 4
 * @param b `panels` panels of [stride][8]: the gradient by the layer's output (or the last layer's input)
 * @param weights `panels` panels of [depthStride][8]
 * @param rows rows that count, at most `stride`
 */
export function updateWeights(a: usize, depth: i32, b: usize, panels: i32, weights: usize, depthStride: i32, rows: i32, stride: i32, l2: f32, l1: f32): void {
  const panelBytes: usize = 32 * stride;
  const l2s = f32x4.splat(l2), l1s = f32x4.splat(l1), alpha = f32x4.splat(stepSize), eps = f32x4.splat(stepEpsilon);
  for (let panel = 0; panel < panels; panel++) {
    const bPanel = b + panelBytes * panel;
    const bEnd = bPanel + 32 * rows;
    let at = weights + 32 * <usize>panel * <usize>depthStride;
    for (let k = 0; k < depth; k += 4) {
      let x = a + panelBytes * (k >> 3) + ((k & 4) << 2);
      let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      for (let y = bPanel; y < bEnd; y += 32, x += 32) {
        const b0 = v128.load(y), b1 = v128.load(y, 16);
        let s = v128.load_splat<f32>(x);
        c00 = multiplyAdd(s, b0, c00); c01 = multiplyAdd(s, b1, c01);
        s = v128.load_splat<f32>(x, 4);
        c10 = multiplyAdd(s, b0, c10); c11 = multiplyAdd(s, b1, c11);
        s = v128.load_splat<f32>(x, 8);
        c20 = multiplyAdd(s, b0, c20); c21 = multiplyAdd(s, b1, c21);
        s = v128.load_splat<f32>(x, 12);
        c30 = multiplyAdd(s, b0, c30); c31 = multiplyAdd(s, b1, c31);
      }
      update(at, c00, l2s, l1s, alpha, eps);
      update(at + 16, c01, l2s, l1s, alpha, eps);
      update(at + 32, c10, l2s, l1s, alpha, eps);
      update(at + 48, c11, l2s, l1s, alpha, eps);
      update(at + 64, c20, l2s, l1s, alpha, eps);
      update(at + 80, c21, l2s, l1s, alpha, eps);
      update(at + 96, c30, l2s, l1s, alpha, eps);
      update(at + 112, c31, l2s, l1s, alpha, eps);
      at += 128;
    }
  }
}

/**
 * Gradient of a layer's bias and its update in place, without penalty: g[u] = Σ_i b[i, u].
 * @param b panels(units, stride), units a multiple of 4
 */
export function updateBias(b: usize, units: i32, bias: usize, rows: i32, stride: i32): void {
  const none = f32x4.splat(0), alpha = f32x4.splat(stepSize), eps = f32x4.splat(stepEpsilon);
  for (let u = 0; u < units; u += 4) {
    let at = b + 32 * stride * (u >> 3) + ((u & 4) << 2);
    let sum = f32x4.splat(0);
    for (let end = at + 32 * rows; at < end; at += 32) sum = f32x4.add(sum, v128.load(at));
    update(bias + 4 * u, sum, none, none, alpha, eps);
  }
}
