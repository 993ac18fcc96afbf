// Steps 2 to 5 of README.md: x = (λ·(row + σN) + (1 − λ)·(partner + σN)) ⊙ input mask, and for a linear head ⊙ dropout mask.
// Rows from B to the next multiple of 8 become zero, so that tiles of 8 rows need no bounds.
// Constants: HAS_AUGMENTATION (noise, blending) and HAS_MASKS say what any member needs. A software adapter runs both sides of an `if` with
// lanes masked, so what is not needed had better not be there.

struct Eight {
  low: vec4f,
  high: vec4f,
}

/** Zeros in the units of padding: unit ≥ D. */
fn withinWidth(values: vec4f, unit4: u32) -> vec4f {
  return select(vec4f(0.0), values, 4u * unit4 + vec4u(0u, 1u, 2u, 3u) < vec4u(D));
}

/** Units 8·unit8 … + 7 of the batch's row i, with noise. */
fn noisyRow(slotIndex: u32, i: u32, unit8: u32) -> Eight {
  let slot = &slots[slotIndex];
  let start = batch[slotIndex * (*slot).stride + i].row * D4 + 2u * unit8;
  var x = Eight(features[start], vec4f(0.0));
  if (2u * unit8 + 1u < D4) { x.high = features[start + 1u]; }
  if (HAS_AUGMENTATION && (*slot).sigma > 0.0) {
    let noise = eightNormals((*slot).noiseKey, i, unit8);
    x.low += withinWidth((*slot).sigma * noise.low, 2u * unit8);
    x.high += withinWidth((*slot).sigma * noise.high, 2u * unit8 + 1u);
  }
  return x;
}

fn masked(x: Eight, key: vec2u, i: u32, unit8: u32, threshold: u32, keep: f32) -> Eight {
  if (threshold == 0u) { return x; }
  return Eight(x.low * dropoutMask(key, i, 2u * unit8, threshold, keep), x.high * dropoutMask(key, i, 2u * unit8 + 1u, threshold, keep));
}

@compute @workgroup_size(GROUP)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  const D8 = (D4 + 1u) / 2u;
  let slot = &slots[id.y];
  let i = id.x / D8;
  let unit8 = id.x % D8;
  if (i >= paddedTo8((*slot).rows)) { return; }
  var x = Eight(vec4f(0.0), vec4f(0.0));
  if (i < (*slot).rows) {
    x = noisyRow(id.y, i, unit8);
    if (HAS_AUGMENTATION && ((*slot).flags & IS_MIXED) != 0u) {
      let other = noisyRow(id.y, batch[id.y * (*slot).stride + i].partner, unit8);
      let lambda = (*slot).lambda;
      x = Eight(lambda * x.low + (1.0 - lambda) * other.low, lambda * x.high + (1.0 - lambda) * other.high);
    }
    if (HAS_MASKS) {
      x = masked(x, (*slot).inputDropoutKey, i, unit8, (*slot).inputThreshold, (*slot).inputKeep);
      if (HIDDEN_LAYERS == 0u) { x = masked(x, (*slot).dropoutKey, i, unit8, (*slot).dropoutThreshold, (*slot).dropoutKeep); }
    }
  }
  let to = (id.y * (*slot).stride + i) * D4 + 2u * unit8;
  inputs[to] = x.low;
  if (2u * unit8 + 1u < D4) { inputs[to + 1u] = x.high; }
}
