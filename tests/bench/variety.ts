import { quantile } from './summary.ts';

/** How varied texts are. Words are runs of letters, digits and apostrophes, lower-cased. */

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
}

/** Distinct word trigrams / all word trigrams, within texts: near 1 unless texts share phrases. It falls with the number of texts. */
export function distinctTrigramRatio(texts: readonly string[]): number {
  const trigrams = texts.flatMap((text) => {
    const words = wordsOf(text);
    return words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
  });
  return new Set(trigrams).size / trigrams.length;
}

/** Minimum, quartiles and maximum of the number of words a text. */
export function wordQuartiles(texts: readonly string[]): number[] {
  const counts = texts.map((text) => wordsOf(text).length);
  return [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(counts, share));
}
