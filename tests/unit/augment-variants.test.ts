import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TEXT_KINDS, TEXT_STRENGTHS, VARIANTS_PER_TEXT, type TextKind } from '../../src/core/augment/kinds.ts';
import { changesOf, previewCandidates, previewOf, rareInWords } from '../../src/core/augment/preview.ts';
import { finished } from '../../src/core/finished.ts';
import { NO_SYNONYMS } from '../../src/core/augment/synonyms.ts';
import { variantAt, variantCount, variantOf, variantRow, type VariantSource } from '../../src/core/augment/variants.ts';
import { wordDiff } from '../../src/core/augment/word-diff.ts';
import { STREAM } from '../../src/core/rng.ts';
import { anyText } from '../support/texts.ts';

const texts = Array.from({ length: 60 }, (_, row) => `The room of guest number ${row} was lovely, and we do not forget it.`);
const source: VariantSource = { texts, rows: Uint32Array.from({ length: 40 }, (_, i) => i + 10), seed: 7, synonyms: NO_SYNONYMS };
const indices = Array.from({ length: variantCount(source) }, (_, index) => index);

describe('the sequence of variants', () => {
  test('passes over the training rows as often as a text has variants, in a new random order each time', () => {
    const rows = indices.map((index) => variantRow(source, index));
    expect(rows).toHaveLength(40 * VARIANTS_PER_TEXT);
    const passes = Array.from({ length: VARIANTS_PER_TEXT }, (_, pass) => rows.slice(40 * pass, 40 * (pass + 1)));
    for (const pass of passes) expect([...pass].sort((a, b) => a - b)).toEqual([...source.rows]);
    expect(passes[0]).not.toEqual(passes[1]);
    expect(passes[0]).not.toEqual([...source.rows]);
  });

  test('is the same for each kind and strength as to rows, and in whatever order it is asked for', () => {
    const backwards = { ...source };
    for (const index of [...indices].reverse()) {
      const { row, text } = variantAt(backwards, 'keyboard', 0.2, index);
      expect(row).toBe(variantRow(source, index));
      expect(text).toBe(variantAt(source, 'keyboard', 0.2, index).text);
    }
  });

  test('changes with the seed, in its order and in its texts', () => {
    const other = { ...source, seed: 8 };
    expect(indices.map((index) => variantRow(other, index))).not.toEqual(indices.map((index) => variantRow(source, index)));
    expect(variantOf(texts[0] as string, 'swap', 0.1, { ...source, pass: 0 })).not.toBe(variantOf(texts[0] as string, 'swap', 0.1, { ...other, pass: 0 }));
  });

  test('gives a row another variant in each pass, and rows with one text the same ones', () => {
    const same: VariantSource = { ...source, texts: texts.map(() => texts[0] as string) };
    const made = indices.map((index) => variantAt(same, 'swap', 0.2, index).text);
    expect(new Set(made.slice(0, 40)).size).toBe(1);
    expect(new Set(made).size).toBe(VARIANTS_PER_TEXT);
  });

  test('is that of the release: a record names only how many variants had joined', () => {
    const golden = TEXT_KINDS.map((kind) => variantOf('I do not love this great phone, really #sad 😀😀', kind, 0.2, { seed: 1, pass: 1, synonyms: { of: (word) => (word === 'phone' ? ['telephone'] : []) } }));
    expect(golden).toMatchInlineSnapshot(`
      [
        "I not love this great phone, #sad 😀😀",
        "I do not really this great phone, love #sad 😀😀",
        "I do not love this great telephone, really #sad 😀😀",
        "I do not love this great telephone phone, really #sad 😀😀",
        "I do not love this great phone, really #asd 😀😀",
        "I do not love thi5 great phone, really #sad 😀😀",
        "I do not love This great phone, really #sad 😀😀",
        "I do not love this great phone really #sad 😀😀",
        "I don't love this great phone, really #sad 😀😀",
        "I do not love this great phone, really 😀😀",
        "I do not love this great phone, really #sad 😀",
      ]
    `);
    expect([STREAM.textAugmentation, STREAM.variantOrder]).toEqual([17, 18]);
  });
});

