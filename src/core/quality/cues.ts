import { EMOJI } from '../emoji.ts';

/** Stands for every emoji: to the encoder, whose vocabulary has none but ♥, they are one unknown token. No word has brackets. */
export const ANY_EMOJI = '(emoji)';

/** A run of letters, marks and digits, with apostrophes inside. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}\p{N}]+)*/gu;
const EMOTICON = /(?<![\p{L}\p{M}\p{N}])[:;=]-?[()DPp](?![\p{L}\p{M}\p{N}])/u;
/** One sign, as often as it is repeated. */
const SIGN = /(?<one>[^\p{L}\p{M}\p{N}\s])\k<one>*/u;
/** Emoji before words and signs: a keycap begins with a digit. */
const CUE = new RegExp(`(?<emoji>${EMOJI.source})|(?<word>${WORD.source})|(?<emoticon>${EMOTICON.source})|(?<sign>${SIGN.source})`, 'gu');
const IN_WORD = /[\p{L}\p{M}\p{N}]/u;

/** What two words are compared by: Unicode NFC, lower case, one kind of apostrophe. */
function wordForm(word: string): string {
  return word.normalize('NFC').toLowerCase().replaceAll('’', "'");
}

/** The text's words, in order, in the form that they are compared by. */
export function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map(wordForm);
}

/**
 * What a head may go by in place of the meaning: the text's words, in the form that they are compared by; signs (“!”, and “!!” too where it
 * is repeated); emoticons without a nose; and ANY_EMOJI for each emoji. In order.
 */
export function cuesOf(text: string): string[] {
  const cues: string[] = [];
  for (const match of text.matchAll(CUE)) cues.push(...formsOf(match.groups as CueGroups));
  return cues;
}

/** The text without every cue of this form, the gaps closed; a text without it as it is. */
export function withoutCue(text: string, form: string): string {
  let removed = false;
  let first = false;
  const rest = text.replace(CUE, (cue, ...match: unknown[]) => {
    const [offset, , groups] = match.slice(-3) as [number, string, CueGroups];
    if (!formsOf(groups).includes(form)) return cue;
    removed = true;
    first ||= offset === 0;
    const after = text.codePointAt(offset + cue.length);
    return after !== undefined && IN_WORD.test(text.charAt(offset - 1)) && IN_WORD.test(String.fromCodePoint(after)) ? ' ' : '';
  });
  if (!removed) return text;
  const closed = rest.replace(/\s{2,}/gu, ' ').replace(/\s+(?=[.,;:!?])/gu, '').trim();
  // What stood around it may make another: “:-” and “)”.
  return withoutCue(first ? closed.replace(/^[\s.,;:!?]+/u, '') : closed, form);
}

/** The text without all of these. */
export function withoutCues(text: string, forms: readonly string[]): string {
  return forms.reduce(withoutCue, text);
}

/** “The word “winner””, at the beginning of a sentence. */
export function cueName(form: string): string {
  if (form === ANY_EMOJI) return 'An emoji';
  if (isWord(form)) return `The word “${form}”`;
  return isRepeated(form) ? `The sign “${form.slice(0, form.length / 2)}” twice or more in a row` : `The sign “${form}”`;
}

/** The form of a sign's repetition; null for what is no sign by itself. */
export function repeatedForm(form: string): string | null {
  return isWord(form) || form === ANY_EMOJI || isRepeated(form) ? null : form + form;
}

/** The same as what is taken out of texts. */
export function cueObject(form: string): string {
  if (form === ANY_EMOJI) return 'every emoji';
  return isRepeated(form) ? `every run of “${form.slice(0, form.length / 2)}”` : `“${form}”`;
}

type CueGroups = Readonly<Record<'emoji' | 'word' | 'emoticon' | 'sign' | 'one', string | undefined>>;

function formsOf({ emoji, word, emoticon, sign = '', one = '' }: CueGroups): string[] {
  if (word !== undefined) return [wordForm(word)];
  if (emoji !== undefined) return [ANY_EMOJI];
  if (emoticon !== undefined) return [emoticon.replace('-', '')];
  return sign === one ? [one] : [one, one + one];
}

function isWord(form: string): boolean {
  return /^[\p{L}\p{N}]/u.test(form);
}

function isRepeated(form: string): boolean {
  return form.length % 2 === 0 && form.slice(0, form.length / 2) === form.slice(form.length / 2) && !isWord(form);
}
