// A linear classifier on the last hidden layer (or x), four rows of one member to a workgroup: the head's last layer, or DANN's
// discriminator. Weights are stored [classes, INNER], so that logits are dot products of stretches that lie together, and the way back is
// a sum of such stretches.
// Constants: INNER4, INNER_AT (region of `inputs`), MOST (the largest number of classes), ROW_GROUP (invocations of a workgroup).

/** Logits, then what replaces them, of the workgroup's rows [4, MOST]. */
var<workgroup> z: array<f32, 4 * MOST>;
/** (max z, Σ exp(z − max), ℓ, s) of each row. */
var<workgroup> stats: array<vec4f, 4>;

/** Place of a row of the last hidden layer. */
fn innerAt(slotIndex: u32, row: u32) -> u32 {
  return slots[slotIndex].plane * INNER_AT + (slotIndex * slots[slotIndex].stride + row) * INNER4;
}

/** z = h̃·Wᵀ + b. @param row the first of four */
fn logitsOfRows(slotIndex: u32, row: u32, weights: u32, bias: u32, count: u32, local: u32) {
  let h = innerAt(slotIndex, row);
  for (var c = local; c < count; c += ROW_GROUP) {
    var sum0 = vec4f(0.0); var sum1 = sum0; var sum2 = sum0; var sum3 = sum0;
    let w = weights + c * INNER4;
    for (var u = 0u; u < INNER4; u++) {
      let own = state[w + u];
      sum0 += own * inputs[h + u];
      sum1 += own * inputs[h + INNER4 + u];
      sum2 += own * inputs[h + 2u * INNER4 + u];
      sum3 += own * inputs[h + 3u * INNER4 + u];
    }
    let b = state[bias + c / 4u][c % 4u];
    z[c] = sumOf(sum0) + b;
    z[MOST + c] = sumOf(sum1) + b;
    z[2u * MOST + c] = sumOf(sum2) + b;
    z[3u * MOST + c] = sumOf(sum3) + b;
  }
}

fn sumOf(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

/** max z and Σ exp(z − max) of one of the four rows. */
fn softmaxOf(r: u32, count: u32) -> vec2f {
  var largest = z[r * MOST];
  for (var c = 1u; c < count; c++) { largest = max(largest, z[r * MOST + c]); }
  var total = 0.0;
  for (var c = 0u; c < count; c++) { total += expOf(z[r * MOST + c] - largest); }
  return vec2f(largest, total);
}

/** Σ_c z[r, c]·W[c] for each of the four rows, units 4·unit4 … + 3: the gradient by the layer before, where z holds δ. */
fn backOfRows(weights: u32, count: u32, unit4: u32) -> mat4x4f {
  var sum0 = vec4f(0.0); var sum1 = sum0; var sum2 = sum0; var sum3 = sum0;
  for (var c = 0u; c < count; c++) {
    let w = state[weights + c * INNER4 + unit4];
    sum0 += z[c] * w;
    sum1 += z[MOST + c] * w;
    sum2 += z[2u * MOST + c] * w;
    sum3 += z[3u * MOST + c] * w;
  }
  return mat4x4f(sum0, sum1, sum2, sum3);
}

/** ⊙ mask ⊙ [h > 0]: h̃ = h ⊙ mask is positive exactly where the unit is active and kept, and there the mask is `keep`. */
fn throughHidden(gradient: vec4f, kept: vec4f, keep: f32) -> vec4f {
  return select(vec4f(0.0), gradient * keep, kept > vec4f(0.0));
}

/** What dropout multiplies a kept hidden unit by. */
fn keepOf(slotIndex: u32) -> f32 {
  return select(1.0, slots[slotIndex].dropoutKeep, slots[slotIndex].dropoutThreshold > 0u);
}
