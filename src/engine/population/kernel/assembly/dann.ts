import { discriminatorBias, discriminatorWeights, domainDelta, domainStride, hiddenWidth, padded, panelsOf, pull } from './layout';
import { quadAt, softmax, unitAt } from './loss';
import { updateBias, updateWeights, useDiscriminator } from './optimizer';
import * as plan from './plan';
import { affine, project } from './products';

/*
 * DANN: a discriminator softmax(h̃U + c) [B, E] guesses each row's training domain from the last hidden layer h̃ after dropout. It descends the
 * mean cross-entropy M of its guesses; the head descends L̄ − w·M. With η = (softmax − onehot) / B [B, E]: dU = h̃ᵀη, dc = Σ_i η_i, and by h̃ the
 * head gets −w·ηUᵀ. Ganin et al., "Domain-adversarial training of neural networks" (JMLR 2016), section 4.2.
 *
 * Where it departs from DomainBed: a linear discriminator instead of a multilayer perceptron; no penalty on the discriminator's input
 * gradient; both learn at every step, from the weights before it, instead of in turn; one optimizer and learning rate, no decay of U.
 */

/** The discriminator's gradient by its logits, into `domainDelta`, and by h̃, into `pull`. @param hidden h̃, panels(H, stride) */
export function dannPull(values: usize, hidden: usize, stride: i32): void {
  const panels = panelsOf(hiddenWidth);
  project(hidden, stride, panels, values + discriminatorWeights, domainStride, plan.domains, values + discriminatorBias, domainDelta, stride, stride);
  softmax(domainDelta, plan.rows, stride, plan.domains, 0);
  subtractDomains(stride);
  affine(domainDelta, stride, padded(plan.domains, 4), values + discriminatorWeights, domainStride, panels, 0, pull, stride, stride);
}

/** The discriminator's update, after `dannPull`. */
export function updateDiscriminator(values: usize, hidden: usize, stride: i32): void {
  const depth = padded(plan.domains, 4);
  useDiscriminator();
  updateWeights(domainDelta, depth, hidden, panelsOf(hiddenWidth), values + discriminatorWeights, domainStride, plan.rows, stride);
  updateBias(domainDelta, depth, values + discriminatorBias, plan.rows, stride);
}

/** η ← (η − [the row's domain]) / B */
function subtractDomains(stride: i32): void {
  const panelBytes: usize = 32 * stride, quads = (plan.domains + 3) >> 2;
  const counts = f32x4.splat(<f32>plan.rows);
  for (let row = 0; row < plan.rows; row++) {
    const start = domainDelta + 32 * row;
    const own = unitAt(start, row / plan.perDomain, panelBytes);
    store<f32>(own, load<f32>(own) - 1);
    for (let quad = 0; quad < quads; quad++) {
      const at = quadAt(start, quad, panelBytes);
      v128.store(at, f32x4.div(v128.load(at), counts));
    }
  }
}
