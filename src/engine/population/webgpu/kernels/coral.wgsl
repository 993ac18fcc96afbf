// CORAL, Sun & Saenko (ECCV 2016 workshops), in DomainBed's form, on the last hidden layer h̃ [B, H]:
//   (w/P)·Σ_{a<b} [ ‖μ_a − μ_b‖²/H + ‖C_a − C_b‖²/H² ], P = E(E − 1)/2; X the rows less their own domain's mean, K = XXᵀ
//   ∂/∂h̃ᵢ = (2w/(P·H·n))·(E·μ_d − Σ_b μ_b) + (4w/(P·H²·(n − 1)²))·Σ_j K_ij·(E·[j in d] − 1)·x_j; the second term is 0 for n = 1
// Constants beside INNER4 and INNER_AT: ERROR_AT (region of `errors`), HIDDEN (H), ASIDE4.

/** First dispatch: μ [E, H] of a member into `aside`. One invocation a domain and vec4 of units. */
@compute @workgroup_size(GROUP)
fn domainMeans(@builtin(global_invocation_id) id: vec3u) {
  let slot = &slots[id.y];
  let d = id.x / INNER4;
  let u = id.x % INNER4;
  if ((*slot).objective != CORAL || d >= (*slot).domains) { return; }
  let n = (*slot).perDomain;
  let h = (*slot).plane * INNER_AT + (id.y * (*slot).stride + d * n) * INNER4 + u;
  var sum = vec4f(0.0);
  for (var i = 0u; i < n; i++) { sum += inputs[h + i * INNER4]; }
  aside[id.y * ASIDE4 + id.x] = sum / f32(n);
}

/** K_ij·(E·[j in d] − 1) for the GROUP rows j at hand. */
var<workgroup> factor: array<f32, GROUP>;

fn centred(slotIndex: u32, j: u32, u: u32) -> vec4f {
  let slot = &slots[slotIndex];
  let h = (*slot).plane * INNER_AT + (slotIndex * (*slot).stride + j) * INNER4 + u;
  return inputs[h] - aside[slotIndex * ASIDE4 + j / (*slot).perDomain * INNER4 + u];
}

/** Second dispatch, after ε is known: one workgroup a row. */
@compute @workgroup_size(GROUP)
fn coral(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const QUADS = (INNER4 + GROUP - 1u) / GROUP;
  let slot = &slots[group.y];
  let row = group.x;
  let rows = (*slot).rows;
  if (row >= rows || (*slot).objective != CORAL) { return; }
  let n = (*slot).perDomain;
  let domains = f32((*slot).domains);
  var sums = array<vec4f, QUADS>();
  if (n > 1u) {
    for (var first = 0u; first < rows; first += GROUP) {
      let j = first + local;
      var k = 0.0;
      if (j < rows) {
        var products = vec4f(0.0);
        for (var u = 0u; u < INNER4; u++) { products += centred(group.y, row, u) * centred(group.y, j, u); }
        k = ((products.x + products.y) + (products.z + products.w)) * select(-1.0, domains - 1.0, j / n == row / n);
      }
      factor[local] = k;
      workgroupBarrier();
      let here = min(GROUP, rows - first);
      for (var q = 0u; q < QUADS; q++) {
        let u = local + q * GROUP;
        if (u < INNER4) { for (var i = 0u; i < here; i++) { sums[q] += factor[i] * centred(group.y, first + i, u); } }
      }
      workgroupBarrier();
    }
  }
  let perPair = (*slot).objectiveWeight / (0.5 * domains * (domains - 1.0));
  let byMeans = 2.0 * perPair / (f32(HIDDEN) * f32(n));
  let spread = f32(HIDDEN) * f32(n - 1u);
  let byCovariances = select(4.0 * perPair / (spread * spread), 0.0, n == 1u);
  let keep = select(1.0, (*slot).dropoutKeep, (*slot).dropoutThreshold > 0u);
  let place = (group.y * (*slot).stride + row) * INNER4;
  let means = group.y * ASIDE4;
  for (var q = 0u; q < QUADS; q++) {
    let u = local + q * GROUP;
    if (u < INNER4) {
      var apart = domains * aside[means + row / n * INNER4 + u];
      for (var d = 0u; d < (*slot).domains; d++) { apart -= aside[means + d * INNER4 + u]; }
      let gradient = byMeans * apart + byCovariances * sums[q];
      errors[(*slot).plane * ERROR_AT + place + u] += select(vec4f(0.0), gradient * keep, inputs[(*slot).plane * INNER_AT + place + u] > vec4f(0.0));
    }
  }
}
