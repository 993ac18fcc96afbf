import type { Dataset } from '../examples.ts';
import { counted, percent } from '../format.ts';
import { dropRemedy, examplesOf, offered, theCounted, type Finding } from './report.ts';
import { wordsOf } from './cues.ts';

/** What the encoder's vocabulary makes of each text. */
export interface TokenMeasures {
  /** [N] tokens of the whole text, those beyond the encoder's reach too; 0 for a text without any. */
  readonly tokens: Uint32Array;
  /** [N] share of the text's characters, white space apart, that are in no known token, 0 … 1. */
  readonly unknownShare: Float32Array;
  /** Tokens that the encoder reads of a text. */
  readonly maxTokens: number;
}

/** From this share of unknown characters on, little of a text is left. Some scripts share a few letters with the vocabulary. */
const UNREADABLE = 1 / 3;
/** From this share of texts on, what is cut matters. */
const MANY_CUT = 0.1;
/** A text of one word is short, unless it is a long one, as in scripts that put no spaces between words. */
const SHORT_WORDS = 2;
const SHORT_CHARACTERS = 15;

/** Texts longer than what the encoder reads. */
export function cutFinding(dataset: Dataset, { tokens, maxTokens }: TokenMeasures): Finding | null {
  const rows = rowsWhere(tokens, (n) => n > maxTokens);
  if (rows.length === 0) return null;
  const unread = rows.reduce((sum, row) => sum + 1 - maxTokens / (tokens[row] as number), 0) / rows.length;
  const longest = rows.reduce((most, row) => Math.max(most, tokens[row] as number), 0);
  return {
    key: 'cut',
    severity: rows.length >= MANY_CUT * dataset.examples.length ? 'look' : 'note',
    title: `${counted(rows.length, 'text')} longer than the encoder reads`,
    count: rows.length,
    details: [`The encoder reads ${maxTokens} tokens, some 90 words. Of these texts ${percent(unread)} is not read, on average; the longest has ${counted(longest, 'token')}.`],
    rows: Uint32Array.from(rows),
    why: 'What comes after is not seen by the head. Where the verdict stands at the end of long texts, it is lost.',
    examples: examplesOf(dataset, rows, (row) => counted(tokens[row] as number, 'token')),
    ...offered(dropRemedy(dataset, rows, { label: `Leave out ${theCounted(rows.length, 'long text')}`, done: `Left out ${counted(rows.length, 'long text')}.`, result: `without ${counted(rows.length, 'long text')}` })),
  };
}

/** Texts in a script, or of signs, that the vocabulary does not know. */
export function unreadableFinding(dataset: Dataset, { unknownShare }: TokenMeasures): Finding | null {
  const rows = rowsWhere(unknownShare, (share) => share >= UNREADABLE);
  if (rows.length === 0) return null;
  const some = rowsWhere(unknownShare, (share) => share > 0).length;
  return {
    key: 'unreadable',
    severity: rows.length >= MANY_CUT * dataset.examples.length ? 'serious' : 'look',
    title: `${counted(rows.length, 'text')} that the encoder can hardly read`,
    count: rows.length,
    details: [
      'A third or more of the characters of each are unknown to its vocabulary.',
      ...(some > rows.length ? [`${counted(some - rows.length, 'more has', 'more have')} a few unknown characters.`] : []),
    ],
    rows: Uint32Array.from(rows),
    why: 'The encoder knows English. A run of emoji, or of letters of another script, becomes one unknown token, so that different texts look alike to the head, and it cannot but guess.',
    examples: examplesOf(dataset, rows, (row) => `${percent(unknownShare[row] as number)} of the characters unknown`),
    ...offered(dropRemedy(dataset, rows, { label: `Drop ${theCounted(rows.length, 'unreadable text')}`, done: `Dropped ${counted(rows.length, 'unreadable text')}.`, result: `without ${counted(rows.length, 'unreadable text')}` })),
  };
}

/** Texts of one word, or none. */
export function shortFinding(dataset: Dataset): Finding | null {
  const rows = dataset.examples.flatMap(({ text }, row) => (wordsOf(text).length < SHORT_WORDS && text.length < SHORT_CHARACTERS ? [row] : []));
  if (rows.length === 0) return null;
  const wordless = rows.filter((row) => wordsOf(dataset.examples[row]?.text ?? '').length === 0).length;
  return {
    key: 'short',
    severity: 'note',
    title: `${counted(rows.length, 'text')} of one word or none`,
    count: rows.length,
    details: wordless > 0 ? [`${counted(wordless, 'has', 'have')} no word at all.`] : [],
    rows: Uint32Array.from(rows),
    why: 'So little can seldom carry the label; it adds noise to training and to scores.',
    examples: examplesOf(dataset, rows),
    ...offered(dropRemedy(dataset, rows, { label: `Drop ${theCounted(rows.length, 'short text')}`, done: `Dropped ${counted(rows.length, 'short text')}.`, result: `without ${counted(rows.length, 'short text')}` })),
  };
}

function rowsWhere(values: Uint32Array | Float32Array, test: (value: number) => boolean): number[] {
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (test(value)) rows.push(row);
  });
  return rows;
}
