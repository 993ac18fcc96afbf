import { expOf, firstLanes, maxOfLanes, sumOfLanes } from './lanes';

/**
 * Cross-entropy's gradient by the logits z, in place, for each of `rows` rows:
 *   p = softmax(z),  δ = (p − y) / rows
 *   y = (1 − s)·(λ·[class of the row] + (1 − λ)·[class of its partner]) + s/C
 * with label smoothing s (Szegedy et al., CVPR 2016, section 7) and mixup's λ.
 * @param z panels(classes, stride); units of padding up to the next multiple of 4 become 0
 * @param classOf class of each row of the data set (u32)
 * @param batchRows the batch's rows in the data set (u32)
 * @param partners each row's partner, a place in the batch (u32), or 0 without mixup
 */
export function lossGradient(
  z: usize, rows: i32, stride: i32, classes: i32, classOf: usize, batchRows: usize, partners: usize, lambda: f32, smoothing: f32,
): void {
  const panelBytes: usize = 32 * stride;
  const quads = (classes + 3) >> 2;
  const tail = firstLanes(classes - 4 * (quads - 1));
  const count = <f32>rows, counts = f32x4.splat(count);
  const floor = smoothing / <f32>classes, floors = f32x4.splat(floor);
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
    const shift = f32x4.splat(maxOfLanes(largest));
    let total = f32x4.splat(0);
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      const e = expOf(f32x4.sub(v128.load(at), shift));
      total = f32x4.add(total, e);
      v128.store(at, e);
    }
    const sum = sumOfLanes(total), sums = f32x4.splat(sum);
    const own = load<u32>(classOf + 4 * load<u32>(batchRows + 4 * row));
    const other = partners ? load<u32>(classOf + 4 * load<u32>(batchRows + 4 * load<u32>(partners + 4 * row))) : own;
    const ownShare = other === own ? <f32>1 : lambda;
    const ownAt = classAt(start, own, panelBytes), otherAt = classAt(start, other, panelBytes);
    const ownDelta = (load<f32>(ownAt) / sum - ((1 - smoothing) * ownShare + floor)) / count;
    const otherDelta = (load<f32>(otherAt) / sum - ((1 - smoothing) * (1 - ownShare) + floor)) / count;
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      let d = f32x4.div(f32x4.sub(f32x4.div(v128.load(at), sums), floors), counts);
      if (quad === quads - 1) d = v128.and(d, tail);
      v128.store(at, d);
    }
    store<f32>(otherAt, otherDelta);
    store<f32>(ownAt, ownDelta);
  }
}

@inline
function quadAt(start: usize, quad: i32, panelBytes: usize): usize {
  return start + panelBytes * (quad >> 1) + 16 * (quad & 1);
}

@inline
function classAt(start: usize, c: i32, panelBytes: usize): usize {
  return start + panelBytes * (c >> 3) + 4 * (c & 7);
}
