import { multiplyAdd } from './lanes';
import { stateBytes } from './layout';
import * as plan from './plan';

/*
 * Updates in place. g is the loss's gradient; weights of the head, not biases, have λ₂·w + λ₁·sign(w) added to it.
 *
 * Decoupled weight decay, weights of the head only, comes first: w ← w − s·w with s = learning rate × decay, g being of the w before.
 * Loshchilov & Hutter, "Decoupled weight decay regularization" (ICLR 2019), algorithms 1 and 2, with the learning rate as in PyTorch's AdamW.
 *
 * Adam: Kingma & Ba (ICLR 2015), algorithm 1 in the efficient order at the end of its section 2, with ε inside the corrected root:
 *   m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − α_t·m / (√v + ε_t)
 *   α_t = α·√(1 − β₂ᵗ) / (1 − β₁ᵗ),  ε_t = ε·√(1 − β₂ᵗ), both computed by the host once a step, in double precision
 * SGD with momentum, no dampening: m ← μm + g,  w ← w − α·m; v is left alone.
 */
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const MOMENTUM: f64 = 0.9;

let size: v128 = f32x4.splat(0);
let epsilon: v128 = f32x4.splat(0);
let l2: v128 = f32x4.splat(0);
let l1: v128 = f32x4.splat(0);
let shrink: v128 = f32x4.splat(0);

/** The next updates are of weights of the head. */
export function useWeights(): void {
  use(plan.stepSize, plan.epsilon, plan.l2, plan.l1, plan.shrink);
}

/** The next updates are of biases of the head. */
export function useBiases(): void {
  use(plan.stepSize, plan.epsilon, 0, 0, 0);
}

/** The next updates are of the discriminator. */
export function useDiscriminator(): void {
  use(plan.discriminatorStepSize, plan.discriminatorEpsilon, 0, 0, 0);
}

function use(stepSize: f32, stepEpsilon: f32, l2Strength: f32, l1Strength: f32, share: f32): void {
  size = f32x4.splat(stepSize);
  epsilon = f32x4.splat(stepEpsilon);
  l2 = f32x4.splat(l2Strength);
  l1 = f32x4.splat(l1Strength);
  shrink = f32x4.splat(share);
}

/** g with the penalties' gradients at the weights w. */
@inline
function penalized(g: v128, w: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const sign = f32x4.sub(v128.and(one, f32x4.gt(w, zero)), v128.and(one, f32x4.lt(w, zero)));
  return multiplyAdd(l1, sign, multiplyAdd(l2, w, g));
}

/** Four parameters at `at`, their moments `stateBytes` and twice that further on. */
@inline
function adam(at: usize, gradient: v128): void {
  const w = v128.load(at), mAt = at + stateBytes, vAt = mAt + stateBytes;
  const g = penalized(gradient, w);
  const m = multiplyAdd(f32x4.splat(<f32>BETA1), v128.load(mAt), f32x4.mul(f32x4.splat(<f32>(1 - BETA1)), g));
  const v = multiplyAdd(f32x4.splat(<f32>BETA2), v128.load(vAt), f32x4.mul(f32x4.splat(<f32>(1 - BETA2)), f32x4.mul(g, g)));
  v128.store(mAt, m);
  v128.store(vAt, v);
  v128.store(at, f32x4.sub(f32x4.sub(w, f32x4.mul(shrink, w)), f32x4.div(f32x4.mul(size, m), f32x4.add(f32x4.sqrt(v), epsilon))));
}

@inline
function sgd(at: usize, gradient: v128): void {
  const w = v128.load(at), mAt = at + stateBytes;
  const m = multiplyAdd(f32x4.splat(<f32>MOMENTUM), v128.load(mAt), penalized(gradient, w));
  v128.store(mAt, m);
  v128.store(at, f32x4.sub(f32x4.sub(w, f32x4.mul(shrink, w)), f32x4.mul(size, m)));
}

/**
 * Gradient of a layer's weights and their update in place: g[k, u] = Σ_i a[i, k]·b[i, u], in tiles of 4 by 8.
 * @param a panels(depth, stride), the layer's input (or for the last layer δ, its weights being stored [C, inner]); depth a multiple of 4
 * @param b `panels` panels of [stride][8]: the gradient by the layer's output (or the last layer's input)
 * @param weights `panels` panels of [depthStride][8]
 * @param rows rows that count, at most `stride`
 */
export function updateWeights(a: usize, depth: i32, b: usize, panels: i32, weights: usize, depthStride: i32, rows: i32, stride: i32): void {
  const panelBytes: usize = 32 * stride;
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
      if (plan.isSgd) {
        sgd(at, c00); sgd(at + 16, c01); sgd(at + 32, c10); sgd(at + 48, c11);
        sgd(at + 64, c20); sgd(at + 80, c21); sgd(at + 96, c30); sgd(at + 112, c31);
      } else {
        adam(at, c00); adam(at + 16, c01); adam(at + 32, c10); adam(at + 48, c11);
        adam(at + 64, c20); adam(at + 80, c21); adam(at + 96, c30); adam(at + 112, c31);
      }
      at += 128;
    }
  }
}

/**
 * Gradient of a layer's bias and its update in place: g[u] = Σ_i b[i, u].
 * @param b panels(units, stride), units a multiple of 4
 */
export function updateBias(b: usize, units: i32, bias: usize, rows: i32, stride: i32): void {
  for (let u = 0; u < units; u += 4) {
    let at = b + 32 * stride * (u >> 3) + ((u & 4) << 2);
    let sum = f32x4.splat(0);
    for (let end = at + 32 * rows; at < end; at += 32) sum = f32x4.add(sum, v128.load(at));
    if (plan.isSgd) sgd(bias + 4 * u, sum);
    else adam(bias + 4 * u, sum);
  }
}