describe('a preview', () => {
  const examples = texts.map((text, row) => ({ text, label: 'x', domain: row < 20 ? 'held out' : 'training' }));

  const candidatesOf = (from: Parameters<typeof previewCandidates>[0], seed = 3): string[] => finished(previewCandidates(from, 'held out', seed));
  const shownBy = (candidates: readonly string[], kinds: readonly TextKind[], turn: number, strength = 0.1): string[] => previewOf(candidates, kinds, strength, turn, source).shown.map(({ text }) => text);

  test('shows three different texts from outside the held-out domain, others each time, all before any comes again', () => {
    const candidates = candidatesOf(examples);
    const turns = Array.from({ length: 13 }, (_, turn) => shownBy(candidates, ['swap'], turn));
    for (const shown of turns) expect(new Set(shown).size).toBe(3);
    expect(new Set(turns.flat().slice(0, 39)).size).toBe(39);
    expect(shownBy(candidates, ['swap'], 13)).toEqual(turns[0]);
    expect(turns.flat().every((text) => texts.indexOf(text) >= 20)).toBe(true);
    expect(candidatesOf(examples)).toEqual(candidates);
    expect(candidatesOf(examples, 4)).not.toEqual(candidates);
  });

  test('prefers short texts, and makes do with fewer than three', () => {
    const long = { text: 'long '.repeat(100), label: 'x', domain: 'training' };
    expect(candidatesOf([...examples, ...Array.from({ length: 200 }, (_, i) => ({ ...long, text: `${long.text}${i}` }))]).every((text) => text.length < 100)).toBe(true);
    const one = candidatesOf([long]);
    expect(shownBy(one, ['swap'], 5)).toEqual([long.text]);
    expect(previewOf(candidatesOf([]), ['swap'], 0.1, 0, source)).toEqual({ shown: [], looked: 0, changed: [0] });
  });

  test('has for each kind a text that it changes, where there is one', () => {
    const candidates = [...texts.slice(0, 50), 'So good 😀', 'Thanks #blessed', ...texts.slice(50)];
    const first = shownBy(candidates, ['swap', 'emoji', 'hashtags'], 0);
    expect(first).toEqual(expect.arrayContaining(['So good 😀', 'Thanks #blessed']));
    expect(shownBy(candidates, ['swap', 'emoji', 'hashtags'], 1)).not.toEqual(expect.arrayContaining(['So good 😀']));
  });

  test('keeps its texts while the strength is moved', () => {
    const candidates = candidatesOf(examples);
    for (const strength of TEXT_STRENGTHS) expect(shownBy(candidates, ['ocr', 'keyboard'], 2, strength)).toEqual(shownBy(candidates, ['ocr', 'keyboard'], 2, 0.1));
  });

  test('says of kinds that change few texts how many they can change', () => {
    const kinds = ['swap', 'emoji', 'hashtags'] as const;
    const preview = previewOf([...texts, 'So good 😀'], kinds, 0.1, 0, source);
    expect(preview.looked).toBe(61);
    expect(preview.changed.slice(1)).toEqual([1, 0]);
    expect(rareInWords(kinds, preview)).toEqual(['“Emoji dropping” can change 1 of the 61 texts looked at.', '“Hashtag dropping” can change none of the 61 texts looked at.']);
  });

  test('shows the first variant that training has of the text', () => {
    const [swap, emoji] = changesOf(texts[0] as string, ['swap', 'emoji'], 0.1, source);
    const later = (swap?.parts ?? []).filter(({ kind }) => kind !== 'gone').map(({ text }) => text).join('');
    expect(later).toBe(variantOf(texts[0] as string, 'swap', 0.1, { ...source, pass: 0 }));
    expect(emoji?.parts).toBeNull();
  });
});

describe('the difference of two texts', () => {
  test('tells word by word what was left out and what was put in', () => {
    expect(wordDiff('A great film, really.', 'A movie, really!')).toEqual([
      { kind: 'same', text: 'A ' },
      { kind: 'gone', text: 'great film' },
      { kind: 'new', text: 'movie' },
      { kind: 'same', text: ', really' },
      { kind: 'gone', text: '.' },
      { kind: 'new', text: '!' },
    ]);
    expect(wordDiff('don’t 👍🏽', 'do not 👍🏽').filter(({ kind }) => kind === 'gone')).toEqual([{ kind: 'gone', text: 'don’t' }]);
    expect(wordDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
    expect(wordDiff('', 'new')).toEqual([{ kind: 'new', text: 'new' }]);
  });

  test('makes both texts, and leaves as few words changed as can be', () => {
    const textOf = (parts: ReturnType<typeof wordDiff>, without: string): string => parts.filter(({ kind }) => kind !== without).map(({ text }) => text).join('');
    fc.assert(
      fc.property(anyText, anyText, (earlier, later) => {
        const parts = wordDiff(earlier, later);
        expect(textOf(parts, 'new')).toBe(earlier);
        expect(textOf(parts, 'gone')).toBe(later);
      }),
    );
    const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(
      fc.property(letters, letters, (earlier, later) => {
        const parts = wordDiff(earlier.join('.'), later.join('.'));
        const kept = parts.filter(({ kind }) => kind === 'same').reduce((sum, { text }) => sum + text.length, 0);
        expect(kept).toBe(longestCommon(earlier.join('.'), later.join('.')));
      }),
    );
  });
});

/** Length of the longest common subsequence, by its recursive definition. */
function longestCommon(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  if (a[0] === b[0]) return 1 + longestCommon(a.slice(1), b.slice(1));
  return Math.max(longestCommon(a.slice(1), b), longestCommon(a, b.slice(1)));
}
