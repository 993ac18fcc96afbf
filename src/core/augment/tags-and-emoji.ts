import { EMOJI } from '../emoji.ts';
import type { Operation } from './operation.ts';
import { changesFor, edited, spansOf, without, wordsIn } from './words.ts';

const HASHTAG = /(?<![\p{L}\p{M}\p{N}_#&])#[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u200c\u200d]*/gu;

/** Hashtag dropping: n tags lose their sign, or go altogether. */
export const dropHashtags: Operation = (text, strength, random) => {
  const chosen = random.sample(spansOf(text, HASHTAG), changesFor(wordsIn(text).length, strength));
  const whole = chosen.filter(() => random.uniform() < 0.5);
  const signs = chosen.filter((tag) => !whole.includes(tag));
  const parts = [...whole, ...signs.map(({ from }) => ({ from, to: from + 1 }))];
  const variant = without(text, parts);
  return variant.trim() === '' ? edited(text, chosen.map((tag) => ({ ...tag, text: tag.text.slice(1) }))) : variant;
};

/** Emoji dropping: n emoji go, each as one whole. */
export const dropEmoji: Operation = (text, strength, random) => {
  const chosen = random.sample(spansOf(text, EMOJI), changesFor(wordsIn(text).length, strength));
  return without(text, chosen);
};
