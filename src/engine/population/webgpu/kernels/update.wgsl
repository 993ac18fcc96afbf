// Steps 1 and 9 to 12 of README.md: gradients of all the head's tensors and their update in place.
//   dW[k, u] = Σ_i a[i, k]·b[i, u]: a the layer's input, b the loss's gradient by its output; for the last layer, whose weights are
//   stored [C, INNER], a is δ and b the layer's input.  Biases: Σ_i of the gradient by the output, without penalty.
// One dispatch serves all tensors. An invocation makes a tile of 4 by 8 weights in registers, or four biases, and there is one path for
// all kinds of tile: a software adapter would run through every other path too.
// Constants: LAYERS, one for each hidden layer, those of the last one, and HAS_AVERAGE, whether any member keeps averaged weights.

/** What an invocation works on. Rows and places are of vec4s. */
struct Tile {
  at: u32, // place in a state of the tile's first vec4
  stride: u32, // to the next of its four rows
  a: u32, // place of a's first row, and of b's
  b: u32,
  aStride: u32,
  bStride: u32,
  rows: u32, // of weights: four, or of biases: one
  toHigh: u32, // 1 where there is a second vec4 in each row
  errorsAreA: bool, // a is of `errors` and b of `inputs`, or the other way round
}

/** The tile number `index` of all that a member has: each layer's weights, then each layer's bias. */
fn tileOf(slotIndex: u32, index: u32) -> Tile {
  const COLUMNS = (H4 + 1u) / 2u;
  const LAST_COLUMNS = (INNER4 + 1u) / 2u;
  let plane = slots[slotIndex].plane;
  let base = slotIndex * slots[slotIndex].stride;
  var tile = Tile();
  var first = 0u;
  for (var n = 0u; n < HIDDEN_LAYERS; n++) {
    let layer = LAYERS[n];
    if (index >= first) {
      let a4 = (index - first) / COLUMNS;
      let b4 = 2u * ((index - first) % COLUMNS);
      let a = plane * layer.inAt + base * layer.in4 + a4;
      let b = plane * layer.errorAt + base * H4 + b4;
      tile = Tile(layer.weights + 4u * a4 * H4 + b4, H4, a, b, layer.in4, H4, 4u, select(0u, 1u, b4 + 1u < H4), false);
    }
    first += layer.in4 * COLUMNS;
  }
  if (index >= first) {
    let a4 = (index - first) / LAST_COLUMNS;
    let b4 = 2u * ((index - first) % LAST_COLUMNS);
    let b = plane * INNER_AT + base * INNER4 + b4;
    tile = Tile(LAST_WEIGHTS + 4u * a4 * INNER4 + b4, INNER4, base * C4 + a4, b, C4, INNER4, 4u, select(0u, 1u, b4 + 1u < INNER4), true);
  }
  first += C4 * LAST_COLUMNS;
  for (var n = 0u; n < HIDDEN_LAYERS; n++) {
    let layer = LAYERS[n];
    if (index >= first) { tile = Tile(layer.bias + index - first, 0u, 0u, plane * layer.errorAt + base * H4 + index - first, 0u, H4, 1u, 0u, false); }
    first += H4;
  }
  if (index >= first) { tile = Tile(LAST_BIAS + index - first, 0u, 0u, base * C4 + index - first, 0u, C4, 1u, 0u, false); }
  first += C4;
  if (index >= first) { tile.rows = 0u; }
  return tile;
}

/** Four parameters. @param loss the loss's gradient by them */
fn apply(slotIndex: u32, at: u32, loss: vec4f, by: Optimizer) {
  let before = state[at];
  let moved = updated(at, SECTION4, before, loss, by);
  if (HAS_AVERAGE && slots[slotIndex].averageKeep > 0.0) {
    let average = select(state[at + 3u * SECTION4], before, (slots[slotIndex].flags & STARTS_AVERAGE) != 0u);
    state[at + 3u * SECTION4] = slots[slotIndex].averageKeep * average + slots[slotIndex].averageTake * moved;
  }
}

@compute @workgroup_size(GROUP)
fn update(@builtin(global_invocation_id) id: vec3u) {
  let slot = &slots[id.y];
  let tile = tileOf(id.y, id.x);
  var low0 = vec4f(0.0); var low1 = low0; var low2 = low0; var low3 = low0;
  var high0 = low0; var high1 = low0; var high2 = low0; var high3 = low0;
  let rows = select(0u, (*slot).rows, tile.rows == 4u);
  let inputRows = select(rows, 0u, tile.errorsAreA);
  var a = tile.a;
  var b = tile.b;
  for (var i = 0u; i < inputRows; i++) {
    let own = inputs[a];
    let low = errors[b];
    let high = errors[b + tile.toHigh];
    low0 += own.x * low; low1 += own.y * low; low2 += own.z * low; low3 += own.w * low;
    high0 += own.x * high; high1 += own.y * high; high2 += own.z * high; high3 += own.w * high;
    a += tile.aStride;
    b += tile.bStride;
  }
  for (var i = inputRows; i < rows; i++) {
    let own = errors[a];
    let low = inputs[b];
    let high = inputs[b + tile.toHigh];
    low0 += own.x * low; low1 += own.y * low; low2 += own.z * low; low3 += own.w * low;
    high0 += own.x * high; high1 += own.y * high; high2 += own.z * high; high3 += own.w * high;
    a += tile.aStride;
    b += tile.bStride;
  }
  for (var i = rows; i < (*slot).rows; i++) {
    low0 += errors[b];
    b += tile.bStride;
  }

  let flags = (*slot).flags;
  let isWeight = tile.rows == 4u;
  let by = Optimizer(
    (flags & IS_SGD) != 0u, (flags & ZERO_MOMENTS) != 0u, (*slot).stepSize, (*slot).epsilon,
    select(0.0, (*slot).l2, isWeight), select(0.0, (*slot).l1, isWeight), select(0.0, (*slot).shrink, isWeight),
  );
  let at = (*slot).member * STATE4 + tile.at;
  if (tile.rows == 0u) { return; }
  apply(id.y, at, low0, by);
  if (tile.rows == 1u) { return; }
  apply(id.y, at + tile.stride, low1, by);
  apply(id.y, at + 2u * tile.stride, low2, by);
  apply(id.y, at + 3u * tile.stride, low3, by);
  if (tile.toHigh == 0u) { return; }
  apply(id.y, at + 1u, high0, by);
  apply(id.y, at + tile.stride + 1u, high1, by);
  apply(id.y, at + 2u * tile.stride + 1u, high2, by);
  apply(id.y, at + 3u * tile.stride + 1u, high3, by);
}
