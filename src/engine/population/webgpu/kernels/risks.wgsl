// Step 8 of README.md: the factors a and b of δ = a·(p − y) + b·p ⊙ (z − p·z), one workgroup to a member. L_d is the mean loss of the
// batch's rows of domain d (or group), w the objective's weight.
//   ERM, CORAL, DANN  a = 1/B
//   GroupDRO          q_g ← q_g·exp(η·L_g) / Σ;  a = q_g/n_g.  Sagawa et al. (ICLR 2020), algorithm 1
//   V-REx             a = (1 + 2w·(L_d − L̄))/B.  Krueger et al. (ICML 2021), eq. 8
//   IRMv1             a = 1/B + k, b = k, k = (w/E)·(the other half's e or o)/(rows in its own half).  Arjovsky et al. (2019), appendix D
// Constants: KINDS (the largest number of domains or groups).

/** Of each domain or group: its mean loss; for IRMv1 (e, o); for GroupDRO the new q and its number of rows. */
var<workgroup> risk: array<vec2f, KINDS>;

/** Mean loss (or s) of every `hop`-th row from `start` to `to`; 0 of none. */
fn meanOf(base: u32, start: u32, to: u32, hop: u32, isScale: bool) -> f32 {
  var sum = 0.0;
  var count = 0u;
  for (var i = start; i < to; i += hop) {
    let own = rowStats[2u * (base + i)];
    sum += select(own.z, own.w, isScale);
    count++;
  }
  return select(0.0, sum / f32(count), count > 0u);
}

/** (L_g, n_g) */
fn groupRisk(base: u32, rows: u32, g: u32) -> vec2f {
  var sum = 0.0;
  var count = 0.0;
  for (var i = 0u; i < rows; i++) {
    if (batch[base + i].group == g) {
      sum += rowStats[2u * (base + i)].z;
      count += 1.0;
    }
  }
  return vec2f(select(0.0, sum / count, count > 0.0), count);
}

/** Moves q, with exp(η·L_g − M) for groups in the batch and exp(−M) for others, M the largest η·L_g, and leaves (q_g, n_g) in `risk`. */
fn moveGroupWeights(slotIndex: u32) {
  let slot = &slots[slotIndex];
  let q = (*slot).member * STATE4 + GROUP_WEIGHTS_AT;
  var largest = 0.0;
  for (var g = 0u; g < (*slot).groups; g++) { largest = max(largest, (*slot).objectiveWeight * risk[g].x); }
  var total = 0.0;
  for (var g = 0u; g < (*slot).groups; g++) {
    risk[g].x = state[q + g].x * expOf((*slot).objectiveWeight * risk[g].x - largest);
    total += risk[g].x;
  }
  for (var g = 0u; g < (*slot).groups; g++) {
    risk[g].x /= total;
    state[q + g].x = risk[g].x;
  }
}

@compute @workgroup_size(GROUP)
fn risks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let slot = &slots[group.y];
  let objective = (*slot).objective;
  let rows = (*slot).rows;
  let n = (*slot).perDomain;
  let domains = (*slot).domains;
  let base = group.y * (*slot).stride;
  if (objective == GROUP_DRO) {
    for (var g = local; g < (*slot).groups; g += GROUP) { risk[g] = groupRisk(base, rows, g); }
  } else if (objective == VREX) {
    for (var d = local; d < domains; d += GROUP) { risk[d] = vec2f(meanOf(base, d * n, (d + 1u) * n, 1u, false), 0.0); }
  } else if (objective == IRM) {
    for (var d = local; d < domains; d += GROUP) {
      risk[d] = vec2f(meanOf(base, d * n, (d + 1u) * n, 2u, true), meanOf(base, d * n + 1u, (d + 1u) * n, 2u, true));
    }
  }
  workgroupBarrier();
  if (objective == GROUP_DRO && local == 0u) { moveGroupWeights(group.y); }
  workgroupBarrier();
  var mean = 0.0;
  if (objective == VREX) {
    for (var d = 0u; d < domains; d++) { mean += risk[d].x; }
    mean /= f32(domains);
  }
  for (var i = local; i < rows; i += GROUP) {
    var a = 1.0 / f32(rows);
    var b = 0.0;
    if (objective == GROUP_DRO) {
      let own = risk[batch[base + i].group];
      a = own.x / own.y;
    } else if (objective == VREX) {
      a = (1.0 + 2.0 * (*slot).objectiveWeight * (risk[i / n].x - mean)) / f32(rows);
    } else if (objective == IRM) {
      let isEven = (i % n) % 2u == 0u;
      let ownRows = select(n / 2u, (n + 1u) / 2u, isEven);
      b = (*slot).objectiveWeight / f32(domains) * select(risk[i / n].x, risk[i / n].y, isEven) / f32(ownRows);
      a += b;
    }
    let at = 2u * (base + i) + 1u;
    rowStats[at] = vec4f(a, b, rowStats[at].z, 0.0);
  }
}
