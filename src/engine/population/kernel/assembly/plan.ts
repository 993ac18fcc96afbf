/**
 * The plan of one step, as the host writes it to `plan`: one double a field, in this order, which `plan-words.ts` beside the host's code
 * has too. README.md in `population/` says what each is for.
 */

/** Room for the fields, in doubles. */
export const PLAN_DOUBLES: i32 = 32;

/** Numbers of the objectives, as in core/objectives.ts. */
export const GROUP_DRO: i32 = 1;
export const VREX: i32 = 2;
export const IRM: i32 = 3;
export const CORAL: i32 = 4;
export const DANN: i32 = 5;

/** B, n and E: rows in the batch, rows of each training domain, training domains. */
export let rows: i32 = 0;
export let perDomain: i32 = 0;
export let domains: i32 = 0;
export let seed: i32 = 0;
/** Steps done before. */
export let step: i32 = 0;
export let objective: i32 = 0;
export let objectiveWeight: f64 = 0;
export let isSgd: bool = false;
/** α_t and ε_t of Adam, or the learning rate and 0. */
export let stepSize: f32 = 0;
export let epsilon: f32 = 0;
export let zeroMoments: bool = false;
export let discriminatorStepSize: f32 = 0;
export let discriminatorEpsilon: f32 = 0;
export let zeroDiscriminatorMoments: bool = false;
/** Share of every weight that weight decay takes. */
export let shrink: f32 = 0;
export let l2: f32 = 0;
export let l1: f32 = 0;
export let smoothing: f32 = 0;
export let sigma: f32 = 0;
/** Whether `batchPartners` and `lambda` count. */
export let mixing: bool = false;
export let lambda: f32 = 0;
/** ⌈rate·2²⁴⌉, 0 for none, and 1 / (1 − rate). */
export let inputThreshold: i32 = 0;
export let inputKeep: f32 = 0;
export let threshold: i32 = 0;
export let keep: f32 = 0;
/** d and 1 − d of the averaged weights; d = 0 when there are none. */
export let averagingDecay: f32 = 0;
export let averagingRest: f32 = 0;
export let startsAverage: bool = false;

let next: usize = 0;

@inline
function field(): f64 {
  const value = load<f64>(next);
  next += 8;
  return value;
}

export function readPlan(at: usize): void {
  next = at;
  rows = <i32>field();
  perDomain = <i32>field();
  domains = <i32>field();
  seed = <i32><u32>field();
  step = <i32>field();
  objective = <i32>field();
  objectiveWeight = field();
  isSgd = field() !== 0;
  stepSize = <f32>field();
  epsilon = <f32>field();
  zeroMoments = field() !== 0;
  discriminatorStepSize = <f32>field();
  discriminatorEpsilon = <f32>field();
  zeroDiscriminatorMoments = field() !== 0;
  shrink = <f32>field();
  l2 = <f32>field();
  l1 = <f32>field();
  smoothing = <f32>field();
  sigma = <f32>field();
  mixing = field() !== 0;
  lambda = <f32>field();
  inputThreshold = <i32>field();
  inputKeep = <f32>field();
  threshold = <i32>field();
  keep = <f32>field();
  const decay = field();
  averagingDecay = <f32>decay;
  averagingRest = <f32>(1 - decay);
  startsAverage = field() !== 0;
}
