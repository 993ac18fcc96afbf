/** Kinds of text augmentation. Their order is that in which a batch chooses among variants, and so part of the record format: append. */
export const TEXT_KINDS = ['deletion', 'swap', 'synonyms', 'insertion', 'keyboard', 'ocr', 'case', 'punctuation', 'contractions', 'hashtags', 'emoji'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Name of the switch in `KnobValues` that turns a kind on. */
export type TextKnob = `text${Capitalize<TextKind>}`;
export function textKnob(kind: TextKind): TextKnob {
  return `text${kind[0]?.toUpperCase()}${kind.slice(1)}` as TextKnob;
}

/** Each kind's name on the page, and what it does in a student's words. */
export const TEXT_KIND_TABLE: Readonly<Record<TextKind, { readonly label: string; readonly hint: string }>> = {
  deletion: { label: 'Word deletion', hint: 'Leaves out words at random.' },
  swap: { label: 'Word swap', hint: 'Lets words change places at random.' },
  synonyms: { label: 'Synonym replacement', hint: 'Puts synonyms in the place of words; “a” and “an” stay as they are.' },
  insertion: { label: 'Synonym insertion', hint: 'Adds synonyms of words at random places.' },
  keyboard: { label: 'Keyboard typos', hint: 'Hits a key beside the right one, swaps two letters, doubles one or misses one.' },
  ocr: { label: 'Scanning errors', hint: 'Misreads characters as a scanner would, such as 0 for o.' },
  case: { label: 'Letter case noise', hint: 'Writes words in capitals, in small letters, or with a capital.' },
  punctuation: { label: 'Punctuation noise', hint: 'Drops, doubles or adds punctuation marks.' },
  contractions: { label: 'Contractions', hint: 'Writes “do not” as “don’t”, and the other way round.' },
  hashtags: { label: 'Hashtag dropping', hint: 'Takes the sign off hashtags, or leaves them out.' },
  emoji: { label: 'Emoji dropping', hint: 'Leaves out emoji.' },
};

/** Whether a kind puts synonyms into texts. */
export function needsSynonyms(kind: TextKind): boolean {
  return kind === 'synonyms' || kind === 'insertion';
}

/** Strengths: the share of words that a variant changes, as α of Wei & Zou (2019). Few, so that each is embedded once. */
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

/** Whether any kind is on. @param knobs KnobValues, of which only the kinds' switches count */
export function augmentsTexts(knobs: Readonly<Record<TextKnob, boolean>>): boolean {
  return TEXT_KINDS.some((kind) => knobs[textKnob(kind)]);
}
