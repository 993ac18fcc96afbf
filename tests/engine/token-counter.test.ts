import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@tensorflow-models/universal-sentence-encoder';
import { beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { TokenCounter } from '../../src/engine/encoder/token-counter.ts';
import { MAX_CHARACTERS } from '../../src/engine/encoder/tokenizer.ts';
import { ENDLESS_TEXT, LONG_TEXT, SHORT_TEXTS } from '../support/encoder-texts.ts';
import { useLiteFolder } from '../support/use-lite-files.ts';

let counter: TokenCounter;
let original: Tokenizer;
let pieces: string[];

beforeAll(async () => {
  const vocabulary = JSON.parse(await readFile(join(useLiteFolder, 'vocab.json'), 'utf8')) as [string, number][];
  counter = new TokenCounter(vocabulary);
  original = new Tokenizer(vocabulary);
  pieces = vocabulary.slice(6).map(([piece]) => piece.replaceAll('▁', ' '));
});

describe('a text’s tokens', () => {
  test('are as many as the package’s own tokenizer makes of it, those beyond the encoder’s reach included', () => {
    for (const text of [...SHORT_TEXTS, LONG_TEXT, ENDLESS_TEXT.slice(0, MAX_CHARACTERS)]) expect([text, counter.count(text).tokens]).toEqual([text, original.encode(text).length]);
  });

  test('are as many for any mixture of pieces, letters and signs', () => {
    const part = fc.oneof(fc.nat({ max: 7000 }).map((n) => pieces[n] ?? 'a'), fc.constantFrom(' ', 'x', 'Q', '😀', '文', '\n', 'é', '\ud83d', '…', '1'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 25 }), (parts) => {
        const text = parts.join('');
        fc.pre(text.trim() !== '');
        expect(counter.count(text).tokens).toBe(original.encode(text).length);
      }),
      { numRuns: 500 },
    );
  });

  test('are none where there is no text', () => {
    expect(counter.count(' \n ')).toEqual({ tokens: 0, unknownShare: 0 });
  });
});

test('the share of unknown characters leaves white space out, and is whole for what the vocabulary does not know', () => {
  expect(counter.count('The film was\nwonderful.').unknownShare).toBe(0);
  expect(counter.count('😀 😀').unknownShare).toBe(1);
  expect(counter.count('这部电影非常好看。').unknownShare).toBe(1);
  expect(counter.count('good 😀').unknownShare).toBe(0.2);
});
