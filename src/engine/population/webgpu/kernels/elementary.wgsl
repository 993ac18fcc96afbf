// Elementary functions, as kernel/assembly/lanes.ts: the same polynomials, so that two engines differ by rounding only.

/**
 * exp(x) for x ≤ 0; 0 below −87.
 *   x = n·ln 2 + r with |r| ≤ ln 2 / 2;  exp(x) = 2ⁿ·(1 + r + r²·p(r)),  p of degree 5 (Moshier's Cephes, expf)
 */
fn expOf(x: f32) -> f32 {
  let n = round(max(x, -88.0) * 1.44269504088896341);
  var r = x + n * -0.693359375;
  r = r + n * 2.12194440e-4;
  var p = 1.9875691500e-4 * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  p = p * (r * r) + r + 1.0;
  return select(0.0, p * bitcast<f32>((i32(n) + 127) << 23u), x >= -87.0);
}

/**
 * log of 2^exponent·(1 + f), √½ ≤ 1 + f < √2:
 *   exponent·ln 2 + f − f²/2 + f³·p(f),  p of degree 8 (Cephes, logf)
 */
fn logOfParts(exponent: vec4i, f: vec4f) -> vec4f {
  let e = vec4f(exponent);
  let square = f * f;
  var p = 7.0376836292e-2 * f - 1.1514610310e-1;
  p = p * f + 1.1676998740e-1;
  p = p * f - 1.2420140846e-1;
  p = p * f + 1.4249322787e-1;
  p = p * f - 1.6668057665e-1;
  p = p * f + 2.0000714765e-1;
  p = p * f - 2.4999993993e-1;
  p = p * f + 3.3333331174e-1;
  p = p * (f * square);
  p = e * -2.12194440e-4 + p;
  p = square * -0.5 + p;
  return e * 0.693359375 + (f + p);
}

fn exponentOf(u: vec4f) -> vec4i {
  return (bitcast<vec4i>(u) - 0x3f3504f3) >> vec4u(23u);
}

/** u / 2^exponent − 1 */
fn fractionOf(u: vec4f, exponent: vec4i) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4i>(u) - (exponent << vec4u(23u))) - 1.0;
}

/** log(x) of a normal number x > 0. */
fn logOf(x: f32) -> f32 {
  let exponent = exponentOf(vec4f(x));
  return logOfParts(exponent, fractionOf(vec4f(x), exponent)).x;
}

/** log((w + 1) / (2³² + 1)) for unsigned 32-bit w, also near 1, where w itself gives 1 − u exactly. */
fn logOfWord(w: vec4u) -> vec4f {
  let u = (vec4f(w) + 1.0) * 2.3283064365386963e-10;
  let exponent = exponentOf(u);
  let near = vec4f(~w + 1u) * -2.3283064365386963e-10;
  return logOfParts(exponent, select(fractionOf(u, exponent), near, exponent == vec4i(0)));
}

struct Turn {
  sine: vec4f,
  cosine: vec4f,
}

/**
 * Sine and cosine of 2π·w/2³², w an unsigned 32-bit word: the nearest quarter turn is taken off in whole numbers, and |r| ≤ π/4 is
 * left for two polynomials (Cephes, sinf and cosf).
 */
fn turnOf(w: vec4u) -> Turn {
  let quarter = (w + 0x20000000u) >> vec4u(30u);
  let r = vec4f(bitcast<vec4i>(w - (quarter << vec4u(30u)))) * 1.4629180792671596e-9;
  let z = r * r;
  var s = -1.9515295891e-4 * z + 8.3321608736e-3;
  s = s * z - 1.6666654611e-1;
  s = s * (z * r) + r;
  var c = 2.443315711809948e-5 * z - 1.388731625493765e-3;
  c = c * z + 4.166664568298827e-2;
  c = c * (z * z) + (z * -0.5 + 1.0);
  let odd = (quarter & vec4u(1u)) == vec4u(1u);
  let sine = bitcast<vec4u>(select(s, c, odd)) ^ ((quarter & vec4u(2u)) << vec4u(30u));
  let cosine = bitcast<vec4u>(select(c, s, odd)) ^ (((quarter + 1u) & vec4u(2u)) << vec4u(30u));
  return Turn(bitcast<vec4f>(sine), bitcast<vec4f>(cosine));
}
