import { isStopWord } from '../../src/core/augment/stop-words.ts';
import { licenceOf, sensesOf, synsetKey, synsetsOf, type WordNetFiles } from './wordnet.ts';

/** Meanings of a word that give it synonyms, and the least share of the word's uses that such a meaning has. */
const MEANINGS = 3;
const LEAST_SHARE = 0.1;
/** WordNet's usages “disparagement”, “ethnic slur” and “obscenity, smut, vulgarism”: a word that has a meaning among them is nobody's synonym. */
const UNFIT = ['06730109', '06731706', '07139048'].map((offset) => synsetKey('noun', offset));
/** Words that WordNet does not mark so, but a class should not be given. */
const UNFIT_WORDS = new Set('negro colored queer gay damn goddam goddamn goddamned damned darned whore harlot bawd tart tit pussy'.split(' '));
const SINGLE = /^[a-z]{2,}$/u;

/**
 * WordNet reduced to a table of synonyms, in the format that `readSynonyms` reads: WordNet's licence behind “#”, then one line a word, in
 * alphabetical order. A word's synonyms are those that share one of its most frequent meanings with it *and* were themselves met in that
 * meaning in the texts that WordNet's authors marked; single words of the letters a to z, no stop words.
 */
export function synonymTable(files: WordNetFiles): string {
  const synsets = synsetsOf(files);
  const senses = sensesOf(files);
  const attested = new Set([...senses].flatMap(([word, meanings]) => meanings.flatMap(({ synset, count }) => (count > 0 ? [`${word} ${synset}`] : []))));
  const unfit = (word: string): boolean =>
    UNFIT_WORDS.has(word) || (senses.get(word) ?? []).some(({ synset }) => synsets.get(synset)?.usages.some((usage) => UNFIT.includes(usage)));

  const lines: string[] = [];
  for (const word of [...senses.keys()].filter((each) => SINGLE.test(each) && !isStopWord(each)).sort()) {
    const meanings = senses.get(word) ?? [];
    const uses = meanings.reduce((sum, { count }) => sum + count, 0);
    const frequent = meanings.slice(0, MEANINGS).filter(({ count }) => count > 0 && count >= LEAST_SHARE * uses);
    const shared = frequent.flatMap(({ synset }) => (synsets.get(synset)?.words ?? []).filter((other) => attested.has(`${other} ${synset}`)));
    const synonyms = [...new Set(shared)].filter((other) => other !== word && SINGLE.test(other) && !isStopWord(other) && !unfit(other));
    if (synonyms.length > 0) lines.push([word, ...synonyms].join(' '));
  }
  return [...licenceOf(files).map((line) => `# ${line}`.trimEnd()), ...lines, ''].join('\n');
}
