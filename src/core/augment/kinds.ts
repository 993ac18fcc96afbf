/** Kinds of text augmentation. Their order gives each its bit in `EffectiveKnobs.textKinds` and is part of the record format: append. */
export const TEXT_KINDS = ['deletion', 'swap', 'synonyms', 'insertion', 'keyboard', 'ocr', 'case', 'punctuation', 'contractions', 'hashtags', 'emoji'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Name of the switch in `KnobValues` that turns a kind on. */
export type TextKnob = `text${Capitalize<TextKind>}`;
export function textKnob(kind: TextKind): TextKnob {
  return `text${kind[0]?.toUpperCase()}${kind.slice(1)}` as TextKnob;
}

/** Strengths: the share of words (or characters) that a variant changes, as α of Wei & Zou (2019). Few, so that each is embedded once. */
export const TEXT_STRENGTHS = [0.05, 0.1, 0.2, 0.3, 0.5] as const;
/** Variants that are made of each training text, kind and strength. */
export const VARIANTS_PER_TEXT = 2;

/** One variant of one row. */
export interface Variant {
  readonly row: number;
  readonly text: string;
}

/**
 * From `step` on (before it is computed), the first `count` variants of `kind` at `strength` can be drawn. Joins are in order of steps;
 * within a kind and strength `count` only grows. With the run's seed and data they say all that a replay needs.
 */
export interface VariantJoin {
  readonly step: number;
  readonly kind: TextKind;
  readonly strength: number;
  readonly count: number;
}
