// Steps 10 to 12 of README.md for four parameters at a time.
//   Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − α_t·m/(√v + ε_t).  Kingma & Ba (ICLR 2015), end of section 2
//   SGD with momentum: m ← 0.9·m + g, w ← w − α·m.  PyTorch's form, no dampening
//   decay, before it: w ← w − s·w.  Loshchilov & Hutter (ICLR 2019).  Average, after it: a ← d·a + (1 − d)·w

// Constants: BETA1, BETA2, MOMENTUM, and HAS_SGD, whether any member's optimizer is not Adam.

struct Optimizer {
  isSgd: bool,
  zeroMoments: bool,
  stepSize: f32,
  epsilon: f32,
  l2: f32,
  l1: f32,
  shrink: f32,
}

/** Replaces w, m and v. @param at of w; m and v are `section` and twice that further on. @returns the new w */
fn updated(at: u32, section: u32, w: vec4f, loss: vec4f, by: Optimizer) -> vec4f {
  let g = loss + by.l2 * w + by.l1 * sign(w);
  var m = select(state[at + section], vec4f(0.0), by.zeroMoments);
  var v = select(state[at + 2u * section], vec4f(0.0), by.zeroMoments);
  var moved = w - by.shrink * w;
  if (HAS_SGD && by.isSgd) {
    m = MOMENTUM * m + g;
    moved -= by.stepSize * m;
  } else {
    m = BETA1 * m + (1.0 - BETA1) * g;
    v = BETA2 * v + (1.0 - BETA2) * (g * g);
    moved -= by.stepSize * m / (sqrt(v) + by.epsilon);
  }
  state[at] = moved;
  state[at + section] = m;
  state[at + 2u * section] = v;
  return moved;
}
