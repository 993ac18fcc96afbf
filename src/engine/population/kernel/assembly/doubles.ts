/** The double-precision functions of core/exact-math.ts, step for step, so that both give the same bits. Its comments say how they work. */

const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
@inline
function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<u64>(k + 1023)) << 52);
}

/** eˣ */
export function exp(x: f64): f64 {
  if (!(x > -746)) return x <= -746 ? 0 : x;
  if (x > 710) return Infinity;
  const n = nearest<f64>(x * 1.4426950408889634);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1.0 / 2 + r * (1.0 / 6) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const middle = 1.0 / 720 + r * (1.0 / 5040) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const high = 1.0 / 3628800 + r * (1.0 / 39916800) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const value = 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
  const half = <i32>n >> 1;
  return value * powerOfTwo(half) * powerOfTwo(<i32>n - half);
}

/** ln x */
export function log(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  if (x < 2.2250738585072014e-308) return log(x * 18014398509481984) - 54 * (LN2_HIGH + LN2_LOW);
  const high = <i32>(reinterpret<u64>(x) >> 32);
  const k = ((high + (0x3ff00000 - 0x3fe6a09e)) >> 20) - 0x3ff;
  const half = k >> 1;
  const f = x * powerOfTwo(-half) * powerOfTwo(half - k) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  const low = 2.0 / 3 + z * (2.0 / 5) + z2 * (2.0 / 7 + z * (2.0 / 9));
  const middle = 2.0 / 11 + z * (2.0 / 13) + z2 * (2.0 / 15 + z * (2.0 / 17));
  const tail = z * (low + z4 * (middle + z4 * (2.0 / 19 + z * (2.0 / 21))));
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + tail) + k * LN2_LOW) - f);
}
