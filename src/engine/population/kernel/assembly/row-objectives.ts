import { exp } from './doubles';
import { multiplyAdd } from './lanes';
import { batchGroups, classes, delta, domainSums, groups, groupWeights, logits, panelsOf, rowTerms, rowWeights } from './layout';
import { quadAt, softmax, subtractTargets, targetLogit, unitAt } from './loss';
import * as plan from './plan';

/*
 * Objectives whose gradient by a row's logits is made of its own p, y and z, and of sums over its domain or group. Those sums and the rows'
 * weights are in double precision. L_d is the mean loss of the batch's n rows of domain d, L̄ the mean over the E domains, w the objective's
 * weight, B = E·n.
 */

/** From logits in `delta` to the objective's gradient by them, in place. @param member whose q GroupDRO moves */
export function rowObjective(member: i32, stride: i32): void {
  const isIrm = plan.objective === plan.IRM;
  memory.copy(logits, delta, 32 * stride * panelsOf(classes));
  softmax(delta, plan.rows, stride, classes, rowTerms);
  for (let row = 0; row < plan.rows; row++) {
    const at = rowTerms + 8 * row;
    store<f64>(at, (isIrm ? expectedLogit(row, stride) : load<f64>(at)) - targetLogit(logits, row, stride, classes));
  }
  if (isIrm) irm(stride);
  else if (plan.objective === plan.VREX) vrex();
  else groupDro(member);
  subtractTargets(delta, plan.rows, stride, classes, 1);
  weighRows(stride, isIrm ? logits : 0);
}

/** Four doubles of a domain or group. */
@inline
function sumsOf(index: i32): usize {
  return domainSums + 32 * index;
}

