/** Elementary functions on four float32 lanes: additions, multiplications, divisions and roots only, so equal on every machine. */

/** a·b + c, rounded twice. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** All ones in the first n lanes, zeros in the rest. */
@inline
export function firstLanes(n: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
}

@inline
export function sumOfLanes(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

@inline
export function maxOfLanes(a: v128): f32 {
  return max(max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)), max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
}

/**
 * exp(x) for x ≤ 0, within 2 units in the last place; 0 below −87.
 *   x = n·ln 2 + r with |r| ≤ ln 2 / 2;  exp(x) = 2ⁿ·(1 + r + r²·p(r)),  p of degree 5 (Moshier's Cephes, expf)
 * ln 2 comes in two parts, of which n times the first is exact.
 */
export function expOf(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), x);
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r);
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, scale), f32x4.ge(x, f32x4.splat(-87)));
}

/**
 * log((w + 1) / (2³² + 1)) for unsigned 32-bit w, within 3 units in the last place, also near 1, where w itself gives 1 − u exactly.
 *   u = 2ᵉ·(1 + f) with √½ ≤ 1 + f < √2;  log u = e·ln 2 + f − f²/2 + f³·p(f),  p of degree 8 (Cephes, logf)
 */
export function logOfWord(w: v128): v128 {
  const u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(w), f32x4.splat(1)), f32x4.splat(2.3283064365386963e-10));
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(0x3f3504f3)), 23);
  const far = f32x4.sub(i32x4.sub(u, i32x4.shl(exponent, 23)), f32x4.splat(1));
  const near = f32x4.mul(f32x4.convert_i32x4_u(i32x4.neg(w)), f32x4.splat(-2.3283064365386963e-10));
  const f = v128.bitselect(near, far, i32x4.eq(exponent, i32x4.splat(0)));
  const e = f32x4.convert_i32x4_s(exponent);
  const square = f32x4.mul(f, f);
  let p = multiplyAdd(f32x4.splat(7.0376836292e-2), f, f32x4.splat(-1.1514610310e-1));
  p = multiplyAdd(p, f, f32x4.splat(1.1676998740e-1));
  p = multiplyAdd(p, f, f32x4.splat(-1.2420140846e-1));
  p = multiplyAdd(p, f, f32x4.splat(1.4249322787e-1));
  p = multiplyAdd(p, f, f32x4.splat(-1.6668057665e-1));
  p = multiplyAdd(p, f, f32x4.splat(2.0000714765e-1));
  p = multiplyAdd(p, f, f32x4.splat(-2.4999993993e-1));
  p = multiplyAdd(p, f, f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(p, f32x4.mul(f, square));
  p = multiplyAdd(e, f32x4.splat(-2.12194440e-4), p);
  p = multiplyAdd(square, f32x4.splat(-0.5), p);
  return multiplyAdd(e, f32x4.splat(0.693359375), f32x4.add(f, p));
}

/** Sine and cosine of the last `turn`. */
export let sine: v128 = f32x4.splat(0);
export let cosine: v128 = f32x4.splat(1);

/**
 * Sets `sine` and `cosine` of 2π·w/2³², w an unsigned 32-bit word, within 2 units in the last place: the nearest quarter turn j is
 * taken off in whole numbers, and |r| ≤ π/4 is left for two polynomials (Cephes, sinf and cosf).
 */
export function turn(w: v128): void {
  const quarter = i32x4.shr_u(i32x4.add(w, i32x4.splat(0x20000000)), 30);
  const r = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(w, i32x4.shl(quarter, 30))), f32x4.splat(1.4629180792671596e-9));
  const z = f32x4.mul(r, r);
  let s = multiplyAdd(f32x4.splat(-1.9515295891e-4), z, f32x4.splat(8.3321608736e-3));
  s = multiplyAdd(s, z, f32x4.splat(-1.6666654611e-1));
  s = multiplyAdd(s, f32x4.mul(z, r), r);
  let c = multiplyAdd(f32x4.splat(2.443315711809948e-5), z, f32x4.splat(-1.388731625493765e-3));
  c = multiplyAdd(c, z, f32x4.splat(4.166664568298827e-2));
  c = multiplyAdd(c, f32x4.mul(z, z), multiplyAdd(z, f32x4.splat(-0.5), f32x4.splat(1)));
  const odd = i32x4.eq(v128.and(quarter, i32x4.splat(1)), i32x4.splat(1));
  const two = i32x4.splat(2);
  sine = v128.xor(v128.bitselect(c, s, odd), i32x4.shl(v128.and(quarter, two), 30));
  cosine = v128.xor(v128.bitselect(s, c, odd), i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), two), 30));
}
