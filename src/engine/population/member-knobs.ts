import type { EffectiveKnobs } from '../../core/effective-knobs.ts';
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

/** How the rows of a batch are blended: row i becomes λ·row i + (1 − λ)·its partner. */
export interface Mixing {
  readonly lambda: number;
  /** Each row's partner, a place in the batch [B]. */
  readonly partners: Uint32Array;
}

/**
 * The blending of one step, as tests/support/augmentation.ts draws it; null where there is none. Where mixup and within-class
 * interpolation are both on, the toss of a coin, keyed (seed, STREAM.mixingChoice, step), decides which of the two the step does.
 * @param classes of the batch's rows [B]
 */
export function mixingOf(classes: Uint32Array, { mixupAlpha, interpolationAlpha }: EffectiveKnobs, seed: number, step: number): Mixing | null {
  if (classes.length < 2) return null;
  const both = mixupAlpha > 0 && interpolationAlpha > 0;
  const mixesUp = both ? new RandomStream(seed, STREAM.mixingChoice, step).uniform(0) < 0.5 : mixupAlpha > 0;
  if (mixesUp) return mixup(classes.length, mixupAlpha, seed, step);
  return interpolationAlpha > 0 ? interpolation(classes, interpolationAlpha, seed, step) : null;
}

/** Any row may be the partner of any other. */
function mixup(rows: number, alpha: number, seed: number, step: number): Mixing {
  return {
    lambda: betaSymmetric(new RandomStream(seed, STREAM.mixupRatio, step), 0, alpha),
    partners: new RandomStream(seed, STREAM.mixupPartner, step).permutation(rows),
  };
}

/** Partners are a random permutation within each class: the class's places in a random order, one for each of them in ascending order. */
function interpolation(classes: Uint32Array, alpha: number, seed: number, step: number): Mixing {
  const shuffled = new Map<number, number[]>();
  for (const place of new RandomStream(seed, STREAM.interpolationPartner, step).permutation(classes.length).reverse()) {
    const own = classes[place] as number;
    const known = shuffled.get(own);
    if (known) known.push(place);
    else shuffled.set(own, [place]);
  }
  return {
    lambda: betaSymmetric(new RandomStream(seed, STREAM.interpolationRatio, step), 0, alpha),
    partners: classes.map((own) => shuffled.get(own)?.pop() as number),
  };
}
