import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distinct, groupsOf, type Dataset, type Example } from '../../src/core/examples.ts';
import { CHUNK_ROWS, packDataset, unpackDataset } from '../../src/protocol/packed-dataset.ts';

function datasetOf(examples: readonly Example[]): Dataset {
  const domains = distinct(examples.map(({ domain }) => domain));
  return { id: 'id', name: 'name', examples, labels: distinct(examples.map(({ label }) => label)), domains, groups: groupsOf(examples), hasDomains: domains.length > 1 };
}

const text = fc.string({ unit: 'binary' });
const row = fc.record({ text, label: text, domain: text });

describe('a packed data set', () => {
  test('is unpacked into what it was, whatever characters its texts have', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row), fc.boolean(), text, async (rows, grouped, group) => {
        const dataset = datasetOf(grouped ? rows.map((example) => ({ ...example, group })) : rows);
        expect(await unpackDataset(structuredClone(await packDataset(dataset)))).toEqual(dataset);
      }),
    );
  });

  test('of many rows is packed chunk by chunk, with turns for the event loop between', async () => {
    const rows = 16 * CHUNK_ROWS + 1;
    const dataset = datasetOf(Array.from({ length: rows }, (_, i) => ({ text: `text ${i}`, label: `label ${i % 3}`, domain: `domain ${i % 2}` })));
    let turns = 0;
    let over = false;
    const count = (): void => {
      turns++;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const packed = await packDataset(dataset);
    over = true;
    expect(packed.texts).toHaveLength(17);
    expect(turns).toBeGreaterThanOrEqual(2); // several messages may be delivered in one turn of Node’s loop
    expect(await unpackDataset(packed)).toEqual(dataset);
  });

  test('has no row of a label that is not listed', async () => {
    const dataset = { ...datasetOf([{ text: 'a', label: 'x', domain: 'd' }]), labels: ['y'] };
    await expect(packDataset(dataset)).rejects.toThrow('The label of row 0 is not listed.');
  });
});
