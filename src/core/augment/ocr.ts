import type { Operation } from './operation.ts';
import { changesFor, edited, wordsIn } from './words.ts';

/** Pairs that look alike to a machine that reads print; each is taken for the other. */
export const CONFUSIONS: readonly (readonly [string, string])[] = [
  ['rn', 'm'], ['cl', 'd'], ['vv', 'w'], ['li', 'h'], ['nn', 'm'], ['ii', 'u'], ['o', '0'], ['O', '0'], ['l', '1'], ['I', '1'], ['I', 'l'], ['s', '5'], ['S', '5'], ['B', '8'], ['Z', '2'], ['g', '9'],
  ['e', 'c'], ['b', 'h'], ['a', 'o'], ['t', 'f'], ['u', 'v'], ['n', 'ri'],
];
const READINGS = CONFUSIONS.flatMap(([one, other]) => [[one, other], [other, one]] as const);

/** OCR confusions: in n words one letter, or pair of letters, is taken for what it looks like. */
export const misread: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const readable = words.map((word) => ({ word, misreadings: misreadingsOf(word.text) })).filter(({ misreadings }) => misreadings.length > 0);
  const chosen = random.sample(readable, changesFor(words.length, strength));
  return edited(text, chosen.map(({ word, misreadings }) => ({ ...word, text: random.pick(misreadings) })));
};

/** The word with one thing taken for another, in all ways. Letters with marks on them are left alone. */
export function misreadingsOf(word: string): string[] {
  return READINGS.flatMap(([seen, taken]) => {
    const found: string[] = [];
    for (let at = word.indexOf(seen); at >= 0; at = word.indexOf(seen, at + 1)) {
      const rest = word.slice(at + seen.length);
      if (!/^\p{M}/u.test(rest)) found.push(word.slice(0, at) + taken + rest);
    }
    return found;
  });
}
