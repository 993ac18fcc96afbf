import { multiplyAdd, cosine, logOfWord, sine, turn } from './lanes';
import { panelsOf } from './layout';

/** Streams of core/rng.ts that the kernel draws from. */
export const DROPOUT: i32 = 4;
export const SECOND_DROPOUT: i32 = 9;
export const INPUT_DROPOUT: i32 = 10;
const EMBEDDING_NOISE: i32 = 5;

/** The two words of the last `threefry`, four counters at once. */
let word0: v128 = i32x4.splat(0);
let word1: v128 = i32x4.splat(0);

/** The key of one (seed, stream, step), in all lanes. */
let key0: v128 = i32x4.splat(0);
let key1: v128 = i32x4.splat(0);

@inline
function rotated(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** Threefry-2x32, 20 rounds, as core/rng.ts: encrypts four counters (c0, c1) under the key (k0, k1) into word0 and word1. */
function threefry(k0: v128, k1: v128, c0: v128, c1: v128): void {
  const k2 = v128.xor(i32x4.splat(0x1bd11bda), v128.xor(k0, k1));
  let a = i32x4.add(c0, k0);
  let b = i32x4.add(c1, k1);
  let n0 = k1, n1 = k2, n2 = k0; // the key words that the next injections add, in turn
  for (let group = 0; group < 5; group++) {
    const even = (group & 1) === 0;
    if (even) {
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 13), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 15), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 26), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 6), a);
    } else {
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 17), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 29), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 16), a);
      a = i32x4.add(a, b); b = v128.xor(rotated(b, 24), a);
    }
    a = i32x4.add(a, n0);
    b = i32x4.add(b, i32x4.add(n1, i32x4.splat(group + 1)));
    const first = n0;
    n0 = n1; n1 = n2; n2 = first;
  }
  word0 = a;
  word1 = b;
}

function openStream(seed: i32, stream: i32, step: i32): void {
  threefry(i32x4.splat(seed), i32x4.splat(stream), i32x4.splat(step), i32x4.splat(0));
  key0 = word0;
  key1 = word1;
}

/**
 * Inverted dropout, as tests/support/augmentation.ts: x[row, unit] becomes 0 where ⌊bits(row, unit) / 2⁸⌋ < threshold, and is multiplied by `keep`
 * elsewhere.
 * @param x panels(units, rows)
 * @param threshold ⌈rate·2²⁴⌉, so that the comparison is the one of a 24-bit uniform with the rate; 0 for none
 */
export function dropOut(x: usize, rows: i32, units: i32, threshold: i32, keep: f32, seed: i32, stream: i32, step: i32): void {
  if (threshold === 0) return;
  openStream(seed, stream, step);
  const k0 = key0, k1 = key1, limits = i32x4.splat(threshold), keeps = f32x4.splat(keep);
  const panels = panelsOf(units);
  for (let panel = 0; panel < panels; panel++) {
    const low = i32x4.add(i32x4.splat(8 * panel), i32x4(0, 1, 2, 3));
    const high = i32x4.add(low, i32x4.splat(4));
    for (let row = 0; row < rows; row++) {
      threefry(k0, k1, i32x4.splat(row), low);
      v128.store(x, v128.andnot(f32x4.mul(v128.load(x), keeps), i32x4.lt_s(i32x4.shr_u(word0, 8), limits)));
      threefry(k0, k1, i32x4.splat(row), high);
      v128.store(x, v128.andnot(f32x4.mul(v128.load(x, 16), keeps), i32x4.lt_s(i32x4.shr_u(word0, 8), limits)), 16);
      x += 32;
    }
  }
}

/**
 * x ← x + σ·n with standard normal n, as tests/support/augmentation.ts and RandomStream.fillNormal: units 2j and 2j + 1 of a row are
 *   r·cos θ and r·sin θ,  r = √(−2·log((word0 + 1) / (2³² + 1))),  θ = 2π·word1/2³²,  of counter (row, j).
 * @param x panels(width, stride) of which the first `rows` rows are changed; padding units stay zero
 */
export function addNoise(x: usize, rows: i32, stride: i32, width: i32, sigma: f32, seed: i32, step: i32): void {
  openStream(seed, EMBEDDING_NOISE, step);
  const k0 = key0, k1 = key1, sigmas = f32x4.splat(sigma);
  const panels = panelsOf(width);
  for (let panel = 0; panel < panels; panel++) {
    const pairs = i32x4.add(i32x4.splat(4 * panel), i32x4(0, 1, 2, 3));
    let at = x + 32 * panel * stride;
    for (let row = 0; row < rows; row++) {
      threefry(k0, k1, i32x4.splat(row), pairs);
      const angle = word1;
      const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logOfWord(word0)));
      turn(angle);
      const even = f32x4.mul(radius, cosine), odd = f32x4.mul(radius, sine);
      v128.store(at, multiplyAdd(sigmas, v128.shuffle<f32>(even, odd, 0, 4, 1, 5), v128.load(at)));
      v128.store(at, multiplyAdd(sigmas, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), v128.load(at, 16)), 16);
      for (let unit = width - 8 * panel; unit < 8; unit++) store<f32>(at + 4 * unit, 0);
      at += 32;
    }
  }
}
