import type { EffectiveKnobs } from '../../core/knobs.ts';
import { RandomStream, STREAM, betaSymmetric } from '../../core/rng.ts';

/** What one member's step is done with. */
export interface MemberKnobs extends EffectiveKnobs {
  /** λ₁ of the penalty λ₁·Σ|w| (weights, not biases); its subgradient at 0 is 0. 0 when absent. */
  readonly l1Strength?: number;
  /** s: targets become (1 − s)·y + s/C. 0 when absent. */
  readonly labelSmoothing?: number;
}

/** Dropout as the kernel takes it. */
export interface DropoutWords {
  /** A 24-bit uniform word below this is dropped: k / 2²⁴ < rate ⇔ k < ⌈rate·2²⁴⌉, the product being exact. */
  readonly threshold: number;
  /** 1 / (1 − rate) */
  readonly keep: number;
}

export function dropoutWords(rate: number): DropoutWords {
  return { threshold: Math.ceil(rate * 16_777_216), keep: 1 / (1 - rate) };
}

/** mixup's λ and pairing for one step, as core/augmentation.ts draws them; null where there is none. */
export function mixupOf(rows: number, alpha: number, seed: number, step: number): { lambda: number; partners: Uint32Array } | null {
  if (alpha === 0 || rows < 2) return null;
  return {
    lambda: betaSymmetric(new RandomStream(seed, STREAM.mixupRatio, step), 0, alpha),
    partners: new RandomStream(seed, STREAM.mixupPartner, step).permutation(rows),
  };
}
