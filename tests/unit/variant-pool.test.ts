import { describe, expect, test } from 'vitest';
import { NO_VARIANT } from '../../src/engine/population/population.ts';
import { VariantPool, variantCounts } from '../../src/engine/variant-pool.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { madeUpVariants } from '../support/variants.ts';

const toy = toyData();
const { population: plain } = trainingData(toy);
const rows = toy.dataset.examples.length;
const part = (from: number, to: number, kind: 'swap' | 'ocr' = 'swap') => madeUpVariants(toy, kind, from, to);

function embeddingOf({ features, width }: typeof plain, row: number): Float32Array {
  return features.slice(row * width, (row + 1) * width);
}

describe('augmented texts that have come', () => {
  test('lie behind the rows of the data, and those that could not be made have no row', () => {
    const pool = new VariantPool(plain);
    expect(pool.data).toBe(plain);
    pool.add(part(0, 7));
    const { data } = pool;
    expect(data.features.subarray(0, plain.features.length)).toEqual(plain.features);
    expect(data.classOf.length).toBe(rows + 6);
    expect(data.features.length).toBe((rows + 6) * plain.width);
    expect(data.variants).toMatchObject([{ kind: 'swap', strength: 0.1, row: Uint32Array.of(rows, rows + 1, rows + 2, rows + 3, NO_VARIANT, rows + 4, rows + 5) }]);
    expect(embeddingOf(data, rows + 4)).toEqual(part(5, 6).features);
  });

  test('are the same whatever the parts and their order', () => {
    const whole = new VariantPool(plain);
    whole.add(part(0, 20));
    whole.add(part(0, 12, 'ocr'));
    const parts = new VariantPool(plain);
    parts.add(part(0, 5, 'ocr'));
    parts.add(part(0, 3));
    void parts.data; // grown in between
    parts.add(part(3, 20));
    parts.add(part(5, 12, 'ocr'));
    for (const set of whole.data.variants ?? []) {
      const same = parts.data.variants?.find(({ kind }) => kind === set.kind) ?? expect.fail('no such set');
      expect(same.source).toEqual(set.source);
      set.row.forEach((row, i) => {
        const other = same.row[i] as number;
        if (row === NO_VARIANT) expect(other).toBe(NO_VARIANT);
        else expect(embeddingOf(parts.data, other)).toEqual(embeddingOf(whole.data, row));
      });
    }
    expect(parts.data.features.length).toBe(whole.data.features.length);
  });

  test('are one object until more come, so that threads which have them need not be sent them again', () => {
    const pool = new VariantPool(plain);
    pool.add(part(0, 4));
    const { data } = pool;
    expect(pool.data).toBe(data);
    pool.add(part(4, 5)); // no text could be made
    expect(pool.data).not.toBe(data);
    expect(variantCounts(pool.data)).toEqual([{ kind: 'swap', strength: 0.1, count: 5 }]);
  });

  test('that come twice are passed over', () => {
    const pool = new VariantPool(plain);
    pool.add(part(0, 6));
    const { data } = pool;
    pool.add(part(0, 6));
    expect(pool.data).toBe(data);
    pool.add(part(2, 9));
    const once = new VariantPool(plain);
    once.add(part(0, 9));
    expect(pool.data).toEqual(once.data);
  });

  test('keep groups and the rows of the data as they are', () => {
    const groupOf = Uint32Array.from(plain.classOf, (_, row) => row % 3);
    const pool = new VariantPool({ ...plain, groupOf });
    pool.add(part(0, 4));
    expect(pool.data.groupOf?.subarray(0, rows)).toEqual(groupOf);
    expect(pool.data.groupOf).toHaveLength(pool.data.classOf.length);
    expect(pool.data.classOf.subarray(0, rows)).toEqual(plain.classOf);
  });

  test('with a gap before them, of rows that are not there, or of sizes that do not fit are refused and change nothing', () => {
    const pool = new VariantPool(plain);
    pool.add(part(0, 4));
    const { data } = pool;
    const next = part(4, 8);
    expect(() => pool.add(part(5, 8))).toThrow(/there are 4/u);
    expect(() => pool.add({ ...next, source: next.source.map(() => rows) })).toThrow(/data lack/u);
    expect(() => pool.add({ ...next, features: next.features.slice(1) })).toThrow(RangeError);
    expect(() => pool.add({ ...next, has: next.has.slice(1) })).toThrow(RangeError);
    expect(() => pool.add({ ...next, total: next.total + 1 })).toThrow(/in all/u);
    expect(() => pool.add({ ...next, from: next.total - 1 })).toThrow(RangeError);
    expect(pool.data).toBe(data);
  });

  test('are enough for a record that names no more', () => {
    const pool = new VariantPool(plain);
    pool.add(part(0, 6));
    const join = { step: 3, kind: 'swap', strength: 0.1, count: 6 } as const;
    expect(pool.covers([join])).toBe(true);
    expect(pool.covers([{ ...join, count: 7 }])).toBe(false);
    expect(pool.covers([{ ...join, strength: 0.2 }])).toBe(false);
    expect(pool.isDue([])).toBe(true);
    expect(pool.isDue([join])).toBe(false);
  });
});
