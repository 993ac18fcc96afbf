import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakable } from '../../src/core/word-breaks.ts';

/** As it would be shown with every break taken. */
const broken = (name: string, longest = 8): string => breakable(name, longest).replaceAll('\u00AD', '|').replaceAll('\u200B', '/');

test('a short name is left whole', () => {
  expect(['positive', 'not so good', '好評', ''].map((name) => broken(name))).toEqual(['positive', 'not so good', '好評', '']);
});

test('a long word may break before a syllable near its middle', () => {
  expect(['favourable', 'unfavourable', 'uncomplimentary'].map((name) => broken(name))).toEqual(['favou|rable', 'unfavou|rable', 'uncompli|mentary']);
});

test('a word without such a place breaks in its middle', () => {
  expect(broken('bcdfghjklm')).toBe('bcdfg|hjklm');
});

test('each long word of a name may break, and the words that an identifier joins', () => {
  expect(broken('very unfavourable indeed')).toBe('very unfavou|rable indeed');
  expect(broken('customer_support.request')).toBe('customer_/support./request');
});

test('words of other scripts, and letters written with marks of their own, are left to the browser', () => {
  expect(['неблагоприятный', 'unfavourablé'.normalize('NFD'), '불만족스러운서비스'].map((name) => broken(name))).toEqual(['неблагоприятный', 'unfavourablé'.normalize('NFD'), '불만족스러운서비스']);
});

test('no letter is lost, and no piece of letters is longer than asked by more than four', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zéü_ -]{0,40}$/u), fc.integer({ min: 6, max: 12 }), (name, longest) => {
      const shown = breakable(name, longest);
      expect(shown.replaceAll(/[\u00AD\u200B]/gu, '')).toBe(name);
      for (const piece of shown.split(/[^\p{L}]/gu)) expect(piece.length).toBeLessThanOrEqual(longest + 4);
    }),
  );
});
