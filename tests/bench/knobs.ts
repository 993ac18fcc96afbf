import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import { SEEDS, accuracy, trainRuns } from './runs.ts';
import { differenceAndInterval, mean, meanAndRange, signed } from './summary.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

export interface KnobChange {
  readonly name: string;
  readonly change: Partial<KnobValues>;
}

const CHANGES: readonly KnobChange[] = [
  { name: `dropout ${DEFAULT_KNOBS.dropoutRate}`, change: { dropout: true } },
  { name: `L2 ${DEFAULT_KNOBS.l2Strength}`, change: { l2: true } },
  { name: `noise ${DEFAULT_KNOBS.noiseNorm}`, change: { noise: true } },
  { name: `mixup ${DEFAULT_KNOBS.mixupAlpha}`, change: { mixup: true } },
  { name: `interpolation ${DEFAULT_KNOBS.interpolationAlpha}`, change: { interpolation: true } },
  { name: `input dropout ${DEFAULT_KNOBS.inputDropoutRate}`, change: { inputDropout: true } },
  { name: 'noise and mixup', change: { noise: true, mixup: true } },
  { name: 'dropout, L2, noise and mixup', change: { dropout: true, l2: true, noise: true, mixup: true } },
  { name: 'learning-rate decay', change: { learningRateDecay: true } },
  { name: 'learning rate x 1/3', change: { learningRate: DEFAULT_KNOBS.learningRate / 3 } },
  { name: 'batch size 8', change: { batchSize: 8 } },
];

/** Watched scores at the end of the runs of one setting: [domain][seed]. */
type Scores = readonly (readonly PartScore[])[];

const METRICS: readonly { readonly name: string; readonly of: (score: PartScore) => number; readonly digits: number; readonly better: (change: number) => boolean }[] = [
  { name: 'loss (lower is better)', of: (score) => score.lossMean, digits: 3, better: (change) => change < 0 },
  { name: 'accuracy in points (higher is better)', of: accuracy, digits: 1, better: (change) => change > 0 },
];

/** What does each knob do to the held-out domain, everything else equal? */
export async function knobsPart(bench: Workbench): Promise<void> {
  await knobChanges(bench, 'Bundled reviews', await bench.bundled('reviews'), CHANGES);
}

/** Trains with all off and with each change, each domain held out in turn, and prints what the change makes of the watched half. @param name of the data set, at the beginning of a sentence */
export async function knobChanges(bench: Workbench, name: string, data: EmbeddedDataset, changes: readonly KnobChange[]): Promise<void> {
  const { domains } = data.dataset;
  const { steps } = bench.options;
  const tick = bench.progress(`${name}: settings and held-out domains`, (1 + changes.length) * domains.length);
  const runSetting = async (change: Partial<KnobValues>): Promise<Scores> => {
    const scores: PartScore[][] = [];
    for (const heldOutDomain of domains) {
      const runs = await trainRuns(bench.makePopulation, data, { heldOutDomain, head: { kind: 'hidden', width: 64 }, knobs: { ...DEFAULT_KNOBS, ...change }, steps });
      scores.push(runs.map(({ watched }) => watched));
      tick();
    }
    return scores;
  };

  const allOff = await runSetting({});
  const changed: { name: string; scores: Scores }[] = [];
  for (const { name: knob, change } of changes) changed.push({ name: knob, scores: await runSetting(change) });

  bench.print(`  ${name}, hidden layer of 64 units, ${steps} steps, held-out (watched half) at the end.`);
  bench.print(`  All off: learning rate ${DEFAULT_KNOBS.learningRate}, batch ${DEFAULT_KNOBS.batchSize} a domain, no decay, no regularizer. Mean over n = ${SEEDS.length} seeds (min to max).`);
  bench.table(
    ['held-out', 'n rows', 'loss', 'accuracy %'],
    domains.map((domain, i) => [domain, String(allOff[i]?.[0]?.n ?? 0), ...METRICS.map(({ of, digits }) => meanAndRange((allOff[i] ?? []).map(of), digits))]),
  );
  for (const { name: metric, of, digits, better } of METRICS) {
    bench.print();
    bench.print(`  Change of held-out ${metric} against all off, same split and seed: n = ${domains.length * SEEDS.length} pairs. By domain: mean over seeds.`);
    bench.print(`  Pooled: mean over domains within each seed, with Student's 95 % interval over the n = ${SEEDS.length} seeds.`);
    bench.table(
      ['knob', ...domains, 'pooled (95 % interval)', 'pairs better'],
      changed.map(({ name: knob, scores }) => {
        const paired = pairedChanges(scores, allOff, of);
        const pooled = SEEDS.map((_, seed) => mean(paired.map((bySeed) => bySeed[seed] ?? NaN)));
        const all = paired.flat();
        return [knob, ...paired.map((bySeed) => signed(mean(bySeed), digits)), differenceAndInterval(pooled, digits), `${all.filter(better).length} of ${all.length}`];
      }),
    );
  }
}

/** [domain][seed] */
function pairedChanges(scores: Scores, baseline: Scores, of: (score: PartScore) => number): number[][] {
  return scores.map((bySeed, domain) => bySeed.map((score, seed) => of(score) - of(baseline[domain]?.[seed] as PartScore)));
}
