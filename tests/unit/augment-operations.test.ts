import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TEXT_KINDS, TEXT_STRENGTHS, needsSynonyms, type TextKind } from '../../src/core/augment/kinds.ts';
import { NEIGHBOURS } from '../../src/core/augment/keyboard.ts';
import { misreadingsOf } from '../../src/core/augment/ocr.ts';
import { isStopWord } from '../../src/core/augment/stop-words.ts';
import type { Synonyms } from '../../src/core/augment/synonyms.ts';
import { variantOf } from '../../src/core/augment/variants.ts';
import { changesFor, withCaseOf, without, wordsIn } from '../../src/core/augment/words.ts';
import { anyText, characters, loneSurrogates } from '../support/texts.ts';

const TABLE: Readonly<Record<string, readonly string[]>> = { film: ['movie', 'picture'], great: ['outstanding'], phone: ['telephone'], clear: ['plain'], not: ['never'] };
const synonyms: Synonyms = { of: (word) => TABLE[word] ?? [] };
const SYNONYMS = Object.values(TABLE).flat();
const kinds = fc.constantFrom(...TEXT_KINDS);
const strengths = fc.constantFrom(...TEXT_STRENGTHS);

function vary(text: string, kind: TextKind, strength = 0.1, seed = 1): string | null {
  return variantOf(text, kind, strength, { seed, pass: 0, synonyms });
}

/** All that a kind makes of a text under many seeds. */
function outcomes(text: string, kind: TextKind, strength = 0.1): Set<string | null> {
  return new Set(Array.from({ length: 400 }, (_, seed) => vary(text, kind, strength, seed)));
}

function spelt(text: string): string[] {
  return wordsIn(text).map((word) => word.text);
}

/** Times that each item occurs. */
function tally(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Whether `part` can be had from `whole` by leaving items out, in whatever order. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  const counts = tally(whole);
  return [...tally(part)].every(([item, count]) => count <= (counts.get(item) ?? 0));
}

