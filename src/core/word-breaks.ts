const SOFT_HYPHEN = '\u00AD';
const ZERO_WIDTH_SPACE = '\u200B';
/** Letters that a piece of a word has at least. */
const SHORTEST = 3;

/** Before a consonant and its vowel, where many languages that are written in Latin letters begin a syllable. */
const SYLLABLE = /(?=[^aeiouyàáâãäåæèéêëìíîïòóôõöøùúûü][aeiouyàáâãäåæèéêëìíîïòóôõöøùúûü])/giu;
/** Whole words in Latin letters: other scripts have other rules. */
const LATIN_WORD = /(?<![\p{L}\p{M}])[a-z\u00C0-\u024F]+(?![\p{L}\p{M}])/giu;

/**
 * A name with places where a browser may break a line when it must: soft hyphens in long Latin words, nearest to where pieces of even length would end and
 * before a syllable where there is one near, and breaks without a sign after the marks that join words in identifiers.
 * @param longest letters of a word that is left whole, and of a piece about at most; 6 or more
 */
export function breakable(name: string, longest: number): string {
  const joined = [...name].length > longest ? name.replace(/[_./:](?=[\p{L}\p{N}])/gu, `$&${ZERO_WIDTH_SPACE}`) : name;
  return joined.replace(LATIN_WORD, (word) => (word.length > longest ? inPieces(word, longest).join(SOFT_HYPHEN) : word));
}

function inPieces(word: string, longest: number): string[] {
  const syllables = Array.from(word.matchAll(SYLLABLE), ({ index }) => index);
  const count = Math.ceil(word.length / longest);
  const cuts = [0];
  for (let piece = 1; piece < count; piece++) {
    const even = Math.round((piece * word.length) / count);
    const near = syllables.filter((at) => Math.abs(at - even) <= 2 && at - (cuts.at(-1) as number) >= SHORTEST && word.length - at >= SHORTEST);
    cuts.push(near.reduce((best, at) => (Math.abs(at - even) < Math.abs(best - even) ? at : best), near[0] ?? even));
  }
  return cuts.map((from, i) => word.slice(from, cuts[i + 1]));
}
