// From the second hidden layer to the first: ε₁ = (ε₂·W₂ᵀ) ⊙ mask ⊙ [h > 0], in tiles of 4 rows by 4 units.
// Constants: WEIGHTS_AT, FROM_AT and TO_AT (regions of `errors`), KEPT_AT (region of `inputs`).

fn sumOf(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

@compute @workgroup_size(TILE_GROUP)
fn back(@builtin(global_invocation_id) id: vec3u) {
  let slot = &slots[id.y];
  let unit4 = id.x % H4;
  let row = 4u * (id.x / H4);
  if (row >= (*slot).rows) { return; }
  let place = (id.y * (*slot).stride + row) * H4;
  var e = (*slot).plane * FROM_AT + place;
  var w = (*slot).member * STATE4 + WEIGHTS_AT + 4u * unit4 * H4;
  // Row r of sums_q: partial sums of ε₁[row + r, 4·unit4 + q].
  var sums0 = mat4x4f(); var sums1 = sums0; var sums2 = sums0; var sums3 = sums0;
  for (var u = 0u; u < H4; u++) {
    let e0 = errors[e]; let e1 = errors[e + H4]; let e2 = errors[e + 2u * H4]; let e3 = errors[e + 3u * H4];
    let w0 = state[w]; let w1 = state[w + H4]; let w2 = state[w + 2u * H4]; let w3 = state[w + 3u * H4];
    sums0 += mat4x4f(e0 * w0, e1 * w0, e2 * w0, e3 * w0);
    sums1 += mat4x4f(e0 * w1, e1 * w1, e2 * w1, e3 * w1);
    sums2 += mat4x4f(e0 * w2, e1 * w2, e2 * w2, e3 * w2);
    sums3 += mat4x4f(e0 * w3, e1 * w3, e2 * w3, e3 * w3);
    e++;
    w++;
  }
  let keep = select(1.0, (*slot).dropoutKeep, (*slot).dropoutThreshold > 0u);
  for (var r = 0u; r < 4u; r++) {
    let at = place + r * H4 + unit4;
    let gradient = vec4f(sumOf(sums0[r]), sumOf(sums1[r]), sumOf(sums2[r]), sumOf(sums3[r]));
    errors[(*slot).plane * TO_AT + at] = select(vec4f(0.0), gradient * keep, inputs[(*slot).plane * KEPT_AT + at] > vec4f(0.0));
  }
}
