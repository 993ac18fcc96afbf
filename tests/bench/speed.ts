import * as tf from '@tensorflow/tfjs';
import { gatherBatch } from '../../src/core/augmentation.ts';
import { BatchOrder } from '../../src/core/batches.ts';
import { DEFAULT_KNOBS, effectiveKnobs } from '../../src/core/knobs.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { TrainingData } from '../../src/engine/trainer.ts';
import { tfjsTrainers, type Trainer } from '../../src/engine/trainer-factory.ts';
import { ROUNDS, race, type Round } from './race.ts';
import { trainRows, trainingData } from './runs.ts';
import { medianAndRange } from './summary.ts';
import type { Workbench } from './workbench.ts';

const HIDDEN = 64;
const BATCH = 32;
const SEED = 1;
const KNOBS = effectiveKnobs({ ...DEFAULT_KNOBS, dropout: true, l2: true, batchSize: BATCH }, 0, 1);
const PIECES = 4;
const WARM_UP = 20;

/** How many steps a second do our trainers do, beside tfjs's own layers? */
export async function speedPart(bench: Workbench): Promise<void> {
  const data = await pooledReviews(bench);
  const head = { kind: 'hidden', width: HIDDEN } as const;
  const steps = bench.isSlow ? 10 : 100;
  const trainers = [{ name: "the page's trainer", trainer: bench.makeTrainer(data, head, SEED) }];
  if (bench.backend.name === 'wasm') trainers.push({ name: 'HeadTrainer (tfjs operations)', trainer: tfjsTrainers(data, head, SEED) });
  const tick = bench.progress('speed: rounds', trainers.length * ROUNDS);
  const rows: string[][] = [];
  for (const { name, trainer } of trainers) {
    const rounds = await againstLayers(data, trainer, steps, tick);
    trainer.dispose();
    rows.push([
      name,
      medianAndRange(rounds.map((round) => round.ours), 0),
      medianAndRange(rounds.map((round) => round.baseline), 0),
      medianAndRange(rounds.map((round) => round.ours / round.baseline), 2),
    ]);
  }
  bench.print(`  Head-steps a second: ${data.width} -> ${HIDDEN} -> ${data.split.labels.length}, batch ${BATCH} in all, Adam, dropout ${KNOBS.dropoutRate}, L2 ${KNOBS.l2Strength}, K = 1 head;`);
  bench.print(`  median of ${ROUNDS} interleaved rounds (min to max) of n = ${PIECES * steps} steps each`);
  bench.table(['trainer', 'ours', 'tfjs LayersModel.trainOnBatch', 'ratio within a round'], rows);
}

async function againstLayers(data: TrainingData, trainer: Trainer, steps: number, onRound: () => void): Promise<Round[]> {
  const model = layersModel(data);
  const order = new BatchOrder(data.split.train, SEED);
  const source = { features: data.features, width: data.width, classOf: data.classOf, classes: data.split.labels.length };
  const stepOurs = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) trainer.trainStep(KNOBS);
    await trainer.logits(data.features.subarray(0, data.width)); // waits for a graphics processor to finish
  };
  const stepLayers = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const batch = gatherBatch(source, order.next(BATCH));
      const x = tf.tensor2d(batch.x, [BATCH, data.width]);
      const y = tf.tensor2d(batch.y, [BATCH, source.classes]);
      await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
    }
  };
  try {
    await stepOurs(WARM_UP);
    await stepLayers(WARM_UP);
    return await race({ ours: () => stepOurs(steps), baseline: () => stepLayers(steps) }, new Array<number>(PIECES).fill(steps), onRound);
  } finally {
    model.dispose();
  }
}

/** The bundled reviews with one domain held out and the others taken as one, so that the batch is BATCH rows in all. */
async function pooledReviews(bench: Workbench): Promise<TrainingData> {
  const reviews = await bench.reviews();
  const split = splitDataset(reviews.dataset, reviews.dataset.domains[0] ?? '', SEED);
  return trainingData(reviews, { ...split, trainDomains: ['all'], train: [Uint32Array.from(trainRows(split))] });
}

/** The same head, penalty and optimizer in tfjs's terms. */
function layersModel({ width, split }: TrainingData): tf.LayersModel {
  const penalty = (): ReturnType<typeof tf.regularizers.l2> => tf.regularizers.l2({ l2: KNOBS.l2Strength / 2 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [width], units: HIDDEN, activation: 'relu', kernelRegularizer: penalty() }),
      tf.layers.dropout({ rate: KNOBS.dropoutRate }),
      tf.layers.dense({ units: split.labels.length, activation: 'softmax', kernelRegularizer: penalty() }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(KNOBS.learningRate), loss: 'categoricalCrossentropy' });
  return model;
}
