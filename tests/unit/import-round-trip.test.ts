import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import Papa from 'papaparse';
import { textKey, type Example } from '../../src/core/examples.ts';
import { DELIMITERS, ENCODINGS, type Encoding, type FileReading, type ImportPlan } from '../../src/core/import-plan.ts';
import { DataError } from '../../src/data/errors.ts';
import { parseFiles } from '../../src/data/parse-files.ts';
import { previewFiles } from '../../src/data/preview-files.ts';
import { WINDOWS_1252_LETTERS, encoded } from '../support/import-files.ts';

/** Tables that data sets can be made of: each text once, two labels, two domains. */
function tables(encoding: Encoding): fc.Arbitrary<Example[]> {
  const letters = fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r\n', ' ', '\\', '{', ']', 'a', 'B', ...WINDOWS_1252_LETTERS);
  const any = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((letter) => new TextDecoder().decode(new TextEncoder().encode(letter)) === letter);
  const units = encoding === 'windows-1252' ? letters : fc.oneof(letters, fc.constantFrom('👍', '你', '\u2028', 'e\u0301'), any);
  const cell = fc.string({ unit: units, maxLength: 12 }).map((text) => text.replaceAll('\u0000', '').replaceAll('\uFEFF', '').trim()).filter((text) => text !== '');
  const row = fc.record({ text: cell, label: fc.constantFrom('pos', 'neg', 'a "third", one'), domain: cell });
  return fc
    .uniqueArray(row, { minLength: 8, maxLength: 24, selector: ({ text }) => textKey(text) })
    .filter((rows) => new Set(rows.map(({ label }) => label)).size > 1 && new Set(rows.map(({ domain }) => domain)).size > 1);
}

const FORMS = ['delimited', 'jsonl', 'json'] as const;

function written(rows: readonly Example[], { format, delimiter }: FileReading, newline: string, quotes: boolean): string {
  if (format === 'delimited') return Papa.unparse([...rows], { columns: ['text', 'label', 'domain'], delimiter, newline, quotes });
  if (format === 'jsonl') return rows.map((row) => JSON.stringify(row)).join(newline) + newline;
  return JSON.stringify(rows, null, quotes ? 2 : 0) + newline;
}

const planOf = (reading: FileReading): ImportPlan => ({
  name: 'made up',
  readings: [reading],
  origins: { text: { kind: 'column', column: 'text' }, label: { kind: 'column', column: 'label' }, domain: { kind: 'column', column: 'domain' }, group: { kind: 'none' } },
  mergeSpellings: false,
});

