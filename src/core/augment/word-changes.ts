import type { Operation } from './operation.ts';
import { isStopWord } from './stop-words.ts';
import { changesFor, edited, withCaseOf, without, wordsIn, type Word } from './words.ts';

/*
 * Wei & Zou, “EDA: Easy data augmentation techniques for boosting performance on text classification tasks” (EMNLP-IJCNLP 2019), section 2.
 * Words keep their own capitals, and “a” does not become “an”.
 */

/** Random deletion: each word goes with probability α, but never all. */
export const deleteWords: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const gone = words.filter(() => random.uniform() < strength);
  if (words.length < 2 || gone.length === 0) return null;
  return without(text, gone.length < words.length ? gone : random.sample(gone, gone.length - 1));
};

/** Random swap: n times, two words that differ change places. */
export const swapWords: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const order = words.map((word) => word.text);
  if (new Set(order).size < 2) return null;
  for (let swaps = changesFor(words.length, strength); swaps > 0; swaps--) {
    const one = random.below(order.length);
    const others = order.flatMap((word, at) => (word === order[one] ? [] : [at]));
    const other = random.pick(others);
    const moved = order[one] as string;
    order[one] = order[other] as string;
    order[other] = moved;
    // The last swap must not undo the others: it is left out where it does.
    if (swaps === 1 && words.every((word, at) => word.text === order[at])) {
      order[other] = order[one];
      order[one] = moved;
    }
  }
  return edited(text, words.map((word, at) => ({ ...word, text: order[at] as string })));
};

/** Synonym replacement: n words that are no stop words become one of their synonyms. */
export const replaceBySynonyms: Operation = (text, strength, random, synonyms) => {
  const words = wordsIn(text);
  const chosen = random.sample(words.filter((word) => synonymsOf(word, synonyms).length > 0), changesFor(words.length, strength));
  return edited(text, chosen.map((word) => ({ ...word, text: withCaseOf(word.text, random.pick(synonymsOf(word, synonyms))) })));
};

/** Random insertion: n times, a synonym of some word that is no stop word is put anywhere. */
export const insertSynonyms: Operation = (text, strength, random, synonyms) => {
  const words = wordsIn(text);
  const sources = words.filter((word) => synonymsOf(word, synonyms).length > 0);
  if (sources.length === 0) return null;
  const end = words[words.length - 1]?.to ?? text.length;
  const places = [...words.flatMap(({ from }) => (from === 0 || /\s/u.test(text[from - 1] as string) ? [from] : [])), end];
  const edits = Array.from({ length: changesFor(words.length, strength) }, () => {
    const synonym = random.pick(synonymsOf(random.pick(sources), synonyms));
    const at = random.pick(places);
    return { from: at, to: at, text: at === end ? ` ${synonym}` : `${synonym} ` };
  });
  return edited(text, edits);
};

function synonymsOf({ text }: Word, synonyms: Parameters<Operation>[3]): readonly string[] {
  const word = text.toLowerCase();
  return isStopWord(word) ? [] : synonyms.of(word);
}
