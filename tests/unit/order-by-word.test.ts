import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionsByWord } from '../../src/core/order-by-word.ts';

/** Few different ones, so that ties abound, and the largest. */
const words = fc.uint32Array({ max: 5, maxLength: 60 }).map((own) => own.map((word) => (word === 5 ? 0xffffffff : word)));

function sorted(own: Uint32Array, tied: (a: number, b: number) => number): number[] {
  return [...own.keys()].sort((a, b) => (own[a] as number) - (own[b] as number) || tied(a, b));
}

test('positions go by their words, those of one word by their place, or in whatever order is asked for', () => {
  fc.assert(
    fc.property(words, (own) => {
      expect([...positionsByWord(own)]).toEqual(sorted(own, (a, b) => a - b));
      expect([...positionsByWord(own, (a, b) => b - a)]).toEqual(sorted(own, (a, b) => b - a));
    }),
  );
});

test('more words than can be put in order exactly are refused', () => {
  expect(() => positionsByWord(new Uint32Array(2 ** 21 + 1))).toThrow(RangeError);
});
