import fc from 'fast-check';

/** Texts as people write them, and as nobody does: marks, emoji, tags, addresses, other scripts, lone surrogates. */
const PIECES = [
  'the', 'Film', 'GREAT', 'phone', "don't", 'it’s', 'do not', 'I', 'am', 'they have', 'seen', 'well-made', 'rn', 'clear', 'a', '9.99', 'https://example.org/a?b=c', '@someone', '#best', '#Été2024',
  '#', '😀', '👍🏽', '👩‍👩‍👧', '🇬🇧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '❤️', '©', 'naïve', 'nai\u0308ve', 'e\u0301\u0323', '中文', 'नमस्ते', 'İstanbul', 'ß', '\ud83d', '\ude00', '\u0301', '\u200d', '\ufe0f',
] as const;
const GAPS = [' ', '  ', '\n', '\t', ', ', '. ', '! ', '… ', ' — ', '(', ') ', '"', ''] as const;

export const anyText = fc.oneof(
  fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...GAPS)), { maxLength: 14 }).map((parts) => parts.flat().join('')),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Surrogates without their other half. */
export function loneSurrogates(text: string): number {
  return (text.match(/\p{Surrogate}/gu) ?? []).length;
}

/** Characters with the marks that sit on them, as Unicode decomposes them, in capitals. White space is left out. */
export function characters(text: string): string[] {
  return text.normalize('NFD').toUpperCase().normalize('NFD').match(/[^\s\p{M}]\p{M}*|\s\p{M}+/gu) ?? [];
}
