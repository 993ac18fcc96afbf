// Steps 7 and 8 of README.md for the last layer: logits z, losses ℓ, δ and ε = (δW) ⊙ mask ⊙ [h > 0].
//   y = (1 − s)·(λ·[own class] + (1 − λ)·[partner's class]) + s/C,  ℓ = log Σ exp z − y·z,  p = softmax(z)
//   δ = a·(p − y) + b·p ⊙ (z − p·z);  ERM: a = 1/B, b = 0; other objectives: see risks.wgsl
// `output` does it all where no member's a or b depends on other rows; else `forward`, then `risks`, then `backward` do.
// Constants beside those of classifier.wgsl, with MOST = 4·C4: LAST_WEIGHTS, LAST_BIAS, ERROR_AT (region of `errors`).

/** (a, b, p·z, –) of each row. */
var<workgroup> factors: array<vec4f, 4>;

/** y_c of a row of the batch. */
fn targetOf(slotIndex: u32, row: u32, c: u32) -> f32 {
  let slot = &slots[slotIndex];
  let classes = batch[slotIndex * (*slot).stride + row].classes;
  let share = select(0.0, (*slot).lambda, c == (classes & 0xffffu)) + select(0.0, 1.0 - (*slot).lambda, c == classes >> 16u);
  return (1.0 - (*slot).smoothing) * share + (*slot).smoothing / f32(C);
}

/** Places of a row in `rowStats` and `errors`, in rows. */
fn placeOf(slotIndex: u32, row: u32) -> u32 {
  return slotIndex * slots[slotIndex].stride + row;
}

/** The workgroup's logits into z. */
fn headLogits(slotIndex: u32, row: u32, local: u32) {
  let values = slots[slotIndex].member * STATE4;
  logitsOfRows(slotIndex, row, values + LAST_WEIGHTS, values + LAST_BIAS, C, local);
}

/** From logits in z to δ and ε in `errors`. `stats` and `factors` are known. */
fn headErrors(slotIndex: u32, row: u32, local: u32) {
  let slot = &slots[slotIndex];
  for (var at = local; at < 4u * MOST; at += ROW_GROUP) {
    let r = at / MOST;
    let c = at % MOST;
    var delta = 0.0;
    if (c < C && row + r < (*slot).rows) {
      let logit = z[at];
      let p = expOf(logit - stats[r].x) / stats[r].y;
      delta = factors[r].x * (p - targetOf(slotIndex, row + r, c));
      if (factors[r].y != 0.0) { delta += factors[r].y * (p * (logit - factors[r].z)); }
    }
    z[at] = delta;
  }
  workgroupBarrier();
  for (var at = local; at < MOST; at += ROW_GROUP) {
    errors[placeOf(slotIndex, row) * C4 + at] = vec4f(z[4u * at], z[4u * at + 1u], z[4u * at + 2u], z[4u * at + 3u]);
  }
  if (HIDDEN_LAYERS == 0u) { return; }
  let keep = keepOf(slotIndex);
  let weights = (*slot).member * STATE4 + LAST_WEIGHTS;
  let h = innerAt(slotIndex, row);
  let e = (*slot).plane * ERROR_AT + placeOf(slotIndex, row) * INNER4;
  for (var u = local; u < INNER4; u += ROW_GROUP) {
    let back = backOfRows(weights, C, u);
    errors[e + u] = throughHidden(back[0], inputs[h + u], keep);
    errors[e + INNER4 + u] = throughHidden(back[1], inputs[h + INNER4 + u], keep);
    errors[e + 2u * INNER4 + u] = throughHidden(back[2], inputs[h + 2u * INNER4 + u], keep);
    errors[e + 3u * INNER4 + u] = throughHidden(back[3], inputs[h + 3u * INNER4 + u], keep);
  }
}

@compute @workgroup_size(ROW_GROUP)
fn output(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let rows = slots[group.y].rows;
  let row = 4u * group.x;
  if (row >= rows) { return; }
  headLogits(group.y, row, local);
  workgroupBarrier();
  if (local < 4u) {
    stats[local] = vec4f(softmaxOf(local, C), 0.0, 0.0);
    factors[local] = vec4f(1.0 / f32(rows), 0.0, 0.0, 0.0);
  }
  workgroupBarrier();
  headErrors(group.y, row, local);
}

/** Logits go where δ will be; s = Σ (p − y)·z is IRMv1's gradient by a scale of the logits. */
@compute @workgroup_size(ROW_GROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = 4u * group.x;
  if (row >= slots[group.y].rows) { return; }
  headLogits(group.y, row, local);
  workgroupBarrier();
  let place = placeOf(group.y, row);
  for (var at = local; at < MOST; at += ROW_GROUP) {
    errors[place * C4 + at] = vec4f(z[4u * at], z[4u * at + 1u], z[4u * at + 2u], z[4u * at + 3u]);
  }
  if (local >= 4u) { return; }
  let maxAndTotal = softmaxOf(local, C);
  var targeted = 0.0;
  var expected = 0.0;
  for (var c = 0u; c < C; c++) {
    let logit = z[local * MOST + c];
    targeted += targetOf(group.y, row + local, c) * logit;
    expected += expOf(logit - maxAndTotal.x) / maxAndTotal.y * logit;
  }
  let loss = maxAndTotal.x + logOf(maxAndTotal.y) - targeted;
  rowStats[2u * (place + local)] = vec4f(maxAndTotal, loss, expected - targeted);
  rowStats[2u * (place + local) + 1u] = vec4f(0.0, 0.0, expected, 0.0);
}

@compute @workgroup_size(ROW_GROUP)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = 4u * group.x;
  if (row >= slots[group.y].rows) { return; }
  let place = placeOf(group.y, row);
  for (var at = local; at < MOST; at += ROW_GROUP) {
    let logits = errors[place * C4 + at];
    z[4u * at] = logits.x;
    z[4u * at + 1u] = logits.y;
    z[4u * at + 2u] = logits.z;
    z[4u * at + 3u] = logits.w;
  }
  if (local < 4u) {
    stats[local] = rowStats[2u * (place + local)];
    factors[local] = rowStats[2u * (place + local) + 1u];
  }
  workgroupBarrier();
  headErrors(group.y, row, local);
}
