import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Example } from '../../src/core/examples.ts';
import { contentId } from '../../src/data/dataset-id.ts';
import { parseCsv } from '../../src/data/parse-csv.ts';
import { cellsBeyondUtf8, csvPieces, readExactCsv } from '../../src/data/project/exact-csv.ts';

/** Cells made of what CSV, spreadsheets and UTF-8 trip over: the last two are halves of a pair. */
const AWKWARD = ['"', '""', ',', ';', '\t', '\r', '\n', '\r\n', ' ', '\u00a0', '\u0000', '\uFEFF', '=1+1', '+', '-', '@', "'", 'é', '漢', '😀', 'a', 'text', '\ud83d', '\ude00'];
const cell = fc.oneof({ weight: 3, arbitrary: fc.array(fc.constantFrom(...AWKWARD), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')) }, { weight: 1, arbitrary: fc.string({ minLength: 1, unit: 'binary' }) });
const plainRow = fc.record({ text: cell, label: cell, domain: cell });
const rows = fc.oneof(fc.array(plainRow, { minLength: 1, maxLength: 12 }), fc.array(fc.record({ text: cell, label: cell, domain: cell, group: cell }), { minLength: 1, maxLength: 12 }));

/** As it comes back from a file. */
const throughUtf8 = (examples: readonly Example[]): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new TextEncoder().encode([...csvPieces(examples)].join('')));

describe('examples written as CSV', () => {
  test('read back as the same rows, with the same id, whatever is in a cell', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (examples: readonly Example[]) => {
        const back = readExactCsv(throughUtf8(examples), cellsBeyondUtf8(examples), 'dataset.csv');
        expect(back).toEqual(examples);
        expect(await contentId(back)).toBe(await contentId(examples));
      }),
      { numRuns: 500 },
    );
  });

  test('import again as the same data set, where their cells are such as an import gives', async () => {
    const imported = cell.map((value) => value.replace(/[\p{Surrogate}\0]/gu, '').trim()).filter((value) => value !== '');
    const row = fc.record({ text: imported, label: fc.constantFrom('yes, yes', 'no "no"'), domain: fc.constantFrom('=web', 'mail\r\nbox', '(no domain)') });
    const set = fc.uniqueArray(row, { minLength: 12, maxLength: 30, selector: ({ text }) => text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim() });
    await fc.assert(
      fc.asyncProperty(set, async (examples: readonly Example[]) => {
        fc.pre(new Set(examples.map(({ label }) => label)).size === 2 && new Set(examples.map(({ domain }) => domain)).size > 1);
        const { dataset } = await parseCsv({ name: 'again.csv', content: new Blob(['\uFEFF', ...csvPieces(examples)]) });
        expect(dataset.examples).toEqual(examples);
        expect(dataset.id).toBe(await contentId(examples));
      }),
      { numRuns: 100 },
    );
  });

  test('are as RFC 4180 has them, formulas left alone', () => {
    const examples = [{ text: '=1+1', label: 'a "b"', domain: 'x,y' }, { text: 'two\nlines', label: ' c ', domain: '-z' }];
    expect([...csvPieces(examples)].join('')).toBe('text,label,domain\r\n=1+1,"a ""b""","x,y"\r\n"two\nlines"," c ",-z\r\n');
  });
});

describe('a CSV file that was not written so', () => {
  const HEADER = 'text,label,domain\r\n';
  test.each([
    ['a quotation mark is never closed', `${HEADER}"a,b,c\r\n`, /Row 2 .* opened and not closed/u],
    ['a quotation mark stands in a cell', `${HEADER}a"b,c,d\r\n`, /Row 2 .* end as a row should/u],
    ['something follows a quoted cell', `${HEADER}"a"b,c,d\r\n`, /Row 2 .* end as a row should/u],
    ['a row has too few cells', `${HEADER}a,b,c\r\na,b\r\n`, /Row 3 .* 2 cells instead of 3/u],
    ['its lines end otherwise', 'text,label,domain\na,b,c\n', /Row 1 /u],
    ['its columns are others', 'label,text,domain\r\n', /Row 1 .* name the columns/u],
    ['it is empty', '', /Row 1 /u],
  ])('because %s is refused, the row named', (_, text, says) => {
    expect(() => readExactCsv(text, [], 'dataset.csv')).toThrow(says);
  });

  test('because a cell beyond UTF-8 lies outside is refused', () => {
    expect(() => readExactCsv(`${HEADER}a,b,c\r\n`, [{ row: 1, column: 'text', value: 'x' }], 'dataset.csv')).toThrow(/does not have/u);
    expect(() => readExactCsv(`${HEADER}a,b,c\r\n`, [{ row: 0, column: 'group', value: 'x' }], 'dataset.csv')).toThrow(/does not have/u);
  });
});
