import { FEEDINGS, feedingName, loadPackage, type Embed, type Feeding } from './package-embed.ts';
import { ROUNDS, race, seconds, type Contestant } from './race.ts';
import { median, medianAndRange, pearson, pearsonInterval } from './summary.ts';
import { largestDifference, similarities } from './vectors.ts';
import type { Workbench } from './workbench.ts';

const WANTED_R = 0.785;
const R_TOLERANCE = 0.003;
const WANTED_RATIO = 1;
const LONG_TEXTS = 200;
/** Texts of each kind where all of them would take too long. */
const FEW = 60;

type Packages = (feeding: Feeding) => Embed;

/** Is ours the same encoder as the package's, as good on the STS benchmark, and faster? */
export async function encoderPart(bench: Workbench): Promise<void> {
  const encoder = await bench.encoder();
  const ours: Embed = (texts) => encoder.embed(texts);
  const packages = bench.isImitation ? null : await loadPackage();
  if (!packages) bench.print("  The package's own embed() is left out: it reads back from the graphics processor in mid-graph, which ends an imitated one.");
  await quality(bench, ours, packages);
  if (!packages) return;

  const sentences = (await bench.csvRows('sts-benchmark-dev.csv')).map((row) => row['sentence1'] ?? '');
  const reviews = (await bench.csvRows('imdb-counterfactual.csv')).map((row) => row['text'] ?? '');
  // Ours embeds equal texts once, so equal texts are left out of the race.
  await speed(bench, ours, packages, 'sts-benchmark-dev, sentence1', evenlySpaced([...new Set(sentences)], bench.isSlow ? FEW : Infinity), 300);
  await speed(bench, ours, packages, 'imdb-counterfactual', evenlySpaced([...new Set(reviews)], bench.isSlow ? FEW : LONG_TEXTS), 50);
}

async function quality(bench: Workbench, ours: Embed, packages: Packages | null): Promise<void> {
  const pairs = await bench.csvRows('sts-benchmark-dev.csv');
  const gold = pairs.map((pair) => Number(pair['score']));
  const sides = ['sentence1', 'sentence2'].map((side) => pairs.map((pair) => pair[side] ?? ''));
  const embedSides = async (embed: Embed): Promise<Float32Array[]> => [await embed(sides[0] ?? []), await embed(sides[1] ?? [])];
  const correlation = ([a, b]: readonly Float32Array[]): number => pearson(similarities(a ?? new Float32Array(), b ?? new Float32Array()), gold);
  const cells = (name: string, r: number): string[] => {
    const { low, high } = pearsonInterval(r, gold.length);
    return [name, r.toFixed(4), `${low.toFixed(3)} to ${high.toFixed(3)}`];
  };

  const mine = await embedSides(ours);
  const theirs = packages && !bench.isSlow ? await embedSides(packages({ batchSize: 8, sorted: false })) : null;
  const r = correlation(mine);
  bench.print(`  Pearson's r of 1 - arccos(cos)/pi with the gold score, sts-benchmark-dev, n = ${gold.length} pairs`);
  bench.table(['encoder', 'r', "Fisher's 95 % interval"], [cells('ours', r), ...(theirs ? [cells("package's embed()", correlation(theirs))] : [])]);
  if (theirs) bench.print(`  largest difference between the two: ${Math.max(...mine.map((vectors, side) => largestDifference(vectors, theirs[side] ?? []))).toExponential(1)} in any of n = ${2 * gold.length} x 512 values`);
  bench.bound(Math.abs(r - WANTED_R) <= R_TOLERANCE, `encoder: Pearson's r is ${r.toFixed(4)}, wanted ${WANTED_R} ± ${R_TOLERANCE}`);
}

async function speed(bench: Workbench, ours: Embed, packages: Packages, name: string, texts: readonly string[], chunkSize: number): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(texts.length / chunkSize) }, (_, i) => texts.slice(i * chunkSize, (i + 1) * chunkSize));
  const feeding = await bestFeeding(packages, texts.slice(0, chunkSize));
  const theirs = packages(feeding);
  let largest = 0;
  for (const chunk of chunks.slice(0, 2)) largest = Math.max(largest, largestDifference(await ours(chunk), await theirs(chunk)));
  const sizes = chunks.map((chunk) => chunk.length);
  const contestant = (embed: Embed): Contestant => ({ work: async (i) => void (await embed(chunks[i] ?? [])), sizes });
  const rounds = await race([contestant(ours), contestant(theirs)], bench.progress(`encoder, ${name}: rounds`, ROUNDS));
  const rates = [0, 1].map((side) => rounds.map((round) => round[side] as number));
  const ratios = rounds.map(([mine = NaN, baseline = NaN]) => mine / baseline);
  const words = median(texts.map((text) => text.trim().split(/\s+/u).length));
  bench.print();
  bench.print(`  Sentences a second, ${name}: n = ${texts.length} distinct texts, median ${words} words, in chunks of ${chunkSize}; median of ${ROUNDS} interleaved rounds (min to max)`);
  bench.table(
    ['ours', "package's embed()", 'ratio within a round'],
    [[...rates.map((values) => medianAndRange(values, 1)), medianAndRange(ratios, 2)]],
  );
  bench.print(`  The package was given ${feedingName(feeding)}, the quickest for the first chunk of: ${FEEDINGS.map(feedingName).join('; ')}.`);
  bench.print(`  largest difference between the two: ${largest.toExponential(1)} in any value of the first ${chunks.slice(0, 2).flat().length} texts`);
  if (bench.backend.name !== 'wasm') return;
  bench.bound(median(ratios) >= WANTED_RATIO, `encoder: ours is ${median(ratios).toFixed(2)} times as fast as the package on ${name}, wanted at least ${WANTED_RATIO}`);
}

/** What suits the package best, after a warm-up. */
async function bestFeeding(packages: Packages, texts: readonly string[]): Promise<Feeding> {
  await packages({ batchSize: 8, sorted: false })(texts);
  let best = { feeding: FEEDINGS[0] as Feeding, time: Infinity };
  for (const feeding of FEEDINGS) {
    const time = await seconds(async () => void (await packages(feeding)(texts)));
    if (time < best.time) best = { feeding, time };
  }
  return best.feeding;
}

/** At most `count` of the items, at equal distances. */
function evenlySpaced<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}
