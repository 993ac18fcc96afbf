import { composition } from '../../src/core/composition.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { SEEDS, accuracy, trainRuns, type RunScores } from './runs.ts';
import { sampled } from './sampled.ts';
import { mean, meanAndError } from './summary.ts';
import { distinctTrigramRatio, wordQuartiles } from './variety.ts';
import { closestRows } from './vectors.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

const HEADS: readonly { readonly name: string; readonly head: HeadSpec }[] = [
  { name: 'linear head', head: { kind: 'linear' } },
  { name: 'hidden layer of 64 units', head: { kind: 'hidden', width: 64 } },
];
const COMPARED_FILE = 'sentiment-sentences.csv';

/** How well does the bundled set serve: does it leave a gap to close, and is it varied? */
export async function reviewsPart(bench: Workbench): Promise<void> {
  const data = await bench.bundled('reviews');
  await variety(bench, data);
  const tick = bench.progress('reviews: held-out domains', HEADS.length * data.dataset.domains.length);
  for (const { name, head } of HEADS) await leaveOneOut(bench, data, name, head, tick);
}

async function leaveOneOut(bench: Workbench, data: EmbeddedDataset, name: string, head: HeadSpec, tick: () => void): Promise<void> {
  const { steps } = bench.options;
  const byDomain: (readonly RunScores[])[] = [];
  for (const heldOutDomain of data.dataset.domains) {
    byDomain.push(await trainRuns(bench.makePopulation, data, { heldOutDomain, head, knobs: DEFAULT_KNOBS, steps }));
    tick();
  }
  bench.print();
  bench.print(`  Leave one domain out, ${name}, ${steps} steps, the page's default knobs (no regularizer): mean ± standard error over n = ${SEEDS.length} seeds.`);
  bench.print('  Held-out: the watched half. The mean over domains is taken within each seed.');
  const parts = ['train', 'validation', 'watched'] as const;
  const metrics: readonly { name: string; of: (score: PartScore) => number; digits: number }[] = [
    { name: 'acc. %', of: accuracy, digits: 1 },
    { name: 'loss', of: (score) => score.lossMean, digits: 3 },
  ];
  const figures = (valuesOf: (part: (typeof parts)[number], of: (score: PartScore) => number) => number[]): string[] =>
    metrics.flatMap(({ of, digits }) => parts.map((part) => meanAndError(valuesOf(part, of), digits)));
  bench.table(
    ['held-out', 'n rows (train, val., held-out)', ...metrics.flatMap((metric) => ['train', 'val.', 'held-out'].map((part) => `${part} ${metric.name}`))],
    [
      ...byDomain.map((scores, i) => [
        data.dataset.domains[i] ?? '',
        parts.map((part) => String(scores[0]?.[part].n ?? 0)).join(', '),
        ...figures((part, of) => scores.map((score) => of(score[part]))),
      ]),
      ['mean', '', ...figures((part, of) => SEEDS.map((_, seed) => mean(byDomain.map((scores) => of((scores[seed] as RunScores)[part])))))],
    ],
  );
}

async function variety(bench: Workbench, data: EmbeddedDataset): Promise<void> {
  const { dataset } = data;
  bench.print(`  Rows and labels: ${dataset.examples.length} rows`);
  bench.table(['domain', 'rows', ...dataset.labels], composition(dataset).map(({ domain, rows, byLabel }) => [domain, String(rows), ...byLabel.map(String)]));
  bench.print();
  bench.print('  Variety. Trigram ratio: distinct / all word trigrams. A real set is sampled to the same number of rows, since the ratio falls with it.');
  const sets = [{ name: 'reviews (bundled)', data }];
  if (bench.options.hasData) sets.push({ name: `${COMPARED_FILE}, sample`, data: sampled(await bench.realData(COMPARED_FILE), dataset.examples.length) });
  const closest = sets.map((set) => ({ ...set, closest: closestRows(set.data.features) }));
  bench.table(
    ['data set', 'n rows', 'trigram ratio', 'words: min, quartiles, max', 'largest cosine'],
    closest.map(({ name, data: { dataset: set }, closest: { cosine } }) => {
      const texts = set.examples.map(({ text }) => text);
      return [name, String(texts.length), distinctTrigramRatio(texts).toFixed(3), wordQuartiles(texts).join(', '), cosine.toFixed(3)];
    }),
  );
  const { a, b } = closest[0]?.closest ?? { a: 0, b: 0 };
  bench.print(`  The two closest bundled rows: “${dataset.examples[a]?.text ?? ''}” and “${dataset.examples[b]?.text ?? ''}”`);
}
