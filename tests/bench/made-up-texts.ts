import type { Example } from '../../src/core/examples.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';

/** Made-up examples of real words, for parts that need many. Always the same for the same numbers. */

const LABELS = ['negative', 'positive'] as const;
const DOMAINS = ['north', 'east', 'south', 'west'] as const;

/** @param words to draw from: a word that stands there often is drawn often. @param length words of a text on average, from half of it to one and a half times */
export function madeUpExamples(words: readonly string[], count: number, length: number): Example[] {
  const random = new RandomStream(11, STREAM.rowSample);
  return Array.from({ length: count }, (_, row) => {
    const own = Math.round(length * (0.5 + random.uniform(row, 0)));
    const text = Array.from({ length: own }, (_unused, i) => words[Math.floor(words.length * random.uniform(row, 1 + i))]).join(' ');
    return { text, label: LABELS[row % 2] as string, domain: DOMAINS[row % 4] as string };
  });
}

/**
 * A share of the rows replaced by copies of an earlier row in which one word is another.
 * @returns the rows, and of each copy the row that it is of
 */
export function withNearCopies(examples: readonly Example[], share: number, words: readonly string[]): { readonly examples: readonly Example[]; readonly originalOf: ReadonlyMap<number, number> } {
  const random = new RandomStream(12, STREAM.rowSample);
  const originalOf = new Map<number, number>();
  const copied = examples.map((example, row) => {
    if (row === 0 || random.uniform(row, 0) >= share) return example;
    let original = Math.floor(row * random.uniform(row, 1));
    original = originalOf.get(original) ?? original;
    originalOf.set(row, original);
    const { text, label } = examples[original] as Example;
    const tokens = text.split(' ');
    tokens[Math.floor(tokens.length * random.uniform(row, 2))] = words[Math.floor(words.length * random.uniform(row, 3))] as string;
    return { ...example, label, text: tokens.join(' ') };
  });
  return { examples: copied, originalOf };
}

/** As a spreadsheet writes it: texts quoted, for they may hold commas. */
export function csvOf(examples: readonly Example[]): string {
  return `text,label,domain\n${examples.map(({ text, label, domain }) => `"${text.replaceAll('"', '""')}",${label},${domain}`).join('\n')}\n`;
}
