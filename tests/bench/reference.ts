import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { FULL_BATCH, fullBatchRegression } from './full-batch.ts';
import { REFERENCE, type ReferenceFigures } from './reference-figures.ts';
import { SEEDS, accuracy, trainRuns, type RunScores } from './runs.ts';
import { mean, meanAndRange, signed } from './summary.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

/** Points of accuracy. */
const TOLERANCE = 1.5;
const STEPS = 300;
const KNOBS: KnobValues = { ...DEFAULT_KNOBS, learningRate: 0.05, learningRateDecay: true, l2: true, l2Strength: 0.001, batchSize: 128 };

interface DomainResult {
  readonly reference: ReferenceFigures;
  readonly ours: readonly RunScores[];
  readonly fullBatch: readonly RunScores[];
}

/** Does our trainer give the reference table's accuracies, one domain left out at a time? */
export async function referencePart(bench: Workbench): Promise<void> {
  bench.print(
    `  Ours: linear head, ${STEPS} steps, Adam, learning rate ${KNOBS.learningRate} with cosine decay, L2 ${KNOBS.l2Strength}, ${KNOBS.batchSize} rows of each training domain a step, no dropout, no augmentation.`,
  );
  bench.print(
    `  Full batch: logistic regression by tfjs autodiff, ${FULL_BATCH.steps} steps, Adam, learning rate ${FULL_BATCH.learningRate}, L2 ${FULL_BATCH.l2Strength}: the reference's method, run here on the same splits.`,
  );
  bench.print(`  Accuracy in %: mean over split seeds ${SEEDS.join(', ')} (min to max), n = ${SEEDS.length} runs a row. Held-out: watched and sealed halves together.`);
  const tick = bench.progress('reference: runs', SEEDS.length * REFERENCE.reduce((sum, { domains }) => sum + domains.length, 0));
  for (const { file, domains } of REFERENCE) {
    const data = await bench.realData(file);
    const results: DomainResult[] = [];
    for (const reference of domains) results.push(await runDomain(bench, data, reference, tick));
    report(bench, file, data.dataset.examples.length, results);
  }
}

async function runDomain(bench: Workbench, data: EmbeddedDataset, reference: ReferenceFigures, tick: () => void): Promise<DomainResult> {
  const { heldOutDomain } = reference;
  const ours = await trainRuns(bench.makePopulation, data, { heldOutDomain, head: { kind: 'linear' }, knobs: KNOBS, steps: STEPS });
  const fullBatch: RunScores[] = [];
  for (const seed of SEEDS) {
    fullBatch.push(await fullBatchRegression(data, splitDataset(data.dataset, heldOutDomain, seed)));
    tick();
  }
  return { reference, ours, fullBatch };
}

function report(bench: Workbench, file: string, rows: number, results: readonly DomainResult[]): void {
  const heldOut = (scores: readonly RunScores[]): number[] => scores.map((score) => accuracy(score.heldOut));
  const difference = ({ ours, reference }: DomainResult): number => mean(heldOut(ours)) - reference.heldOut;
  bench.print();
  bench.print(`  ${file}, ${rows} rows`);
  bench.table(
    ['held-out', 'n rows', 'ours', 'reference', 'difference', 'full batch', 'ours - full batch'],
    results.map((result) => [
      result.reference.heldOutDomain,
      String(result.ours[0]?.heldOut.n ?? 0),
      meanAndRange(heldOut(result.ours), 1),
      result.reference.heldOut.toFixed(1),
      signed(difference(result), 1),
      meanAndRange(heldOut(result.fullBatch), 1),
      meanAndRange(heldOut(result.ours).map((value, i) => value - (heldOut(result.fullBatch)[i] ?? NaN)), 1),
    ]),
  );
  bench.print();
  bench.table(
    ['held-out', 'n rows', 'validation, ours', 'reference', 'n rows', 'train, ours', 'reference'],
    results.map(({ reference, ours }) => [
      reference.heldOutDomain,
      String(ours[0]?.validation.n ?? 0),
      meanAndRange(ours.map((score) => accuracy(score.validation)), 1),
      reference.validation.toFixed(1),
      String(ours[0]?.train.n ?? 0),
      meanAndRange(ours.map((score) => accuracy(score.train)), 1),
      reference.train.toFixed(1),
    ]),
  );
  const worst = results.reduce((a, b) => (Math.abs(difference(b)) > Math.abs(difference(a)) ? b : a));
  const passed = results.filter((result) => Math.abs(difference(result)) <= TOLERANCE).length;
  bench.bound(
    passed === results.length,
    `reference: ${passed} of ${results.length} domains of ${file} within ${TOLERANCE} points; the furthest is ${worst.reference.heldOutDomain} with ${signed(difference(worst), 1)}`,
  );
}
