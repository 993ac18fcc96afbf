import type { Operation } from './operation.ts';
import { changesFor, edited, spansOf, wordsIn, type Edit, type Span } from './words.ts';

/** Case noise: n words become all lower case, all capitals, or capitalised. */
export const changeCase: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const cased = words.map((word) => ({ word, forms: otherCases(word.text) })).filter(({ forms }) => forms.length > 0);
  const chosen = random.sample(cased, changesFor(words.length, strength));
  return edited(text, chosen.map(({ word, forms }) => ({ ...word, text: random.pick(forms) })));
};

function otherCases(word: string): string[] {
  const [initial = ''] = word;
  const lower = word.toLowerCase();
  return [...new Set([lower, word.toUpperCase(), initial.toUpperCase() + lower.slice(initial.toLowerCase().length)])].filter((form) => form !== word);
}

/** A mark of punctuation outside words that nothing sits on. */
const MARK = /[.,;:!?…"“”()[\]–—-](?!\p{M})/gu;
const ADDED = [',', '.', '!', '?', '…'] as const;

/** Punctuation noise: n times a mark is dropped, doubled, or added behind a word. */
export const changePunctuation: Operation = (text, strength, random) => {
  const words = wordsIn(text);
  const within = new Set(words.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  let marks = spansOf(text, MARK).filter(({ from }) => !within.has(from));
  let bare = words.filter(({ to }) => to === text.length || /\s/u.test(text[to] as string));
  const edits: Edit[] = [];
  for (let changes = changesFor(words.length, strength); changes > 0 && marks.length + bare.length > 0; changes--) {
    const possible = [...(marks.length > 0 ? ['drop', 'double'] : []), ...(bare.length > 0 ? ['add'] : [])];
    const change = random.pick(possible);
    if (change === 'add') {
      const word = random.pick(bare);
      bare = bare.filter((other) => other !== word);
      edits.push({ from: word.to, to: word.to, text: random.pick(ADDED) });
    } else {
      const mark = random.pick(marks);
      marks = marks.filter((other) => other !== mark);
      edits.push({ ...mark, text: change === 'double' ? mark.text + mark.text : holdsApart(text, mark) ? ' ' : '' });
    }
  }
  return edited(text, edits);
};

/** Whether two words would run into each other without the mark. */
function holdsApart(text: string, { from, to }: Span): boolean {
  return /[\p{L}\p{M}\p{N}_][^\s\p{L}\p{N}_]*$/u.test(text.slice(0, from)) && /^[^\s\p{L}\p{N}_]*[\p{L}\p{N}_]/u.test(text.slice(to));
}
