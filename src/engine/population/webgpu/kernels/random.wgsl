// Random numbers as core/rng.ts: pure functions of (lineage seed, stream, step; row, unit). The host makes the key of (seed, stream, step).

struct Words {
  first: vec4u,
  second: vec4u,
}

fn rotated(x: vec4u, by: u32) -> vec4u {
  return (x << vec4u(by)) | (x >> vec4u(32u - by));
}

fn evenRounds(w: Words) -> Words {
  var a = w.first + w.second;
  var b = rotated(w.second, 13u) ^ a;
  a += b; b = rotated(b, 15u) ^ a;
  a += b; b = rotated(b, 26u) ^ a;
  a += b; b = rotated(b, 6u) ^ a;
  return Words(a, b);
}

fn oddRounds(w: Words) -> Words {
  var a = w.first + w.second;
  var b = rotated(w.second, 17u) ^ a;
  a += b; b = rotated(b, 29u) ^ a;
  a += b; b = rotated(b, 16u) ^ a;
  a += b; b = rotated(b, 24u) ^ a;
  return Words(a, b);
}

fn withKey(w: Words, k0: u32, k1: u32) -> Words {
  return Words(w.first + k0, w.second + k1);
}

/** Threefry-2x32, 20 rounds: encrypts the counters (row, units), four at once. */
fn threefry(key: vec2u, row: u32, units: vec4u) -> Words {
  let k2 = 0x1bd11bdau ^ key.x ^ key.y;
  var w = Words(vec4u(row + key.x), units + key.y);
  w = withKey(evenRounds(w), key.y, k2 + 1u);
  w = withKey(oddRounds(w), k2, key.x + 2u);
  w = withKey(evenRounds(w), key.x, key.y + 3u);
  w = withKey(oddRounds(w), key.y, k2 + 4u);
  return withKey(evenRounds(w), k2, key.x + 5u);
}

/**
 * Inverted dropout of units 4·unit4 … + 3: 0 where ⌊first word / 2⁸⌋ < threshold, else keep.
 * Srivastava et al., JMLR 15 (2014), section 10.
 */
fn dropoutMask(key: vec2u, row: u32, unit4: u32, threshold: u32, keep: f32) -> vec4f {
  let word = threefry(key, row, 4u * unit4 + vec4u(0u, 1u, 2u, 3u)).first;
  return select(vec4f(keep), vec4f(0.0), (word >> vec4u(8u)) < vec4u(threshold));
}

struct EightNormals {
  low: vec4f,
  high: vec4f,
}

/**
 * Standard normals of units 8·unit8 … + 7: units 2j and 2j + 1 are r·cos θ and r·sin θ, r = √(−2·log((first + 1) / (2³² + 1))),
 * θ = 2π·second/2³², of counter (row, j). Box & Muller (1958).
 */
fn eightNormals(key: vec2u, row: u32, unit8: u32) -> EightNormals {
  let words = threefry(key, row, 4u * unit8 + vec4u(0u, 1u, 2u, 3u));
  let radius = sqrt(-2.0 * logOfWord(words.first));
  let turn = turnOf(words.second);
  let even = radius * turn.cosine;
  let odd = radius * turn.sine;
  return EightNormals(vec4f(even.x, odd.x, even.y, odd.y), vec4f(even.z, odd.z, even.w, odd.w));
}
