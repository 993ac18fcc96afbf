import type { Draws } from './draws.ts';
import { asCaseOf, isPlain, lettersOf } from './letters.ts';
import type { Operation } from './operation.ts';
import { changesFor, edited, wordsIn } from './words.ts';

/** The rows of a QWERTY keyboard, and how far each is shifted to the right, in keys. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const;
const SHIFTS = [0, 0.25, 0.75] as const;

/** Letters whose keys touch a letter's key, in the order of the keyboard. */
export const NEIGHBOURS: ReadonlyMap<string, string> = new Map(keys().map((key) => [key.letter, neighboursOf(key)]));

interface Key {
  readonly letter: string;
  readonly row: number;
  readonly at: number;
}

function keys(): Key[] {
  return ROWS.flatMap((letters, row) => [...letters].map((letter, column) => ({ letter, row, at: column + (SHIFTS[row] as number) })));
}

function neighboursOf({ letter, row, at }: Key): string {
  const touching = keys().filter((key) => key.letter !== letter && Math.abs(key.row - row) <= 1 && Math.abs(key.at - at) <= 1);
  return touching.map((key) => key.letter).join('');
}

/** Keyboard typos: n words get one each: a neighbouring key, two letters swapped, a letter twice, a letter missing. */
export const mistype: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const chosen = random.sample(words.filter((word) => lettersOf(word.text).filter(isPlain).length > 1), changesFor(words.length, strength));
  return edited(text, chosen.map((word) => ({ ...word, text: withTypo(word.text, random) })));
};

/** @param word with two plain letters at least */
function withTypo(word: string, random: Draws): string {
  const letters = lettersOf(word);
  const plain = letters.flatMap((letter, at) => (isPlain(letter) ? [at] : []));
  const pairs = plain.filter((at) => isPlain(letters[at + 1]) && letters[at] !== letters[at + 1]);
  const typo = random.pick(pairs.length > 0 ? (['neighbour', 'swapped', 'doubled', 'missing'] as const) : (['neighbour', 'doubled', 'missing'] as const));
  const at = random.pick(typo === 'swapped' ? pairs : plain);
  const letter = letters[at] as string;
  if (typo === 'swapped') letters.splice(at, 2, letters[at + 1] as string, letter);
  else if (typo === 'doubled') letters.splice(at, 1, letter + letter.toLowerCase());
  else if (typo === 'missing') letters.splice(at, 1);
  else letters[at] = asCaseOf(letter, random.pick([...(NEIGHBOURS.get(letter.toLowerCase()) ?? '')]));
  return letters.join('');
}