describe.each(ENCODINGS)('any table in %s', (encoding) => {
  test('comes back equal from whatever form it is written in, read in chunks of any size', async () => {
    const reading = fc.record({ format: fc.constantFrom(...FORMS), delimiter: fc.constantFrom(...DELIMITERS) });
    await fc.assert(
      fc.asyncProperty(tables(encoding), reading, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), fc.integer({ min: 4, max: 500 }), async (rows, { format, delimiter }, newline, quotes, mark, chunkBytes) => {
        const how: FileReading = { format, encoding, delimiter, hasHeader: format === 'delimited' };
        const content = new Blob([encoded(written(rows, how, newline, quotes), encoding, mark)]);
        const { dataset } = await parseFiles([{ name: 'made-up', content }], planOf(how), { chunkBytes });
        expect(dataset.examples).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });

  test('is found out to be so written', async () => {
    const forms = FORMS.flatMap((format) => (format === 'delimited' ? DELIMITERS : [',' as const]).map((delimiter) => ({ format, delimiter })));
    // Sentences as people write them, so that there is something to tell the encoding by.
    const rows = Array.from({ length: 12 }, (_, i): Example => ({ text: `Ça coûte ${i} €, c’est “cher”; non? Où est-il | passé`, label: i % 3 ? 'pos' : 'neg', domain: i % 2 ? 'café' : 'web' }));
    for (const { format, delimiter } of forms) {
      for (const mark of encoding === 'windows-1252' ? [false] : [false, true]) {
        const how: FileReading = { format, encoding, delimiter, hasHeader: format === 'delimited' };
        const content = new Blob([encoded(written(rows, how, '\r\n', false), encoding, mark)]);
        const { plan, problem } = await previewFiles([{ name: 'rows.txt', content }], [null]);
        expect(plan.readings).toEqual([how]);
        expect(problem).toBe('');
        expect((await parseFiles([{ name: 'rows.txt', content }], plan)).dataset.examples).toEqual(rows);
      }
    }
  });
});

describe('a byte that the encoding does not allow', () => {
  const reading = (encoding: Encoding): FileReading => ({ format: 'lines', encoding, delimiter: ',', hasHeader: false });
  const plan = (encoding: Encoding): ImportPlan => ({ name: 'x', readings: [reading(encoding)], origins: { text: { kind: 'column', column: 'line' }, label: { kind: 'file-name' }, domain: { kind: 'none' }, group: { kind: 'none' } }, mergeSpellings: false });
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '你', '👍'), maxLength: 20 });
  const placeOf = async (bytes: Uint8Array<ArrayBuffer>, encoding: Encoding, chunkBytes: number): Promise<unknown> =>
    parseFiles([{ name: 'x.txt', content: new Blob([bytes]) }], plan(encoding), { chunkBytes }).catch((error: unknown) => (error instanceof DataError ? [error.message, error.place] : error));
  const named = (before: string, at: number, byte: string, encoding: string): unknown => {
    const row = before.split('\n').length;
    // What the letter is in Windows-1252, in which it may have been written.
    const letter = { FF: 'ÿ', 80: '€', E4: 'ä', F0: 'ð', C3: 'Ã' }[byte] ?? '';
    return [`x.txt is not ${encoding} text: byte ${at + 1} of the file (0x${byte}${encoding === 'UTF-8' ? `, in Windows-1252 “${letter}”` : ''}), in row ${row}, cannot be read.`, { file: 'x.txt', row }];
  };

  test('is named with its row, wherever it stands and whatever the size of the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom([0xff], [0x80], [0xe4, 0xbd], [0xf0, 0x9f, 0x91], [0xc3]), text, fc.integer({ min: 1, max: 12 }), async (before, bad, after, chunkBytes) => {
        const start = encoded(before, 'utf-8');
        const bytes = Uint8Array.from([...start, ...bad, ...encoded(`a${after}`, 'utf-8')]);
        expect(await placeOf(bytes, 'utf-8', chunkBytes)).toEqual(named(before, start.length, (bad[0] as number).toString(16).toUpperCase(), 'UTF-8'));
      }),
      { numRuns: 300 },
    );
  });

  test('is the first one of a character that is not complete at the end', async () => {
    for (let chunkBytes = 1; chunkBytes < 12; chunkBytes++) {
      expect(await placeOf(encoded('a\né👍', 'utf-8').slice(0, -1), 'utf-8', chunkBytes)).toEqual(named('a\n', 4, 'F0', 'UTF-8'));
      expect(await placeOf(encoded('a\né👍', 'utf-16le').slice(0, -1), 'utf-16le', chunkBytes)).toEqual(named('a\n', 6, '3D', 'UTF-16, little-endian'));
      expect(await placeOf(encoded('a\né👍', 'utf-16be').slice(0, -2), 'utf-16be', chunkBytes)).toEqual(named('a\n', 6, 'D8', 'UTF-16, big-endian'));
    }
  });
});

test('lines of any text come back, whatever their ends and the size of the chunks', async () => {
  const line = fc.string({ unit: fc.oneof(fc.constantFrom('"', ',', '\t', ' ', 'é', '👍'), fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 })), minLength: 1, maxLength: 15 });
  const lines = fc.uniqueArray(line.map((text) => text.trim()).filter((text) => text !== ''), { minLength: 8, maxLength: 20, selector: textKey });
  await fc.assert(
    fc.asyncProperty(lines, lines, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 4, max: 100 }), async (first, second, newline, chunkBytes) => {
      const reading: FileReading = { format: 'lines', encoding: 'utf-8', delimiter: ',', hasHeader: false };
      const plan: ImportPlan = { name: 'two', readings: [reading, reading], origins: { text: { kind: 'column', column: 'line' }, label: { kind: 'file-name' }, domain: { kind: 'none' }, group: { kind: 'none' } }, mergeSpellings: false };
      const sources = [{ name: 'pos.txt', content: first.join(newline) }, { name: 'neg.txt', content: second.join(newline) + newline }];
      const { dataset } = await parseFiles(sources, plan, { chunkBytes });
      expect(dataset.examples.map(({ text, label }) => [text, label])).toEqual([...first.map((text) => [text, 'pos']), ...second.map((text) => [text, 'neg'])]);
    }),
    { numRuns: 50 },
  );
});
