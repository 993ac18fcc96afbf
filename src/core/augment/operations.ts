import { changeContractions } from './contractions.ts';
import { mistype } from './keyboard.ts';
import type { TextKind } from './kinds.ts';
import { misread } from './ocr.ts';
import type { Operation } from './operation.ts';
import { changeCase, changePunctuation } from './surface.ts';
import { dropEmoji, dropHashtags } from './tags-and-emoji.ts';
import { deleteWords, insertSynonyms, replaceBySynonyms, swapWords } from './word-changes.ts';

/** What each kind does to a text. */
export const OPERATIONS: Readonly<Record<TextKind, Operation>> = {
  deletion: deleteWords,
  swap: swapWords,
  synonyms: replaceBySynonyms,
  insertion: insertSynonyms,
  keyboard: mistype,
  ocr: misread,
  case: changeCase,
  punctuation: changePunctuation,
  contractions: changeContractions,
  hashtags: dropHashtags,
  emoji: dropEmoji,
};
