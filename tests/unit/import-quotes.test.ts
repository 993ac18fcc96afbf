import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileReading } from '../../src/core/import-plan.ts';
import { parseFiles } from '../../src/data/parse-files.ts';
import { previewFiles } from '../../src/data/preview-files.ts';
import { SpacedQuotes } from '../../src/data/spaced-quotes.ts';

const plain = (i: number): string => `${i % 2 ? 'ham' : 'spam'}\tMessage number ${i}, as people write them`;
const lines = (count: number, changed: Readonly<Record<number, string>>): string => Array.from({ length: count }, (_, i) => changed[i] ?? plain(i)).join('\n');

async function imported(name: string, content: string, asked: FileReading | null = null): Promise<{ readonly reading: FileReading; readonly texts: readonly string[]; readonly labels: readonly string[] }> {
  const source = { name, content: new Blob([content]) };
  const { plan } = await previewFiles([source], [asked]);
  const { dataset } = await parseFiles([source], plan);
  return { reading: plan.readings[0] as FileReading, texts: dataset.examples.map(({ text }) => text), labels: [...dataset.labels].sort() };
}

describe.each(['messages.txt', 'messages.tsv', 'messages'])('label<TAB>text in %s', (name) => {
  test('in which one text begins with a quotation mark and a later one ends with one keeps every line', async () => {
    const { texts, labels } = await imported(name, lines(40, { 11: 'ham\t"Are you there?', 14: 'spam\tHe said "now"' }));
    expect(texts).toHaveLength(40);
    expect(texts).toEqual(expect.arrayContaining(['"Are you there?', 'He said "now"']));
    expect(labels).toEqual(['ham', 'spam']);
  });

  test('in which a text begins with a word in quotation marks is read as it is', async () => {
    const { texts } = await imported(name, lines(12, { 5: 'ham\t"Wow" is all that I can say' }));
    expect(texts).toHaveLength(12);
    expect(texts).toContain('"Wow" is all that I can say');
  });
});

test('tab-separated text that a spreadsheet wrote has its cells without the marks around them, also over several lines', async () => {
  const { reading, texts } = await imported('sheet.tsv', lines(20, { 4: 'spam\t"He said ""hello"" twice"', 7: 'ham\t"Two\nlines, ""and"" more"' }));
  expect(reading.plainQuotes).toBeUndefined();
  expect(texts).toHaveLength(20);
  expect(texts).toEqual(expect.arrayContaining(['He said "hello" twice', 'Two\nlines, "and" more']));
});

test('whoever imports can say that quotation marks are part of the text, with any delimiter', async () => {
  const csv = ['text,label', ...Array.from({ length: 10 }, (_, i) => `"note" number ${i},${i % 2 ? 'a' : 'b'}`)].join('\n');
  const asked: FileReading = { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: true, plainQuotes: true };
  expect((await imported('notes.csv', csv, asked)).texts).toContain('"note" number 3');
});

describe('a file with spaces after its commas', () => {
  const spaced = (count: number, header = '"text", "label"\n'): string => header + Array.from({ length: count }, (_, i) => `"Message ${i}, as ""people"" write, "" them", "${i % 2 ? 'pos' : 'neg'}"`).join('\n');

  test('has the marks around its cells passed over, and keeps those within', async () => {
    const { texts, labels, reading } = await imported('notes.csv', spaced(12));
    expect(reading).toMatchObject({ delimiter: ',', hasHeader: true, spacedQuotes: true });
    expect(texts).toHaveLength(12);
    expect(texts[3]).toBe('Message 3, as "people" write, " them');
    expect(labels).toEqual(['neg', 'pos']);
  });

  test('keeps a comma in a quoted text together, also where only some texts are quoted', async () => {
    const content = `label, text\n${Array.from({ length: 12 }, (_, i) => `${i % 2 ? 'pos' : 'neg'}, ${i === 5 ? '"Hello, number 5"' : `Hello number ${i}`}`).join('\n')}`;
    const { texts, labels } = await imported('notes.csv', content);
    expect(texts).toContain('Hello, number 5');
    expect(texts).toHaveLength(12);
    expect(labels).toEqual(['neg', 'pos']);
  });

  test('in which a text begins with a word in quotation marks is read as it is', async () => {
    const { texts, reading } = await imported('notes.csv', `label, text\n${Array.from({ length: 12 }, (_, i) => `${i % 2 ? 'pos' : 'neg'}, "Hello" number ${i}`).join('\n')}`);
    expect(reading.spacedQuotes).toBeUndefined();
    expect(texts[5]).toBe('"Hello" number 5');
  });

  test('is told where the spaces are, when they begin too late in the file to be found', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => `Message number ${i},${i % 2 ? 'pos' : 'neg'}`);
    const content = `text,label\n${lines.join('\n')}\n neg, "Hello, number 5"\n`;
    await expect(imported('notes.csv', content)).rejects.toMatchObject({ place: { row: 4002 }, remedy: 'Delete the spaces before the quotation mark that opens a cell: as they stand, the mark is part of the text.' });
  });

  test('is read alike however it comes in stretches', () => {
    const part = fc.constantFrom('a', ' ', '"', ',', '\n', '\r\n', ', "b, ""c"" "', '  ');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(40), { maxLength: 4 }), (parts, cuts) => {
        const text = parts.join('');
        const places = [0, ...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
        const stretches = places.slice(1).map((to, i) => text.slice(places[i], to));
        const whole = new SpacedQuotes(',').closed(text, true);
        const reader = new SpacedQuotes(',');
        expect(stretches.map((stretch, i) => reader.closed(stretch, i === stretches.length - 1)).join('')).toBe(whole);
        expect(whole.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        if (!text.includes('"')) expect(whole).toBe(text);
      }),
    );
  });
});
