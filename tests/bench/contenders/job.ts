import { dropoutMask, gatherBatch } from '../../support/augmentation.ts';
import { BatchOrder } from '../../../src/core/batches.ts';
import { effectiveKnobs } from '../../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS } from '../../../src/core/knobs.ts';
import { splitDataset } from '../../../src/core/splits.ts';
import { initialValues } from '../../../src/engine/head-shape.ts';
import { populationData, trainRows } from '../runs.ts';
import type { Workbench } from '../workbench.ts';
import { TENSORS, type HeadWeights, type Job, type PreparedBatch, type TensorName } from './contender.ts';

export const HEAD = { kind: 'hidden', width: 64 } as const;
export const KNOBS = effectiveKnobs({ ...DEFAULT_KNOBS, dropout: true, l2: true, batchSize: 32 }, 0, 1);
const SPLIT_SEED = 1;
const SHELF = 16;

/** The bundled reviews with one domain held out and the others taken as one, so that the batch is 32 rows in all. @param heads K */
export async function speedJob(bench: Workbench, heads: number): Promise<Job> {
  const reviews = await bench.bundled('reviews');
  const split = splitDataset(reviews.dataset, reviews.dataset.domains[0] ?? '', SPLIT_SEED);
  const data = populationData(reviews, split.labels);
  const job = {
    data,
    shape: { head: HEAD, inputWidth: data.width, classes: data.classes },
    heads,
    hidden: HEAD.width,
    batchRows: KNOBS.batchSize,
    learningRate: KNOBS.learningRate,
    dropoutRate: KNOBS.dropoutRate,
    l2Strength: KNOBS.l2Strength,
    rows: Uint32Array.from(trainRows(split)),
    seeds: Array.from({ length: heads }, (_, head) => head + 1),
  };
  return { ...job, shelf: drawShelf(job) };
}

/** The first batches and masks of each head. */
function drawShelf({ data, rows, seeds, batchRows, hidden, dropoutRate }: Omit<Job, 'shelf'>): PreparedBatch[] {
  const orders = seeds.map((seed) => new BatchOrder([rows], seed));
  return Array.from({ length: SHELF }, (_, step) => {
    const batches = orders.map((order) => gatherBatch(data, order.next(batchRows)));
    return {
      x: joined(batches.map(({ x }) => x)),
      y: joined(batches.map(({ y }) => y)),
      mask: joined(seeds.map((seed) => dropoutMask(batchRows, hidden, dropoutRate, seed, step))),
    };
  });
}

/** Starting values of a tensor of all heads, one after another, the product's own. */
export function initialTensor({ shape, seeds }: Job, name: TensorName): Float32Array {
  return joined(seeds.map((seed) => initialValues(shape, seed).get(name) as Float32Array));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** ‖a − b‖ / ‖b‖ over all tensors of a head. */
export function relativeDifference(a: HeadWeights, b: HeadWeights): number {
  let squares = 0;
  let norm = 0;
  for (const name of TENSORS) {
    b[name].forEach((value, i) => {
      squares += ((a[name][i] as number) - value) ** 2;
      norm += value ** 2;
    });
  }
  return Math.sqrt(squares / norm);
}
