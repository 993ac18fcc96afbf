import { RandomStream, STREAM, betaSymmetric } from '../../core/rng.ts';

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

/** mixup's λ and pairing for one step, as tests/support/augmentation.ts draws them; null where there is none. */
export function mixupOf(rows: number, alpha: number, seed: number, step: number): { lambda: number; partners: Uint32Array } | null {
  if (alpha === 0 || rows < 2) return null;
  return {
    lambda: betaSymmetric(new RandomStream(seed, STREAM.mixupRatio, step), 0, alpha),
    partners: new RandomStream(seed, STREAM.mixupPartner, step).permutation(rows),
  };
}
