import { Tokenizer } from '@tensorflow-models/universal-sentence-encoder';
import { HeldoutError } from '../../protocol/errors.ts';

/** Tokens that the encoder reads of a text; the rest has no effect. */
export const MAX_TOKENS = 128;
/** UTF-16 code units that are tokenized of a text: the tokenizer takes quadratic time, and 128 tokens are far fewer characters. */
export const MAX_CHARACTERS = 4096;

/** Token number, 0 being "unknown", by position: 1 to MAX_TOKENS of them. */
export type TokenIds = readonly number[];

/** Cuts texts into USE-lite's word pieces. */
export class TextTokenizer {
  private readonly tokenizer: Tokenizer;

  /** @param vocabulary pairs of piece and log probability, in order of token number: the parsed vocab.json. */
  constructor(private readonly vocabulary: [string, number][]) {
    this.tokenizer = new Tokenizer(vocabulary);
  }

  /** @param index position of the text in its list, for the error. @throws HeldoutError 'bad-input' when the text has no token. */
  encode(text: string, index: number): TokenIds {
    const tokens = text.trim() === '' ? [] : this.tokenizer.encode(normalized(text)).slice(0, MAX_TOKENS);
    if (tokens.length === 0) {
      throw new HeldoutError('bad-input', `Text number ${index + 1} is empty.`, 'Take it out, or put some words into it.', { row: index + 1 });
    }
    return tokens;
  }

  /** The piece of text that a token stands for, "▁" standing for the space before a word. */
  piece(token: number): string {
    return this.vocabulary[token]?.[0] ?? '�';
  }
}

/**
 * The text in Unicode NFKC, which is what the vocabulary is in, cut to MAX_CHARACTERS. It is cut before and after, since one
 * character can become eighteen.
 */
export function normalized(text: string): string {
  return cut(cut(text).normalize('NFKC'));
}

/** The first MAX_CHARACTERS code units, less one where that would leave half of a surrogate pair. */
export function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const last = text.charCodeAt(MAX_CHARACTERS - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? MAX_CHARACTERS - 1 : MAX_CHARACTERS);
}
