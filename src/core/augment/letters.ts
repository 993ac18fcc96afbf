/** A letter with the marks that sit on it: the smallest thing that a typo touches. */
const LETTER = /[\s\S]\p{M}*/gu;
const PLAIN = /^[a-zA-Z]$/u;

/** The word's letters, each with its marks. */
export function lettersOf(word: string): string[] {
  return word.match(LETTER) ?? [];
}

/** Whether it is a letter of the English alphabet without marks. */
export function isPlain(letter: string | undefined): boolean {
  return letter !== undefined && PLAIN.test(letter);
}

/** The letter in the case of another. */
export function asCaseOf(like: string, letter: string): string {
  return like === like.toUpperCase() ? letter.toUpperCase() : letter;
}
