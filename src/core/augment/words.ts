/**
 * A word: letters, marks and digits, with apostrophes, hyphens and joiners inside, and points and commas between digits. A tag, a handle
 * and a web address are one word each.
 */
const WORD =
  /(?:https?:\/\/|www\.)\S*[\p{L}\p{N}/][\p{M}\u200c\u200d]*|[#@]?[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u200c\u200d]*(?:['’-][\p{L}\p{M}\p{N}_\u200c\u200d]+|(?<=\p{N})[.,:](?=\p{N})[\p{L}\p{M}\p{N}_]+)*/gu;

/** Part of a text: text.slice(from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Word extends Span {
  readonly text: string;
}

/** The text's words, in order. Between two words there is everything else: white space, punctuation, emoji. */
export function wordsIn(text: string): Word[] {
  return spansOf(text, WORD);
}

/** Where the pattern occurs. @param pattern with the flag g */
export function spansOf(text: string, pattern: RegExp): Word[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ text: found, from: index, to: index + found.length }));
}

/** A change of a text: `text` instead of the span. */
export type Edit = Word;

/** The text with its spans replaced. @param edits that do not overlap, in any order */
export function edited(text: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    out += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return out + text.slice(at);
}

/** White space or closing punctuation that no combining mark sits on. */
const LEADING = /^(?:[\s.,;:!?](?!\p{M}))+/u;
const SPACE = /^(?:\s(?!\p{M}))+/u;
const CLOSING = /^(?:[\s.,;:!?)\]}]|$)/u;

/** The text without the spans, the gaps closed: no double space, none before a closing mark, no lost comma at the beginning. */
export function without(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    out += text.slice(at, Math.max(at, from));
    const rest = text.slice(to);
    if (out.trimEnd() === '') {
      out = '';
      at = to + (LEADING.exec(rest)?.[0].length ?? 0);
    } else {
      const spaced = /\s$/u.test(out);
      at = to + (spaced ? (SPACE.exec(rest)?.[0].length ?? 0) : 0);
      if (spaced && CLOSING.test(text.slice(at))) out = out.trimEnd();
    }
  }
  return out + text.slice(at);
}

/** Places that a variant changes: Wei & Zou, “EDA” (EMNLP-IJCNLP 2019), section 2: n = α·words, rounded down, at least one. */
export function changesFor(words: number, strength: number): number {
  return Math.max(1, Math.floor(strength * words));
}

/** `text` with the capitals of `like`: all of them, a first one, or as it is. */
export function withCaseOf(like: string, text: string): string {
  const [first = ''] = like;
  if (first === first.toLowerCase()) return text;
  if ([...like].length > 1 && like === like.toUpperCase()) return text.toUpperCase();
  const [initial = ''] = text;
  return initial.toUpperCase() + text.slice(initial.length);
}
