import { addScaled, backThroughHidden, gather, mix } from './batch';
import { coralPull } from './coral';
import { dannPull, updateDiscriminator } from './dann';
import { forward } from './forward';
import * as at from './layout';
import { multiplyAdd } from './lanes';
import { softmax, subtractTargets } from './loss';
import { updateBias, updateWeights, useBiases, useWeights } from './optimizer';
import * as plan from './plan';
import { affine, project } from './products';
import { INPUT_DROPOUT, addNoise, dropOut } from './random';
import { rowObjective } from './row-objectives';

/** One step of one member, as `plan` says, on the rows at `batchRows`. README.md in `population/` has its order of operations. */
export function trainMember(member: i32): void {
  plan.readPlan(at.plan);
  const values = at.stateOf(member);
  const stride = at.padded(plan.rows, 4);
  begin(values);
  const batch = makeBatch(stride);
  const inner = forward(values, batch, stride, true);
  lossGradient(member, stride);
  if (at.hiddenLayers > 0) throughHidden(values, inner, stride);
  if (plan.objective === plan.DANN) updateDiscriminator(values, inner, stride);
  updateLast(values, inner, stride);
  if (at.hiddenLayers > 1) updateLayer(at.hidden1, at.hiddenWidth, at.epsilon2, values + at.weights2, values + at.bias2, stride);
  if (at.hiddenLayers > 0) updateLayer(batch, at.inputWidth, at.epsilon1, values, values + at.bias1, stride);
  if (plan.averagingDecay > 0) updateAverage(values);
}

/** Zeroes moments and starts the average, where the plan says so. */
function begin(values: usize): void {
  const m = values + at.stateBytes, v = m + at.stateBytes;
  const head = at.discriminatorWeights, rest = at.stateBytes - head;
  if (plan.zeroMoments) {
    memory.fill(m, 0, head);
    memory.fill(v, 0, head);
  }
  if (plan.zeroDiscriminatorMoments) {
    memory.fill(m + head, 0, rest);
    memory.fill(v + head, 0, rest);
  }
  if (plan.startsAverage) memory.copy(v + at.stateBytes, values, head);
}

/** Gathers the batch, adds noise, blends rows, drops inputs. @returns where it lies */
function makeBatch(stride: i32): usize {
  const d = at.inputWidth;
  let batch = at.input;
  gather(at.features, at.batchRows, plan.rows, stride, d, batch);
  if (plan.sigma > 0) addNoise(batch, plan.rows, stride, d, plan.sigma, plan.seed, plan.step);
  if (plan.mixing) {
    mix(batch, at.batchPartners, plan.rows, stride, d, plan.lambda, at.mixed);
    batch = at.mixed;
  }
  dropOut(batch, stride, d, plan.inputThreshold, plan.inputKeep, plan.seed, INPUT_DROPOUT, plan.step);
  return batch;
}

/** From logits in `delta` to the loss's gradient by them. */
function lossGradient(member: i32, stride: i32): void {
  const objective = plan.objective;
  if (objective === plan.GROUP_DRO || objective === plan.VREX || objective === plan.IRM) return rowObjective(member, stride);
  softmax(at.delta, plan.rows, stride, at.classes, 0);
  subtractTargets(at.delta, plan.rows, stride, at.classes, <f32>plan.rows);
}

/** ε = (δWᵀ + the objective's pull) ⊙ mask ⊙ [h > 0], of the last hidden layer, then in the same way of the one before. */
function throughHidden(values: usize, inner: usize, stride: i32): void {
  const panels = at.panelsOf(at.hiddenWidth), count = 8 * stride * panels;
  const keep: f32 = plan.threshold > 0 ? plan.keep : 1;
  affine(at.delta, stride, at.padded(at.classes, 4), values + at.lastWeights, at.padded(at.classes, 8), panels, 0, at.epsilon2, stride, stride);
  if (plan.objective === plan.CORAL) {
    coralPull(inner, stride);
    addScaled(at.epsilon2, at.pull, 1, count);
  }
  if (plan.objective === plan.DANN) {
    dannPull(values, inner, stride);
    addScaled(at.epsilon2, at.pull, <f32>-plan.objectiveWeight, count);
  }
  backThroughHidden(at.epsilon2, inner, count, keep);
  if (at.hiddenLayers === 1) return;
  const h8 = at.padded(at.hiddenWidth, 8);
  project(at.epsilon2, stride, panels, values + at.weights2, h8, h8, 0, at.epsilon1, stride, stride);
  backThroughHidden(at.epsilon1, at.hidden1, count, keep);
}

function updateLast(values: usize, inner: usize, stride: i32): void {
  const c4 = at.padded(at.classes, 4);
  useWeights();
  updateWeights(at.delta, c4, inner, at.panelsOf(at.innerWidth), values + at.lastWeights, at.padded(at.classes, 8), plan.rows, stride);
  useBiases();
  updateBias(at.delta, c4, values + at.lastBias, plan.rows, stride);
}

/** A hidden layer. @param a its input, panels(depth, stride). @param epsilon the gradient by its units, panels(H, stride) */
function updateLayer(a: usize, depth: i32, epsilon: usize, weights: usize, bias: usize, stride: i32): void {
  const panels = at.panelsOf(at.hiddenWidth);
  useWeights();
  updateWeights(a, at.padded(depth, 4), epsilon, panels, weights, at.padded(depth, 8), plan.rows, stride);
  useBiases();
  updateBias(epsilon, 8 * panels, bias, plan.rows, stride);
}

/** a ← d·a + (1 − d)·w: Polyak & Juditsky, SIAM J. Control Optim. 30 (1992), in its exponential form. */
function updateAverage(values: usize): void {
  const decay = f32x4.splat(plan.averagingDecay), rest = f32x4.splat(plan.averagingRest);
  const end = values + at.discriminatorWeights;
  for (let w = values, a = values + 3 * at.stateBytes; w < end; w += 16, a += 16) {
    v128.store(a, multiplyAdd(decay, v128.load(a), f32x4.mul(rest, v128.load(w))));
  }
}
