/** Words that can stand for a word. */
export interface Synonyms {
  /** @param word in lower case. @returns single words in lower case, none of them the word itself; empty for a word that is not known */
  of(word: string): readonly string[];
}

/** Where the site has the table, from its folder on. */
export const SYNONYM_FILE = 'models/synonyms/table.txt';

const NONE: readonly string[] = [];

/** No word has any: for kinds that need none. */
export const NO_SYNONYMS: Synonyms = { of: () => NONE };

/**
 * Reads the table. Lines that begin with “#” are its licence; every other line is a word and its synonyms, with a space between any two.
 * @throws RangeError naming the line when it is no such table
 */
export function readSynonyms(table: string): Synonyms {
  const known = new Map<string, readonly string[]>();
  for (const [at, line] of table.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    if (!/^[a-z]+(?: [a-z]+)+$/u.test(line)) throw new RangeError(`Line ${at + 1} of the synonym table is not a word and its synonyms.`);
    const [word = '', ...synonyms] = line.split(' ');
    known.set(word, synonyms);
  }
  if (known.size === 0) throw new RangeError('The synonym table is empty.');
  return { of: (word) => known.get(word) ?? NONE };
}
