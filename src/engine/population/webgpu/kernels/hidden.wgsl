// Step 6 of README.md, one hidden layer: out = relu(in·W + b) ⊙ dropout mask, in [B, IN], W [IN, H].
// One invocation makes a tile of 8 rows by 8 units in registers: each turn loads 16 vec4s for 256 multiply-adds.
// Constants: IN4, IN_AT and OUT_AT (regions of `inputs`, in vec4s a row of the plane), WEIGHTS_AT, BIAS_AT, IS_SECOND, HAS_DROPOUT
// (whether any member has it).

/** Row `row`'s units 4·unit4 … + 3 after the sum. */
fn finish(slotIndex: u32, row: u32, unit4: u32, sum: vec4f) {
  let slot = &slots[slotIndex];
  var h = max(sum, vec4f(0.0));
  if (HAS_DROPOUT && (*slot).dropoutThreshold > 0u) {
    var key = (*slot).dropoutKey;
    if (IS_SECOND) { key = (*slot).secondDropoutKey; }
    h *= dropoutMask(key, row, unit4, (*slot).dropoutThreshold, (*slot).dropoutKeep);
  }
  inputs[(*slot).plane * OUT_AT + (slotIndex * (*slot).stride + row) * H4 + unit4] = h;
}

@compute @workgroup_size(TILE_GROUP)
fn hidden(@builtin(global_invocation_id) id: vec3u) {
  const TILES = (H4 + 1u) / 2u;
  let slot = &slots[id.y];
  let unit4 = 2u * (id.x % TILES);
  let row = 8u * (id.x / TILES);
  if (row >= (*slot).rows) { return; }
  let hasHigh = unit4 + 1u < H4;
  let toHigh = select(0u, 1u, hasHigh);
  let values = (*slot).member * STATE4 + (*slot).valuesAt;
  var w = values + WEIGHTS_AT + unit4;
  var x = (*slot).plane * IN_AT + (id.y * (*slot).stride + row) * IN4;
  let biasLow = state[values + BIAS_AT + unit4];
  let biasHigh = state[values + BIAS_AT + unit4 + toHigh];
  var low0 = biasLow; var low1 = biasLow; var low2 = biasLow; var low3 = biasLow;
  var low4 = biasLow; var low5 = biasLow; var low6 = biasLow; var low7 = biasLow;
  var high0 = biasHigh; var high1 = biasHigh; var high2 = biasHigh; var high3 = biasHigh;
  var high4 = biasHigh; var high5 = biasHigh; var high6 = biasHigh; var high7 = biasHigh;
  for (var k = 0u; k < IN4; k++) {
    let x0 = inputs[x];
    let x1 = inputs[x + IN4];
    let x2 = inputs[x + 2u * IN4];
    let x3 = inputs[x + 3u * IN4];
    let x4 = inputs[x + 4u * IN4];
    let x5 = inputs[x + 5u * IN4];
    let x6 = inputs[x + 6u * IN4];
    let x7 = inputs[x + 7u * IN4];
    let wLow = mat4x4f(state[w], state[w + H4], state[w + 2u * H4], state[w + 3u * H4]);
    low0 += wLow * x0; low1 += wLow * x1; low2 += wLow * x2; low3 += wLow * x3;
    low4 += wLow * x4; low5 += wLow * x5; low6 += wLow * x6; low7 += wLow * x7;
    let v = w + toHigh;
    let wHigh = mat4x4f(state[v], state[v + H4], state[v + 2u * H4], state[v + 3u * H4]);
    high0 += wHigh * x0; high1 += wHigh * x1; high2 += wHigh * x2; high3 += wHigh * x3;
    high4 += wHigh * x4; high5 += wHigh * x5; high6 += wHigh * x6; high7 += wHigh * x7;
    x++;
    w += 4u * H4;
  }
  finish(id.y, row, unit4, low0);
  finish(id.y, row + 1u, unit4, low1);
  finish(id.y, row + 2u, unit4, low2);
  finish(id.y, row + 3u, unit4, low3);
  finish(id.y, row + 4u, unit4, low4);
  finish(id.y, row + 5u, unit4, low5);
  finish(id.y, row + 6u, unit4, low6);
  finish(id.y, row + 7u, unit4, low7);
  if (!hasHigh) { return; }
  finish(id.y, row, unit4 + 1u, high0);
  finish(id.y, row + 1u, unit4 + 1u, high1);
  finish(id.y, row + 2u, unit4 + 1u, high2);
  finish(id.y, row + 3u, unit4 + 1u, high3);
  finish(id.y, row + 4u, unit4 + 1u, high4);
  finish(id.y, row + 5u, unit4 + 1u, high5);
  finish(id.y, row + 6u, unit4 + 1u, high6);
  finish(id.y, row + 7u, unit4 + 1u, high7);
}
