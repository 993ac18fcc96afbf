import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { textKey, type Example } from '../../src/core/examples.ts';
import { BLOCK_BYTES, contentId, formerContentId } from '../../src/data/dataset-id.ts';
import { TextIndex } from '../../src/data/text-index.ts';

const cell = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '\u0000', '\u001F', '\u007F', '\uD83D', '\uDC4D', 'é', '👍', ' '), fc.string({ minLength: 1, maxLength: 1 })), maxLength: 10 });
const rows = fc.array(fc.record<Example>({ text: cell, label: cell, domain: cell, group: cell }, { requiredKeys: ['text', 'label', 'domain'] }), { maxLength: 8 });

const cellsOf = ({ label, domain, group }: Example): string[] => (group === undefined ? [label, domain] : [label, domain, group]);
const jsonOf = (examples: readonly Example[]): string => examples.map((row) => `${JSON.stringify([row.text, ...cellsOf(row)])}\n`).join('');
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** The id as it has always been where the rows fit into one block: their form is part of it. */
const pinnedId = (examples: readonly Example[]): string => sha256(jsonOf(examples)).toString('hex').slice(0, 32);

/** The id of rows that do not: texts have their length in front, and each block ends with the last character that has room. */
function pinnedIdOfBlocks(examples: readonly Example[]): string {
  const bytes = Buffer.from(examples.map((row) => `${/\p{Surrogate}/u.test(row.text) ? JSON.stringify(row.text) : `${row.text.length} ${row.text}`}${JSON.stringify(cellsOf(row))}\n`).join(''));
  const digests: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(from + BLOCK_BYTES, bytes.length);
    while (to < bytes.length && ((bytes[to] as number) & 0xc0) === 0x80) to--;
    digests.push(sha256(bytes.subarray(from, to)));
    from = to;
  }
  return sha256(Buffer.concat(digests)).toString('hex').slice(0, 32);
}

/** Rows that take `bytes` bytes in all. */
function rowsOfBytes(bytes: number): Example[] {
  const row = (text: string): Example => ({ text, label: 'a', domain: 'b' });
  const empty = jsonOf([row('')]).length;
  return [row('one'), row('x'.repeat(bytes - 2 * empty - 3))];
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the id of a data set', () => {
  test('is the hash of its rows as JSON, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (examples) => {
        expect(await contentId(examples)).toBe(pinnedId(examples));
      }),
    );
  });

  test('is the hash of the hashes of its blocks when it has several, which cut no character; the former id, the hash of all', async () => {
    const examples = Array.from({ length: 30_001 }, (_, i): Example => ({ text: `text ${i} ${'é👍€'.repeat(i % 40)}${i % 9 ? '' : '\uD83D'}`, label: 'a', domain: 'b', ...(i % 5 === 0 && { group: 'c' }) }));
    expect(Buffer.byteLength(jsonOf(examples))).toBeGreaterThan(4 * BLOCK_BYTES);
    expect(await contentId(examples)).toBe(pinnedIdOfBlocks(examples));
    expect(await formerContentId(examples)).toBe(pinnedId(examples));
  });

  test('is the plain hash up to the last byte of a block', async () => {
    const [exactly, more] = [rowsOfBytes(BLOCK_BYTES), rowsOfBytes(BLOCK_BYTES + 1)];
    expect(await contentId(exactly)).toBe(pinnedId(exactly));
    expect(await contentId(more)).toBe(pinnedIdOfBlocks(more));
    expect(await contentId(more)).not.toBe(pinnedId(more));
  });

  test('is the same where the platform has no SHA-256', async () => {
    const examples = Array.from({ length: 5001 }, (_, i): Example => ({ text: `text ${i} é`, label: 'a', domain: 'b' }));
    const large = rowsOfBytes(3 * BLOCK_BYTES);
    vi.stubGlobal('crypto', {});
    expect(await contentId(examples)).toBe(pinnedId(examples));
    expect(await contentId(large)).toBe(pinnedIdOfBlocks(large));
  });

  test('of large data tells apart texts with other halves of a character, and cells that stand elsewhere', async () => {
    const [first, ...others] = rowsOfBytes(2 * BLOCK_BYTES) as [Example, ...Example[]];
    const ids = ['\uD83D', '\uDC4D', '\uFFFD', '"', 'one["a","b"]\n3 one'].map((text) => contentId([{ ...first, text }, ...others]));
    expect(new Set(await Promise.all(ids)).size).toBe(5);
  });

  test('is not waited for once it is cancelled', async () => {
    const reason = new Error('enough');
    await expect(contentId(rowsOfBytes(100), AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(contentId(rowsOfBytes(3 * BLOCK_BYTES), AbortSignal.abort(reason))).rejects.toBe(reason);
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
