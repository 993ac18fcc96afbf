// What all kernels share: one set of eight buffers, the number that WebGPU promises to every stage. Shapes are constants that the host
// puts before this text (kernel-constants.ts); a name ending in 4 counts vec4s.

/** What one member does in one turn; written by slot-table.ts, in this order, four bytes each. */
struct Slot {
  member: u32, // place of its state in `state`
  rows: u32, // B: rows of the batch that count
  stride: u32, // R: rows from one slot's activations to the next one's, a multiple of 8
  plane: u32, // rows of all slots: a layer's region holds plane × its width
  perDomain: u32, // n
  domains: u32, // E
  groups: u32, // G
  flags: u32,
  objective: u32,
  objectiveWeight: f32,
  valuesAt: u32, // in vec4s from the state's start: 0, or where the averaged weights are
  firstScore: u32, // place of the batch's first row in the member's scores
  stepSize: f32,
  epsilon: f32,
  l2: f32,
  l1: f32,
  shrink: f32,
  averageKeep: f32, // d of the averaged weights; 0 when they are off
  averageTake: f32, // 1 − d
  smoothing: f32,
  lambda: f32,
  sigma: f32,
  dropoutThreshold: u32,
  dropoutKeep: f32,
  inputThreshold: u32,
  inputKeep: f32,
  discriminatorStepSize: f32,
  discriminatorEpsilon: f32,
  dropoutKey: vec2u,
  secondDropoutKey: vec2u,
  inputDropoutKey: vec2u,
  noiseKey: vec2u,
}

const ZERO_MOMENTS = 1u;
const IS_SGD = 2u;
const STARTS_AVERAGE = 4u;
const IS_MIXED = 8u;
const ZERO_DISCRIMINATOR_MOMENTS = 16u;

const GROUP_DRO = 1u;
const VREX = 2u;
const IRM = 3u;
const CORAL = 4u;
const DANN = 5u;

/** One row of a batch, or, for `summarize`, one part: from, to, –, –. */
struct BatchRow {
  row: u32, // of the data
  partner: u32, // place in the batch
  classes: u32, // own class + 2¹⁶ × partner's
  group: u32,
}

@group(0) @binding(0) var<storage, read> slots: array<Slot>; // [slots of this turn]
@group(0) @binding(1) var<storage, read> batch: array<BatchRow>; // [slots of this turn, R]
@group(0) @binding(2) var<storage, read> features: array<vec4f>; // [N, D4]
@group(0) @binding(3) var<storage, read_write> state: array<vec4f>; // [members, STATE4], see state-layout.ts
@group(0) @binding(4) var<storage, read_write> inputs: array<vec4f>; // regions [slots, R, width]: x, then each hidden layer
@group(0) @binding(5) var<storage, read_write> errors: array<vec4f>; // regions [slots, R, width]: δ (or logits), ε of each hidden layer, η
@group(0) @binding(6) var<storage, read_write> rowStats: array<vec4f>; // [slots, R, 2]: (max z, Σ exp(z − max), ℓ, s), (factor of p − y, factor of p ⊙ (z − p·z), p·z, –)
@group(0) @binding(7) var<storage, read_write> aside: array<vec4f>; // [slots, ASIDE4]: row scores and their summaries, or domain means

fn paddedTo8(rows: u32) -> u32 {
  return (rows + 7u) & ~7u;
}