describe('every kind, on any text', () => {
  test('changes the text or says that it cannot, never leaves an empty text, and makes the same of it again', () => {
    fc.assert(
      fc.property(anyText, kinds, strengths, fc.nat(), (text, kind, strength, seed) => {
        const variant = vary(text, kind, strength, seed);
        expect(vary(text, kind, strength, seed)).toBe(variant);
        if (variant === null) return;
        expect(variant).not.toBe(text);
        expect(variant.trim()).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });

  test('never halves a surrogate pair', () => {
    fc.assert(
      fc.property(anyText, kinds, strengths, fc.nat(), (text, kind, strength, seed) => {
        const variant = vary(text, kind, strength, seed);
        if (variant !== null) expect(loneSurrogates(variant)).toBeLessThanOrEqual(loneSurrogates(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('never takes a combining mark off its letter, nor puts one on another', () => {
    fc.assert(
      fc.property(anyText, kinds, strengths, fc.nat(), (text, kind, strength, seed) => {
        const variant = vary(text, kind, strength, seed);
        if (variant === null) return;
        const marked = (value: string): string[] => characters(value).filter((character) => /\p{M}/u.test(character));
        const [before, after] = [marked(text), marked(variant)];
        if (kind === 'swap') expect(tally(after)).toEqual(tally(before));
        else expect(isWithin(after, before)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test.for([
    ['keyboard', 'nai\u0308ve', 'i\u0308'],
    ['ocr', 'clow\u0301n', 'w\u0301'],
    ['case', 'cafe\u0301', /e\u0301/iu],
    ['punctuation', 'no!\u0301 way', '!\u0301'],
    ['deletion', 'one two\n\u0301three', '\n\u0301'],
  ] as const)('%s leaves a letter, or whatever it is, with the mark that sits on it: %s', ([kind, text, marked]) => {
    const variants = [...outcomes(text, kind, 0.5)].filter((variant) => variant !== null);
    expect(variants.length).toBeGreaterThan(1);
    for (const variant of variants) expect(variant).toMatch(marked);
  });

  test('has one answer for a whole text, whatever else there is: the draws depend on seed, text, kind and pass', () => {
    const text = 'A great film about a phone that was not clear, and they have seen it all before.';
    const of = (seed: number, pass: number): string | null => variantOf(text, 'keyboard', 0.3, { seed, pass, synonyms });
    expect(new Set([of(1, 0), of(2, 0), of(1, 1), of(3, 0)]).size).toBe(4);
  });

  test('leaves a text alone in which there is nothing of its kind', () => {
    expect(vary('word', 'deletion', 0.5)).toBeNull();
    expect(vary('very very very', 'swap')).toBeNull();
    expect(vary('Nothing known here.', 'synonyms')).toBeNull();
    expect(vary('Nothing known here.', 'insertion')).toBeNull();
    expect(vary('中文 a 7', 'keyboard')).toBeNull();
    expect(vary('中文 k', 'ocr')).toBeNull();
    expect(vary('中文 123 !', 'case')).toBeNull();
    expect(vary('😀', 'punctuation')).toBeNull();
    expect(vary('Plain words only.', 'contractions')).toBeNull();
    expect(vary('C# and &#233; are no tags.', 'hashtags')).toBeNull();
    expect(vary('© 2024, 3 * 4 = 12 #1', 'emoji')).toBeNull();
  });
});

describe('random deletion', () => {
  test('leaves words out, keeps the order of the others, closes gaps', () => {
    fc.assert(
      fc.property(anyText, strengths, fc.nat(), (text, strength, seed) => {
        const variant = vary(text, 'deletion', strength, seed);
        if (variant !== null) expect(isWithin(characters(variant), characters(text))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(outcomes('Great phone, really.', 'deletion', 0.3)).toEqual(new Set([null, 'phone, really.', 'Great, really.', 'Great phone,.', 'really.', 'phone,.', 'Great,.']));
  });

  test('leaves each word out with probability α, and never all', () => {
    const text = Array.from({ length: 40 }, (_, i) => `w${'abcdefghij'[i % 10]}${'klmn'[Math.floor(i / 10)]}`).join(' ');
    const seeds = 500;
    for (const strength of TEXT_STRENGTHS) {
      let gone = 0;
      for (let seed = 0; seed < seeds; seed++) gone += 40 - spelt(vary(text, 'deletion', strength, seed) ?? text).length;
      // Four standard errors of a share of 20,000 independent draws.
      expect(Math.abs(gone / (40 * seeds) - strength)).toBeLessThan(4 * Math.sqrt((strength * (1 - strength)) / (40 * seeds)));
    }
    expect(outcomes('one two', 'deletion', 0.5)).toEqual(new Set([null, 'one', 'two']));
    // Where both were to go, one stays: only a quarter of the texts stay as they were.
    const unchanged = Array.from({ length: 400 }, (_, seed) => vary('one two', 'deletion', 0.5, seed)).filter((variant) => variant === null).length;
    expect(Math.abs(unchanged / 400 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 400));
  });
});

describe('random swap', () => {
  test('keeps all words and everything between them', () => {
    expect(outcomes('One, two  three!', 'swap')).toEqual(new Set(['two, One  three!', 'three, two  One!', 'One, three  two!']));
    fc.assert(
      fc.property(anyText, strengths, fc.nat(), (text, strength, seed) => {
        const variant = vary(text, 'swap', strength, seed);
        if (variant !== null) expect([...variant].sort()).toEqual([...text].sort());
      }),
    );
  });

  test('swaps max(1, ⌊α·words⌋) times, so that a text of different words is never left as it was', () => {
    for (let seed = 0; seed < 200; seed++) expect(vary('one two three four', 'swap', 0.5, seed)).not.toBeNull();
    const moved = [...outcomes('one two three four five six seven eight nine ten', 'swap', 0.1)].map((variant) => spelt(variant ?? '').filter((word, at) => word !== spelt('one two three four five six seven eight nine ten')[at]).length);
    expect(new Set(moved)).toEqual(new Set([2]));
  });
});

describe('synonym replacement and insertion', () => {
  test('replaces max(1, ⌊α·words⌋) words that are no stop words, in the case of the word', () => {
    expect(outcomes('The film was not great.', 'synonyms')).toEqual(new Set(['The movie was not great.', 'The picture was not great.', 'The film was not outstanding.']));
    expect(vary('Great!', 'synonyms')).toBe('Outstanding!');
    expect(vary('GREAT!', 'synonyms')).toBe('OUTSTANDING!');
    expect(vary('a great a great a great a great a great', 'synonyms', 0.3)?.match(/outstanding/gu)).toHaveLength(3);
  });

  test('insert max(1, ⌊α·words⌋) synonyms, each before a word or at the end', () => {
    expect(outcomes('Such (great) sound.', 'insertion')).toEqual(new Set(['outstanding Such (great) sound.', 'Such (great) outstanding sound.', 'Such (great) sound outstanding.']));
    const text = 'a great film a great film a great film a';
    for (const strength of TEXT_STRENGTHS) expect(spelt(vary(text, 'insertion', strength) ?? '')).toHaveLength(10 + changesFor(10, strength));
  });

  test('bring in no words but synonyms', () => {
    fc.assert(
      fc.property(anyText, kinds.filter(needsSynonyms), strengths, fc.nat(), (text, kind, strength, seed) => {
        const known = new Set([...spelt(text), ...SYNONYMS].map((word) => word.toLowerCase()));
        for (const word of spelt(vary(text, kind, strength, seed) ?? text)) expect(known).toContain(word.toLowerCase());
      }),
      { numRuns: 1000 },
    );
  });

  test('stop words are function words and contractions', () => {
    expect(['the', 'not', 'was', "don't", 'it’s'].map(isStopWord)).toEqual([true, true, true, true, true]);
    expect(['film', 'good', 'loved'].map(isStopWord)).toEqual([false, false, false]);
  });
});

describe('keyboard typos', () => {
  test('are a neighbouring key, two letters swapped, one doubled or one missing', () => {
    const neighbours = (word: string, at: number): string[] => [...(NEIGHBOURS.get((word[at] as string).toLowerCase()) ?? '')].map((key) => word.slice(0, at) + key + word.slice(at + 1));
    const expected = [...neighbours('cat', 0), ...neighbours('cat', 1), ...neighbours('cat', 2), 'act', 'cta', 'ccat', 'caat', 'catt', 'at', 'ct', 'ca'];
    expect(outcomes('cat', 'keyboard')).toEqual(new Set(expected));
    expect(outcomes('Ab', 'keyboard')).toEqual(new Set(['Qb', 'Wb', 'Sb', 'Zb', 'Av', 'Ag', 'Ah', 'An', 'bA', 'Aab', 'Abb', 'b', 'A']));
  });

  test('know the keys around a key', () => {
    expect(NEIGHBOURS.get('g')).toBe('tyfhvb');
    expect(NEIGHBOURS.get('q')).toBe('wa');
    expect(NEIGHBOURS.get('p')).toBe('ol');
    for (const [key, neighbours] of NEIGHBOURS) for (const other of neighbours) expect(NEIGHBOURS.get(other)).toContain(key);
  });

  test('touch max(1, ⌊α·words⌋) words, where there are as many that can be mistyped', () => {
    const text = 'every single word here could well have some typo today';
    for (const strength of TEXT_STRENGTHS) {
      const before = spelt(text);
      const changed = spelt(vary(text, 'keyboard', strength) ?? '').filter((word, at) => word !== before[at]);
      expect(changed).toHaveLength(changesFor(10, strength));
    }
  });
});

describe('OCR confusions', () => {
  test('take a letter or two for what looks like them', () => {
    expect(new Set(misreadingsOf('modern'))).toEqual(new Set(['rnodern', 'nnodern', 'm0dern', 'moclern', 'modcrn', 'modem', 'moderri', 'madern']));
    expect(misreadingsOf('w')).toEqual(['vv']);
    expect(misreadingsOf('cl')).toContain('d');
    expect(misreadingsOf('0l')).toEqual(expect.arrayContaining(['ol', 'Ol', '01', '0I']));
    expect(misreadingsOf('w\u0301')).toEqual([]);
  });

  test('touch max(1, ⌊α·words⌋) words', () => {
    const text = 'some words were read wrong because someone scanned old books';
    const before = text.split(' ');
    for (const strength of TEXT_STRENGTHS) {
      const changed = (vary(text, 'ocr', strength) ?? '').split(' ').filter((word, at) => word !== before[at]);
      expect(changed).toHaveLength(changesFor(10, strength));
    }
  });
});

describe('case and punctuation noise', () => {
  test('a word becomes all small, all capitals, or capitalised', () => {
    expect(outcomes('nice, McDonald', 'case')).toEqual(new Set(['NICE, McDonald', 'Nice, McDonald', 'nice, mcdonald', 'nice, MCDONALD', 'nice, Mcdonald']));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), strengths, fc.nat(), (text, strength, seed) => {
        expect((vary(text, 'case', strength, seed) ?? text).toLowerCase()).toBe(text.toLowerCase());
      }),
    );
  });

  test('a mark is dropped, doubled, or added behind a word', () => {
    expect(outcomes('Well, no', 'punctuation')).toEqual(new Set(['Well no', 'Well,, no', 'Well, no,', 'Well, no.', 'Well, no!', 'Well, no?', 'Well, no…']));
    expect(outcomes('so-so…fine', 'punctuation')).toEqual(new Set(['so-so fine', 'so-so……fine', ...[',', '.', '!', '?', '…'].map((mark) => `so-so…fine${mark}`)]));
    expect(outcomes("It's well-made @you", 'punctuation')).not.toContain('Its well-made @you');
    fc.assert(
      fc.property(anyText, strengths, fc.nat(), (text, strength, seed) => {
        const runs = (value: string): readonly string[] => value.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
        expect(runs(vary(text, 'punctuation', strength, seed) ?? text)).toEqual(runs(text));
      }),
    );
  });
});

describe('contractions', () => {
  test.for([
    ['I do not know', "I don't know"],
    ["I don't know", 'I do not know'],
    ['DO NOT RUN', "DON'T RUN"],
    ['Can’t wait', 'Cannot wait'],
    ["It's fine", 'It is fine'],
    ['It is fine', "It's fine"],
    ["I'm here", 'I am here'],
    ['They have seen all', "They've seen all"],
    ['I would go', "I'd go"],
    ["Won't do", 'Will not do'],
    ['“Ours’ll do”, I  am sure', '“Ours’ll do”, I’m sure'],
  ] as const)('“%s” becomes “%s”', ([text, expected]) => {
    expect(vary(text, 'contractions', 0.5)).toBe(expected);
  });

  test.for(["It's been great", "He'd know", 'Yes, I am.', 'They have a dog', 'Let us know', "The dog's bed", 'idonot'])('“%s” stays: it would mean something else', (text) => {
    expect(vary(text, 'contractions', 0.5)).toBeNull();
  });
});

describe('hashtags and emoji', () => {
  test('a tag loses its sign, or goes, unless it is all there is', () => {
    expect(outcomes('So good #best, #ever', 'hashtags')).toEqual(new Set(['So good best, #ever', 'So good, #ever', 'So good #best, ever', 'So good #best,']));
    expect(outcomes('#best', 'hashtags')).toEqual(new Set(['best']));
  });

  test('an emoji goes as a whole, with all that it is put together of', () => {
    for (const emoji of ['😀', '👍🏽', '👩‍👩‍👧', '🇬🇧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '❤️', '❤', '©️']) {
      expect(vary(`Nice ${emoji}!`, 'emoji')).toBe('Nice!');
      expect(vary(`${emoji} nice`, 'emoji')).toBe('nice');
      expect(vary(emoji, 'emoji')).toBeNull();
    }
    expect(vary('a 😀 b 😀 c 😀 d e', 'emoji', 0.5)).toMatch(/^a (?:😀 )?b (?:😀 )?c (?:😀 )?d e$/u);
    expect([...(vary('a 😀 b 😀 c 😀 d e', 'emoji', 0.5) ?? '').matchAll(/😀/gu)]).toHaveLength(1);
  });
});

describe('words', () => {
  test('are tags, handles, addresses, numbers, and letters with apostrophes and hyphens inside', () => {
    expect(spelt('“It’s well-made”, @me: see https://a.b/c?d. #Best 9.99 - nai\u0308ve…')).toEqual(['It’s', 'well-made', '@me', 'see', 'https://a.b/c?d', '#Best', '9.99', 'nai\u0308ve']);
    expect(spelt('one.two')).toEqual(['one', 'two']);
  });

  test('that are left out leave no gap behind', () => {
    const drop = (text: string, ...gone: string[]): string => without(text, wordsIn(text).filter((word) => gone.includes(word.text)));
    expect(drop('a b, c', 'b')).toBe('a, c');
    expect(drop('a b, c', 'a')).toBe('b, c');
    expect(drop('a, b c', 'a')).toBe('b c');
    expect(drop('a b c', 'b', 'c')).toBe('a');
    expect(drop('a b c', 'a', 'b')).toBe('c');
    expect(drop('a\nb\nc', 'b')).toBe('a\nc');
  });

  test('take on the case of what they replace', () => {
    expect([withCaseOf('Film', 'movie'), withCaseOf('FILM', 'movie'), withCaseOf('film', 'movie'), withCaseOf('iPhone', 'movie')]).toEqual(['Movie', 'MOVIE', 'movie', 'movie']);
  });

  test('change in number by max(1, ⌊α·words⌋)', () => {
    expect([changesFor(0, 0.1), changesFor(9, 0.1), changesFor(20, 0.1), changesFor(25, 0.3)]).toEqual([1, 1, 2, 7]);
  });
});
