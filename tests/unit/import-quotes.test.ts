import { describe, expect, test } from 'vitest';
import type { FileReading } from '../../src/core/import-plan.ts';
import { parseFiles } from '../../src/data/parse-files.ts';
import { previewFiles } from '../../src/data/preview-files.ts';

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
