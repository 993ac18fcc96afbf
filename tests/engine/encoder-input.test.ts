import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBatches } from '../../src/engine/encoder/batches.ts';
import { MAX_CHARACTERS, cut } from '../../src/engine/encoder/tokenizer.ts';

describe('batches', () => {
  const limits = { maxPlaces: 256, minPlaces: 32, maxPadding: 0.1 };
  const lengths = fc.array(fc.integer({ min: 1, max: 128 }), { maxLength: 200 });

  test('hold every text once, each padded to the longest of its batch', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        const batches = planBatches(all, limits);
        expect(batches.flatMap(({ rows }) => rows).sort((a, b) => a - b)).toEqual([...all.keys()]);
        for (const { rows, places } of batches) expect(places).toBe(Math.max(...rows.map((row) => all[row] as number)));
      }),
    );
  });

  test('stay within the limits on size and padding', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        for (const { rows, places } of planBatches(all, limits)) {
          const size = rows.length * places;
          const padding = size - rows.reduce((sum, row) => sum + (all[row] as number), 0);
          expect(size).toBeLessThanOrEqual(limits.maxPlaces);
          if (size > limits.minPlaces) expect(padding / size).toBeLessThanOrEqual(limits.maxPadding + 1e-9);
        }
      }),
    );
  });
});

describe('cutting a text', () => {
  test('leaves short texts alone', () => {
    expect(cut('a'.repeat(MAX_CHARACTERS))).toHaveLength(MAX_CHARACTERS);
  });

  test('never splits a surrogate pair', () => {
    expect(cut(`${'a'.repeat(MAX_CHARACTERS - 2)}😀😀`)).toBe(`${'a'.repeat(MAX_CHARACTERS - 2)}😀`);
    expect(cut(`${'a'.repeat(MAX_CHARACTERS - 1)}😀`)).toBe('a'.repeat(MAX_CHARACTERS - 1));
  });
});
