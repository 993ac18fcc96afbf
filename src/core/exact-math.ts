/**
 * Elementary functions in double precision from additions, subtractions, multiplications, divisions and roots alone. IEEE 754 fixes the
 * result of each of these, so the functions give the same bits in every browser; those of `Math` may differ in the last place. The
 * kernel's twin is `engine/population/kernel/assembly/doubles.ts`, and a test compares the two to the bit.
 */

/** ln 2 in two parts: n times the first is exact for |n| < 2¹¹. */
const LN2_HIGH = 6.93147180369123816490e-1;
const LN2_LOW = 1.90821492927058770002e-10;
/** 1.5·2⁵²: added and taken away again, it rounds a double of less than 2⁵¹ to a whole number, ties to even. */
const ROUNDER = 6755399441055744;
/** 2ᵏ at k + 540, for k from −540 to 540; products of exact powers are exact. */
const POWER_OF_TWO = new Float64Array(1081);
POWER_OF_TWO[540] = 1;
for (let k = 1; k <= 540; k++) {
  POWER_OF_TWO[540 + k] = 2 * (POWER_OF_TWO[540 + k - 1] as number);
  POWER_OF_TWO[540 - k] = (POWER_OF_TWO[540 - k + 1] as number) / 2;
}

/** The two 32-bit words of one double, and which of them holds the exponent. */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
double[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;

/**
 * eˣ, relative error below 3e-16; 0 below −745.14, Infinity above 709.79 (errors of subnormal results are absolute, 5e-324).
 *   x = n·ln 2 + r, |r| ≤ 0.347;  eˣ = 2ⁿ·(1 + r + r²·(1/2! + r/3! + … + r¹¹/13!)), the sum in pairs for speed
 */
export function exp(x: number): number {
  if (!(x > -746)) return x <= -746 ? 0 : x;
  if (x > 710) return Infinity;
  const n = x * 1.4426950408889634 + ROUNDER - ROUNDER;
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120));
  const middle = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const high = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  const value = 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
  const half = n >> 1;
  return value * (POWER_OF_TWO[540 + half] as number) * (POWER_OF_TWO[540 + n - half] as number);
}

/**
 * ln x, error below 3e-16 relative to the result; −Infinity at 0, NaN below.
 *   x = 2ᵏ·(1 + f), √½ ≤ 1 + f < √2;  s = f/(2 + f);  ln(1 + f) = f − (f²/2 − s·(f²/2 + R)),  R = 2s²/3 + 2s⁴/5 + … + 2s²⁰/21
 * (the order of terms of fdlibm's log, so that f itself is added last).
 */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  if (x < 2.2250738585072014e-308) return log(x * 18014398509481984) - 54 * (LN2_HIGH + LN2_LOW);
  double[0] = x;
  const k = (((words[HIGH] as number) + (0x3ff00000 - 0x3fe6a09e)) >> 20) - 0x3ff;
  const half = k >> 1;
  const f = x * (POWER_OF_TWO[540 - half] as number) * (POWER_OF_TWO[540 - (k - half)] as number) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  const low = 2 / 3 + z * (2 / 5) + z2 * (2 / 7 + z * (2 / 9));
  const middle = 2 / 11 + z * (2 / 13) + z2 * (2 / 15 + z * (2 / 17));
  const tail = z * (low + z4 * (middle + z4 * (2 / 19 + z * (2 / 21))));
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + tail) + k * LN2_LOW) - f);
}

/** baseᵉˣᵖᵒⁿᵉⁿᵗ = exp(exponent·ln base) for base ≥ 0; relative error below 3e-16·(1 + |exponent·ln base|). */
export function pow(base: number, exponent: number): number {
  return exponent === 0 ? 1 : exp(exponent * log(base));
}

/**
 * cos πx for |x| < 2⁵⁰, absolute error below 2e-16; exact at multiples of ½.
 * The nearest multiple j/2 is taken off without error, and |πr| ≤ π/4 is left for a Taylor series.
 */
export function cosPi(x: number): number {
  return turned(x, 0);
}

/** sin πx for |x| < 2⁵⁰, absolute error below 2e-16; exact at multiples of ½. */
export function sinPi(x: number): number {
  return turned(x, -1);
}

/** cos π(x + quarters/2) */
function turned(x: number, quarters: number): number {
  const j = 2 * x + ROUNDER - ROUNDER;
  const y = Math.PI * (x - j / 2);
  const quarter = (j + quarters) & 3;
  const value = quarter & 1 ? sineSeries(y) : cosineSeries(y);
  return quarter === 1 || quarter === 2 ? 0 - value : value;
}

/** y − y³/3! + … + y¹⁷/17! */
function sineSeries(y: number): number {
  const z = y * y;
  const tail = 1 / 6227020800 - z * (1 / 1307674368000 - z / 355687428096000);
  return y - y * z * (1 / 6 - z * (1 / 120 - z * (1 / 5040 - z * (1 / 362880 - z * (1 / 39916800 - z * tail)))));
}

/** 1 − y²/2! + … + y¹⁶/16! */
function cosineSeries(y: number): number {
  const z = y * y;
  const tail = 1 / 479001600 - z * (1 / 87178291200 - z / 20922789888000);
  return 1 - z * (1 / 2 - z * (1 / 24 - z * (1 / 720 - z * (1 / 40320 - z * (1 / 3628800 - z * tail)))));
}
