// DANN, Ganin et al. (JMLR 2016), eq. 9 and 13 to 15, with a linear discriminator on the last hidden layer h̃ [B, H]:
//   M = mean cross-entropy of softmax(h̃U + c) [B, E] against the rows' domains,  η = (softmax − onehot)/B
//   the head's ε gains −w·ηUᵀ ⊙ mask ⊙ [h > 0];  dU = h̃ᵀη, dc = Σ η
// Constants beside those of classifier.wgsl, with MOST = 4·E4: DISCRIMINATOR_AT (U as [E, H], then c), DISCRIMINATOR4 (vec4s of both),
// ETA_AT and ERROR_AT (regions of `errors`).

/** Runs after ε is known. */
@compute @workgroup_size(ROW_GROUP)
fn discriminate(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let slot = &slots[group.y];
  let row = 4u * group.x;
  if (row >= (*slot).rows || (*slot).objective != DANN) { return; }
  let domains = (*slot).domains;
  let weights = (*slot).member * STATE4 + DISCRIMINATOR_AT;
  logitsOfRows(group.y, row, weights, weights + 4u * E4 * INNER4, domains, local);
  workgroupBarrier();
  if (local < 4u) { stats[local] = vec4f(softmaxOf(local, domains), 0.0, 0.0); }
  workgroupBarrier();
  for (var at = local; at < 4u * MOST; at += ROW_GROUP) {
    let r = at / MOST;
    let d = at % MOST;
    var eta = 0.0;
    if (d < domains && row + r < (*slot).rows) {
      let p = expOf(z[at] - stats[r].x) / stats[r].y;
      eta = (p - select(0.0, 1.0, d == (row + r) / (*slot).perDomain)) / f32((*slot).rows);
    }
    z[at] = eta;
  }
  workgroupBarrier();
  let place = group.y * (*slot).stride + row;
  for (var at = local; at < MOST; at += ROW_GROUP) {
    errors[(*slot).plane * ETA_AT + place * E4 + at] = vec4f(z[4u * at], z[4u * at + 1u], z[4u * at + 2u], z[4u * at + 3u]);
  }
  let keep = keepOf(group.y);
  let h = innerAt(group.y, row);
  let e = (*slot).plane * ERROR_AT + place * INNER4;
  for (var u = local; u < INNER4; u += ROW_GROUP) {
    let back = backOfRows(weights, domains, u);
    for (var r = 0u; r < 4u; r++) {
      let at = r * INNER4 + u;
      errors[e + at] += throughHidden(-(*slot).objectiveWeight * back[r], inputs[h + at], keep);
    }
  }
}

/** Runs after `update`; where DANN is not on, it only zeroes moments that are to be zero. One invocation a vec4 of U or c. */
@compute @workgroup_size(GROUP)
fn updateDiscriminator(@builtin(global_invocation_id) id: vec3u) {
  let slot = &slots[id.y];
  if (id.x >= DISCRIMINATOR4) { return; }
  let at = (*slot).member * STATE4 + DISCRIMINATOR_AT + id.x;
  let zeroMoments = ((*slot).flags & ZERO_DISCRIMINATOR_MOMENTS) != 0u;
  if ((*slot).objective != DANN) {
    if (zeroMoments) {
      state[at + DISCRIMINATOR4] = vec4f(0.0);
      state[at + 2u * DISCRIMINATOR4] = vec4f(0.0);
    }
    return;
  }
  let base = id.y * (*slot).stride;
  let eta = (*slot).plane * ETA_AT + base * E4;
  var gradient = vec4f(0.0);
  if (id.x < 4u * E4 * INNER4) {
    let d = id.x / INNER4;
    let h = (*slot).plane * INNER_AT + base * INNER4 + id.x % INNER4;
    for (var i = 0u; i < (*slot).rows; i++) { gradient += errors[eta + i * E4 + d / 4u][d % 4u] * inputs[h + i * INNER4]; }
  } else {
    let c = id.x - 4u * E4 * INNER4;
    for (var i = 0u; i < (*slot).rows; i++) { gradient += errors[eta + i * E4 + c]; }
  }
  _ = updated(at, DISCRIMINATOR4, state[at], gradient, Optimizer(((*slot).flags & IS_SGD) != 0u, zeroMoments, (*slot).discriminatorStepSize, (*slot).discriminatorEpsilon, 0.0, 0.0, 0.0));
}
