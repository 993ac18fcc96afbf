import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { textKey, type Example } from '../../src/core/examples.ts';
import { DatasetHasher, contentId } from '../../src/data/dataset-id.ts';
import { TextIndex } from '../../src/data/text-index.ts';

const cell = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '\u0000', '\u001F', '\u007F', '\uD83D', '\uDC4D', 'é', '👍', ' '), fc.string({ minLength: 1, maxLength: 1 })), maxLength: 10 });
const rows = fc.array(fc.record<Example>({ text: cell, label: cell, domain: cell, group: cell }, { requiredKeys: ['text', 'label', 'domain'] }), { maxLength: 8 });

/** The id as it has always been: the form of a row is part of it. */
function pinnedId(examples: readonly Example[]): string {
  const lines = examples.map(({ text, label, domain, group }) => `${JSON.stringify(group === undefined ? [text, label, domain] : [text, label, domain, group])}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 32);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the id of a data set', () => {
  test('is the hash of its rows as JSON, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (examples) => {
        expect(await contentId(examples)).toBe(pinnedId(examples));
        const hasher = new DatasetHasher();
        for (const example of examples) hasher.add([example]);
        expect(hasher.id()).toBe(pinnedId(examples));
      }),
    );
  });

  test('is the same where the platform has no SHA-256, and for more rows than are hashed at once', async () => {
    const examples = Array.from({ length: 5001 }, (_, i): Example => ({ text: `text ${i} é`, label: 'a', domain: 'b' }));
    expect(await contentId(examples)).toBe(pinnedId(examples));
    vi.stubGlobal('crypto', {});
    expect(await contentId(examples)).toBe(pinnedId(examples));
  });
});

test('texts are numbered alike exactly when their keys are equal', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ' ', '\t', '\n', '\u00A0', '\u000B', '\u001C', 'é', 'e\u0301', 'É', 'K', '\u212A', 'ß', 'İ'), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), (texts) => {
      const index = new TextIndex();
      const numbers = texts.map((one) => index.add(one));
      const keys = [...new Set(texts.map(textKey))];
      expect(numbers).toEqual(texts.map((one) => keys.indexOf(textKey(one))));
      expect(index.size).toBe(keys.length);
    }),
  );
});

test('a long text keeps its number however its letters are cased, spaced and combined from parts, wherever these stand', () => {
  const part = fc.constantFrom('é', 'Å', '\u212A', ' ', 'ǘ', '각', 'K', ';', '\u037E');
  const place = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.array(part, { minLength: 1, maxLength: 2 }), fc.integer({ min: 0, max: 40 }));
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text.normalize('NFD'),
    (text) => text.normalize('NFC').toUpperCase(),
    (text) => ` ${text.replaceAll(' ', '\n \u00A0')}\t`,
    (text) => text.replaceAll(/[kK]/gu, '\u212A').normalize('NFD').replaceAll('x', 'X'),
  );
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), fc.array(spelling, { minLength: 1, maxLength: 3 }), (places, spellings) => {
      const text = places.map(([before, parts, after]) => 'x'.repeat(before) + parts.join('') + 'y'.repeat(after)).join('');
      const index = new TextIndex();
      expect(index.add('another text')).toBe(0);
      for (const other of [text, ...spellings.map((spell) => spell(text))]) expect(index.add(other)).toBe(1);
      expect(index.add(`${text.slice(0, 40)}z${text.slice(40)}`)).toBe(2);
    }),
    { numRuns: 2000 },
  );
});

test('texts are told apart however many there are', () => {
  const index = new TextIndex();
  const letter = (i: number): string => `Dear all, ${'this is how every letter begins. '.repeat(2)}${i}${' And this is how every letter ends.'.repeat(2)}`;
  for (let i = 0; i < 20_000; i++) if (index.add(letter(i)) !== i) expect.fail(`letter ${i}`);
  for (let i = 0; i < 20_000; i += 77) expect(index.add(letter(i).toUpperCase().replaceAll(' ', '\n '))).toBe(i);
});
