import { multiplyAdd } from './lanes';
import { panelsOf } from './layout';

/**
 * Copies rows into panels: out[i] = table[rows[i]], or table[i] where `rows` is 0. Rows `count` … `stride` − 1 become zero.
 * @param table rows [n, 8·panels]
 * @param out panels(width, stride)
 */
export function gather(table: usize, rows: usize, count: i32, stride: i32, width: i32, out: usize): void {
  const panels = panelsOf(width);
  const panelBytes = 32 * stride;
  for (let i = 0; i < count; i++) {
    let from = table + 32 * <usize>panels * <usize>(rows ? load<u32>(rows + 4 * i) : i);
    let to = out + 32 * i;
    for (let panel = 0; panel < panels; panel++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += 32;
      to += panelBytes;
    }
  }
  if (count === stride) return;
  for (let panel = 0; panel < panels; panel++) memory.fill(out + panel * panelBytes + 32 * count, 0, 32 * (stride - count));
}

/**
 * Blended rows: out[i] = λ·x[i] + (1 − λ)·x[partners[i]].
 * @param x,out panels(width, stride), not the same
 */
export function mix(x: usize, partners: usize, count: i32, stride: i32, width: i32, lambda: f32, out: usize): void {
  const own = f32x4.splat(lambda), other = f32x4.splat(<f32>1 - lambda);
  const panels = panelsOf(width);
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < stride; i++) {
      const partner = i < count ? load<u32>(partners + 4 * i) : i;
      const a = x + 32 * i, b = x + 32 * partner, to = out + 32 * i;
      v128.store(to, multiplyAdd(own, v128.load(a), f32x4.mul(other, v128.load(b))));
      v128.store(to, multiplyAdd(own, v128.load(a, 16), f32x4.mul(other, v128.load(b, 16))), 16);
    }
    x += 32 * stride;
    out += 32 * stride;
  }
}

/** x ← max(x, 0), `count` float32 values, a multiple of 8. */
export function rectify(x: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let end = x + 4 * count; x < end; x += 32) {
    v128.store(x, f32x4.pmax(zero, v128.load(x)));
    v128.store(x, f32x4.pmax(zero, v128.load(x, 16)), 16);
  }
}

/**
 * ε ← ε ⊙ mask ⊙ [h > 0]. h̃ = h ⊙ mask is positive exactly where the unit is active and kept, and there the mask is `keep`.
 * @param count float32 values, a multiple of 8
 */
export function backThroughHidden(epsilon: usize, kept: usize, count: i32, keep: f32): void {
  const zero = f32x4.splat(0), keeps = f32x4.splat(keep);
  for (let end = epsilon + 4 * count; epsilon < end; epsilon += 16, kept += 16) {
    v128.store(epsilon, v128.and(f32x4.mul(v128.load(epsilon), keeps), f32x4.gt(v128.load(kept), zero)));
  }
}

/** x ← x + a·y, `count` float32 values, a multiple of 4. */
export function addScaled(x: usize, y: usize, a: f32, count: i32): void {
  const factor = f32x4.splat(a);
  for (let end = x + 4 * count; x < end; x += 16, y += 16) v128.store(x, multiplyAdd(factor, v128.load(y), v128.load(x)));
}
