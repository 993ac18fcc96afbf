import { log } from './doubles';
import { expOf, firstLanes, maxOfLanes, sumOfLanes } from './lanes';
import { batchClasses, batchPartners } from './layout';
import * as plan from './plan';

/** Address of the quad'th four units of the row that starts at `start`, in panels of `panelBytes`. */
@inline
export function quadAt(start: usize, quad: i32, panelBytes: usize): usize {
  return start + panelBytes * (quad >> 1) + 16 * (quad & 1);
}

/** Address of unit c of the row that starts at `start`. */
@inline
export function unitAt(start: usize, c: i32, panelBytes: usize): usize {
  return start + panelBytes * (c >> 3) + 4 * (c & 7);
}

/**
 * z ← softmax(z), row by row.
 * @param z panels(classes, stride); units of padding up to the next multiple of 4 become 0
 * @param logSums where each row's log Σ exp(z) goes (f64), or 0
 */
export function softmax(z: usize, rows: i32, stride: i32, classes: i32, logSums: usize): void {
  const panelBytes: usize = 32 * stride;
  const quads = (classes + 3) >> 2;
  const tail = firstLanes(classes - 4 * (quads - 1));
  const lowest = f32x4.splat(-f32.MAX_VALUE);
  for (let row = 0; row < rows; row++) {
    const start = z + 32 * row;
    let largest = lowest;
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      let logits = v128.load(at);
      if (quad === quads - 1) {
        logits = v128.bitselect(logits, lowest, tail);
        v128.store(at, logits);
      }
      largest = f32x4.pmax(largest, logits);
    }
    const shift = maxOfLanes(largest), shifts = f32x4.splat(shift);
    let total = f32x4.splat(0);
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      const e = expOf(f32x4.sub(v128.load(at), shifts));
      total = f32x4.add(total, e);
      v128.store(at, e);
    }
    const sum = sumOfLanes(total), sums = f32x4.splat(sum);
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      v128.store(at, f32x4.div(v128.load(at), sums));
    }
    if (logSums) store<f64>(logSums + 8 * row, <f64>shift + log(<f64>sum));
  }
}

/** Classes of the last row that `readTargets` looked at and of its partner, and the own class's share λ. */
let own: i32 = 0;
let other: i32 = 0;
let ownShare: f32 = 1;

/** Targets of a row of the batch: y = (1 − s)·(λ·[own] + (1 − λ)·[other]) + s/C; label smoothing s: Szegedy et al., CVPR 2016, section 7. */
@inline
function readTargets(row: i32): void {
  own = load<u32>(batchClasses + 4 * row);
  other = plan.mixing ? load<u32>(batchClasses + 4 * load<u32>(batchPartners + 4 * row)) : own;
  ownShare = other === own ? <f32>1 : plan.lambda;
}

/**
 * p ← (p − y) / divisor: for divisor B, the gradient of the mean cross-entropy by the logits.
 * @param p panels(classes, stride), probabilities
 */
export function subtractTargets(p: usize, rows: i32, stride: i32, classes: i32, divisor: f32): void {
  const panelBytes: usize = 32 * stride;
  const quads = (classes + 3) >> 2;
  const tail = firstLanes(classes - 4 * (quads - 1));
  const certain: f32 = 1 - plan.smoothing, divisors = f32x4.splat(divisor);
  const floor = plan.smoothing / <f32>classes, floors = f32x4.splat(floor);
  for (let row = 0; row < rows; row++) {
    const start = p + 32 * row;
    readTargets(row);
    const ownAt = unitAt(start, own, panelBytes), otherAt = unitAt(start, other, panelBytes);
    const ownDelta = (load<f32>(ownAt) - (certain * ownShare + floor)) / divisor;
    const otherDelta = (load<f32>(otherAt) - (certain * (1 - ownShare) + floor)) / divisor;
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      let d = f32x4.div(f32x4.sub(v128.load(at), floors), divisors);
      if (quad === quads - 1) d = v128.and(d, tail);
      v128.store(at, d);
    }
    store<f32>(otherAt, otherDelta);
    store<f32>(ownAt, ownDelta);
  }
}

/** Σ_c y_c·z_c of a row: with log Σ exp(z) it gives the row's cross-entropy. @param z panels(classes, stride), logits */
export function targetLogit(z: usize, row: i32, stride: i32, classes: i32): f64 {
  const panelBytes: usize = 32 * stride;
  const start = z + 32 * row;
  readTargets(row);
  const share = <f64>ownShare, smoothing = <f64>plan.smoothing;
  let all: f64 = 0;
  if (smoothing > 0) for (let c = 0; c < classes; c++) all += load<f32>(unitAt(start, c, panelBytes));
  const named = share * load<f32>(unitAt(start, own, panelBytes)) + (1 - share) * load<f32>(unitAt(start, other, panelBytes));
  return (1 - smoothing) * named + smoothing * (all / classes);
}
