import { MIN_RESEMBLANCE } from '../../src/core/quality/alike-pairs.ts';
import { MIN_COSINE } from '../../src/core/quality/near-copies.ts';
import { resemblance, shingles } from '../../src/core/quality/shingles.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { quantile } from './summary.ts';
import { closestRows, cosine } from './vectors.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

const TEXTS = 160;
const MIN_WORDS = 6;
const COSINES = [0.95, MIN_COSINE, 0.85] as const;
const SETS = ['reviews', 'support'] as const;

type Change = (words: readonly string[], random: RandomStream, corpus: readonly string[]) => string;

const within = (random: RandomStream, purpose: number, most: number): number => Math.floor(random.uniform(purpose) * most);
const CHANGES: Readonly<Record<string, Change>> = {
  'a word replaced by one of another text': (words, random, corpus) => words.with(within(random, 0, words.length), corpus[within(random, 1, corpus.length)] ?? '').join(' '),
  'a word left out': (words, random) => words.toSpliced(within(random, 0, words.length), 1).join(' '),
  'a word added (so, very, really, just)': (words, random) => words.toSpliced(within(random, 0, words.length + 1), 0, ['so', 'very', 'really', 'just'][within(random, 1, 4)] ?? '').join(' '),
  'a letter mistyped': (words, random) => mistyped(words.join(' '), random),
  'another end (!!, !, …, none)': (words, random) => words.join(' ').replace(/[.!?…]*$/u, ['!!', '!', '…', ''][within(random, 0, 4)] ?? ''),
};

/** How close to a text the encoder sees its near copies, and how close to each other texts of different people: what the least cosine of near copies is chosen by. */
export async function nearCopyCosines(bench: Workbench): Promise<void> {
  const sets = await Promise.all(SETS.map(async (id) => ({ id, data: await bench.bundled(id) })));
  bench.print();
  bench.print(`  Near copies: ${TEXTS} texts of ${MIN_WORDS} words or more of each of ${SETS.join(', ')}, each changed once; share of the changed texts that count as near copies`);
  bench.print(`  (at least ${100 * MIN_RESEMBLANCE} % of their runs of four letters shared, and the cosine). The page asks for a cosine of ${MIN_COSINE}.`);
  const rows: string[][] = [];
  for (const [name, change] of Object.entries(CHANGES)) for (const { id, data } of sets) rows.push([name, id, ...(await measured(bench, data, change))]);
  bench.table(['change', 'data set', 'cosine: 5 %, quartile, median', ...COSINES.map((least) => `≥ ${least}`)], rows);
  bench.print(`  The closest two different texts: ${sets.map(({ id, data }) => `${id} ${closestRows(data.features).cosine.toFixed(3)}`).join(', ')}.`);
}

async function measured(bench: Workbench, { dataset, features }: EmbeddedDataset, change: Change): Promise<string[]> {
  const wordsOf = (row: number): string[] => (dataset.examples[row]?.text ?? '').split(/\s+/u);
  const corpus = dataset.examples.flatMap((_, row) => wordsOf(row));
  const chosen = [...dataset.examples.keys()].filter((row) => wordsOf(row).length >= MIN_WORDS).slice(0, TEXTS);
  const changed = chosen.map((row) => change(wordsOf(row), new RandomStream(1, STREAM.rowSample, row), corpus));
  const vectors = await (await bench.encoder()).embed(changed);
  const cosines = chosen.map((row, i) => cosine(features, row, vectors, i));
  const alike = chosen.map((row, i) => resemblance(shingles(dataset.examples[row]?.text ?? ''), shingles(changed[i] ?? '')) >= MIN_RESEMBLANCE);
  const share = (least: number): string => `${((100 * cosines.filter((value, i) => value >= least && alike[i]).length) / chosen.length).toFixed(0)} %`;
  return [[0.05, 0.25, 0.5].map((part) => quantile(cosines, part).toFixed(3)).join(', '), ...COSINES.map(share)];
}

function mistyped(text: string, random: RandomStream): string {
  const letters = [...text.matchAll(/\p{L}/gu)].map(({ index }) => index);
  const at = letters[within(random, 0, letters.length)] ?? 0;
  return `${text.slice(0, at)}${'abcdefghijklmnopqrstuvwxyz'[within(random, 1, 26)] ?? ''}${text.slice(at + 1)}`;
}