@inline
function addTo(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/**
 * GroupDRO: q_g ← q_g·exp(η·L_g), divided by the sum; loss Σ q_g·L_g; so each row of group g weighs q_g / n_g.
 * Sagawa, Koh, Hashimoto & Liang, "Distributionally robust neural networks for group shifts" (ICLR 2020), algorithm 1.
 * Groups that are not in the batch keep their q before the division (η·L_g counts as 0). exp is taken of η·L_g less the largest of a group with
 * q_g > 0, which the division undoes; so the sum is never 0.
 */
function groupDro(member: i32): void {
  const q = groupWeights + 4 * <usize>member * <usize>groups;
  memory.fill(domainSums, 0, 32 * groups);
  for (let row = 0; row < plan.rows; row++) {
    const sums = sumsOf(load<u32>(batchGroups + 4 * row));
    addTo(sums, load<f64>(rowTerms + 8 * row));
    addTo(sums + 8, 1);
  }
  let largest: f64 = 0;
  for (let group = 0; group < groups; group++) {
    const sums = sumsOf(group), count = load<f64>(sums, 8);
    const growth = count > 0 ? (plan.objectiveWeight * load<f64>(sums)) / count : 0;
    store<f64>(sums, growth, 16);
    if (load<f32>(q + 4 * group) > 0) largest = max(largest, growth);
  }
  let total: f64 = 0;
  for (let group = 0; group < groups; group++) {
    const old = <f64>load<f32>(q + 4 * group);
    const moved = old > 0 ? old * exp(load<f64>(sumsOf(group), 16) - largest) : 0;
    store<f64>(sumsOf(group), moved, 16);
    total += moved;
  }
  for (let group = 0; group < groups; group++) store<f32>(q + 4 * group, <f32>(load<f64>(sumsOf(group), 16) / total));
  for (let row = 0; row < plan.rows; row++) {
    const group = load<u32>(batchGroups + 4 * row);
    store<f32>(rowWeights + 4 * row, <f32>(<f64>load<f32>(q + 4 * group) / load<f64>(sumsOf(group), 8)));
  }
}

/**
 * V-REx: loss L̄ + w·(1/E)·Σ_d (L_d − L̄)²; so each row of domain d weighs (1 + 2w·(L_d − L̄)) / B.
 * Krueger et al., "Out-of-distribution generalization via risk extrapolation" (ICML 2021), V-REx, with the mean of losses as DomainBed has it.
 */
function vrex(): void {
  memory.fill(domainSums, 0, 32 * plan.domains);
  let all: f64 = 0;
  for (let row = 0; row < plan.rows; row++) {
    const loss = load<f64>(rowTerms + 8 * row);
    addTo(sumsOf(row / plan.perDomain), loss);
    all += loss;
  }
  const mean = all / plan.rows;
  for (let row = 0; row < plan.rows; row++) {
    const own = load<f64>(sumsOf(row / plan.perDomain)) / plan.perDomain;
    store<f32>(rowWeights + 4 * row, <f32>((1 + 2 * plan.objectiveWeight * (own - mean)) / plan.rows));
  }
}

/**
 * IRMv1: loss L̄ + w·(1/E)·Σ_d e_d·o_d, where s_i = Σ_c (p − y)_ic·z_ic is the gradient of row i's loss by a scale of the logits at 1, e_d its
 * mean over the even rows of domain d and o_d over the odd ones: an unbiased estimate of the squared gradient.
 * Arjovsky, Bottou, Gulrajani & Lopez-Paz, "Invariant risk minimization" (2019), section 3.1 and appendix D.
 *   ∂s_i/∂z_ic = (p − y)_ic + p_ic·(z_ic − Σ_c p_ic·z_ic),
 * so with k_i = (w/E)·(the other half's mean)/(rows in the own half) the gradient is (1/B + k_i)·(p − y) + k_i·p·(z − Σ p·z).
 * Leaves the last term in `logits` and 1/B + k_i in `rowWeights`. Without odd rows (n = 1) k is 0.
 */
function irm(stride: i32): void {
  const n = plan.perDomain, panelBytes: usize = 32 * stride, quads = (classes + 3) >> 2;
  const evenRows = (n + 1) >> 1, oddRows = n >> 1;
  memory.fill(domainSums, 0, 32 * plan.domains);
  for (let row = 0; row < plan.rows; row++) addTo(sumsOf(row / n) + 8 * ((row % n) & 1), load<f64>(rowTerms + 8 * row));
  for (let row = 0; row < plan.rows; row++) {
    const isOdd = (row % n) & 1;
    const otherSum = load<f64>(sumsOf(row / n) + 8 * (1 - isOdd));
    const k = oddRows > 0 ? ((plan.objectiveWeight / plan.domains) * otherSum) / (<f64>evenRows * <f64>oddRows) : 0;
    const factors = f32x4.splat(<f32>k), means = f32x4.splat(<f32>expectedLogit(row, stride));
    for (let quad = 0; quad < quads; quad++) {
      const p = v128.load(quadAt(delta + 32 * row, quad, panelBytes));
      const z = quadAt(logits + 32 * row, quad, panelBytes);
      v128.store(z, f32x4.mul(f32x4.mul(factors, p), f32x4.sub(v128.load(z), means)));
    }
    store<f32>(rowWeights + 4 * row, <f32>(1 / <f64>plan.rows + k));
  }
}

/** Σ_c p_c·z_c of a row. */
function expectedLogit(row: i32, stride: i32): f64 {
  const panelBytes: usize = 32 * stride;
  let sum: f64 = 0;
  for (let c = 0; c < classes; c++) sum += <f64>load<f32>(unitAt(delta + 32 * row, c, panelBytes)) * <f64>load<f32>(unitAt(logits + 32 * row, c, panelBytes));
  return sum;
}

/** δ_i ← rowWeights_i·δ_i, plus what lies at `extra` where that is not 0. */
function weighRows(stride: i32, extra: usize): void {
  const panelBytes: usize = 32 * stride, quads = (classes + 3) >> 2;
  for (let row = 0; row < plan.rows; row++) {
    const weights = v128.load_splat<f32>(rowWeights + 4 * row);
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(delta + 32 * row, quad, panelBytes);
      const more = extra ? v128.load(quadAt(extra + 32 * row, quad, panelBytes)) : f32x4.splat(0);
      v128.store(at, multiplyAdd(weights, v128.load(at), more));
    }
  }
}
