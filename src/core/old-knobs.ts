import type { KnobName, KnobValue, KnobValues } from './knobs.ts';

/**
 * Knobs of the first two versions of the run record. There, one switch turned on noise and mixup together, and one strength set both:
 * noise of norm s and mixup with α = 0.4·s. Other knobs that did not exist yet are simply missing.
 */
export type OldKnobValues = Partial<KnobValues> & {
  readonly augmentation?: boolean;
  /** s, 0.05 to 1. */
  readonly augmentationStrength?: number;
};

/** A change in the log of such a record; compare `KnobChange`. */
export interface OldKnobChange {
  readonly step: number;
  readonly knob: KnobName | 'steps' | 'augmentation' | 'augmentationStrength';
  readonly value: KnobValue;
}

/** The same settings in today's knobs: what was switched on trains as it did, to the bit. */
export function upgradedKnobs({ augmentation, augmentationStrength, ...kept }: OldKnobValues): Partial<KnobValues> {
  return {
    ...kept,
    ...(augmentation === undefined ? {} : { noise: augmentation, mixup: augmentation }),
    ...(augmentationStrength === undefined ? {} : amountsOf(augmentationStrength)),
  };
}

/** The same change in today's knobs, which may take two. */
export function upgradedChange({ step, knob, value }: OldKnobChange): readonly { readonly step: number; readonly knob: KnobName | 'steps'; readonly value: KnobValue }[] {
  if (knob !== 'augmentation' && knob !== 'augmentationStrength') return [{ step, knob, value }];
  const changed = knob === 'augmentation' ? { noise: value, mixup: value } : amountsOf(value as number);
  return Object.entries(changed).map(([name, own]) => ({ step, knob: name as KnobName, value: own }));
}

function amountsOf(strength: number): { readonly noiseNorm: number; readonly mixupAlpha: number } {
  return { noiseNorm: strength, mixupAlpha: 0.4 * strength };
}
