// Scores in evaluation mode, as core/metrics.ts: plain cross-entropy in nats, a tie between logits to the lower class.
// Constants beside those of classifier.wgsl, with MOST = 4·C4: LAST_WEIGHTS, LAST_BIAS, ASIDE4, PARTS (the largest number of parts).

/** Logits of the batch's rows into `errors`, where δ else is, and (loss, correct) of each into `aside`. */
@compute @workgroup_size(ROW_GROUP)
fn score(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let slot = &slots[group.y];
  let row = 4u * group.x;
  if (row >= (*slot).rows) { return; }
  let values = (*slot).member * STATE4 + (*slot).valuesAt;
  logitsOfRows(group.y, row, values + LAST_WEIGHTS, values + LAST_BIAS, C, local);
  workgroupBarrier();
  let place = group.y * (*slot).stride + row;
  for (var at = local; at < MOST; at += ROW_GROUP) {
    errors[place * C4 + at] = vec4f(z[4u * at], z[4u * at + 1u], z[4u * at + 2u], z[4u * at + 3u]);
  }
  if (local >= 4u || row + local >= (*slot).rows) { return; }
  let label = batch[place + local].classes & 0xffffu;
  var best = 0u;
  for (var c = 1u; c < C; c++) { if (z[local * MOST + c] > z[local * MOST + best]) { best = c; } }
  let maxAndTotal = softmaxOf(local, C);
  let loss = maxAndTotal.x + logOf(maxAndTotal.y) - z[local * MOST + label];
  aside[group.y * ASIDE4 + PARTS + (*slot).firstScore + row + local] = vec4f(loss, select(0.0, 1.0, best == label), 0.0, 0.0);
}

/** Sums of losses (then of squared deviations) and of correct rows. */
var<workgroup> sums: array<vec2f, GROUP>;

fn reduced(local: u32, own: vec2f) -> vec2f {
  sums[local] = own;
  workgroupBarrier();
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    if (local < half) { sums[local] += sums[local + half]; }
    workgroupBarrier();
  }
  let total = sums[0];
  workgroupBarrier();
  return total;
}

/** One workgroup a part: (correct, mean loss, sample variance of the losses, n). `batch` holds the parts: (from, to, –, –). */
@compute @workgroup_size(GROUP)
fn summarize(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let part = batch[group.y * slots[group.y].stride + group.x];
  let rows = group.y * ASIDE4 + PARTS;
  var own = vec2f(0.0);
  for (var i = part.row + local; i < part.partner; i += GROUP) { own += aside[rows + i].xy; }
  let total = reduced(local, own);
  let n = f32(part.partner - part.row);
  let mean = select(0.0, total.x / n, n > 0.0);
  var squares = vec2f(0.0);
  for (var i = part.row + local; i < part.partner; i += GROUP) { squares.x += (aside[rows + i].x - mean) * (aside[rows + i].x - mean); }
  let deviations = reduced(local, squares).x;
  if (local == 0u) { aside[group.y * ASIDE4 + group.x] = vec4f(total.y, mean, select(0.0, deviations / (n - 1.0), n > 1.0), n); }
}
