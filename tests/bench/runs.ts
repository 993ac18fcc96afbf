import type { KnobValues } from '../../src/core/knobs.ts';
import { scoreRows, type PartScore } from '../../src/core/metrics.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { splitDataset, type Split } from '../../src/core/splits.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import { Run } from '../../src/engine/run.ts';
import type { TrainingData } from '../../src/engine/trainer.ts';
import type { TrainerFactory } from '../../src/engine/trainer-factory.ts';
import type { EmbeddedDataset } from './workbench.ts';

export const SEEDS = [1, 2, 3, 4, 5] as const;

export interface RunTask {
  readonly heldOutDomain: string;
  readonly head: HeadSpec;
  readonly knobs: KnobValues;
  readonly steps: number;
  /** Of the split, the weights and the batches. */
  readonly seed: number;
}

/** Scores of all rows of each part at the end of a run. */
export interface RunScores {
  readonly train: PartScore;
  readonly validation: PartScore;
  /** The half of the held-out domain that the page shows. */
  readonly watched: PartScore;
  /** Both halves. */
  readonly heldOut: PartScore;
}

/** Evaluations wait for a graphics processor, so that its queue does not grow without end. */
const EVALUATE_EVERY = 50;

const finished = new Map<string, Promise<RunScores>>();

/** Plays a run of the page's own engine to its end. A run asked for again is not trained again. */
export function trainRun(makeTrainer: TrainerFactory, data: EmbeddedDataset, task: RunTask): Promise<RunScores> {
  const name = JSON.stringify([data.dataset.id, task]);
  const scores = finished.get(name) ?? train(makeTrainer, data, task);
  finished.set(name, scores);
  return scores;
}

async function train(makeTrainer: TrainerFactory, data: EmbeddedDataset, task: RunTask): Promise<RunScores> {
  const training = trainingData(data, splitDataset(data.dataset, task.heldOutDomain, task.seed));
  const run = new Run(
    {
      version: 1,
      id: 'bench',
      datasetId: data.dataset.id,
      encoderVersion: ENCODER_VERSION,
      heldOutDomain: task.heldOutDomain,
      head: task.head,
      seed: task.seed,
      initialKnobs: task.knobs,
      initialSteps: task.steps,
      evaluateEvery: EVALUATE_EVERY,
      log: [],
      backends: [],
    },
    training,
    makeTrainer,
  );
  try {
    while (!run.finished) await run.advance();
    return await scoreParts(training, (rows) => run.logits(rows));
  } finally {
    run.dispose();
  }
}

export function trainingData({ dataset, features }: EmbeddedDataset, split: Split): TrainingData {
  const classIndex = new Map(split.labels.map((label, index) => [label, index]));
  return {
    features,
    width: features.length / dataset.examples.length,
    classOf: Uint32Array.from(dataset.examples, ({ label }) => classIndex.get(label) ?? 0),
    split,
  };
}

/** @param logitsOf gives logits [n, C] of embeddings [n, D]. */
export async function scoreParts(data: TrainingData, logitsOf: (embeddings: Float32Array) => Promise<Float32Array>): Promise<RunScores> {
  const { validation, watched, sealed, labels } = data.split;
  const score = async (rows: readonly number[]): Promise<PartScore> => {
    if (rows.length === 0) return { n: 0, correct: 0, lossMean: NaN, lossVariance: 0 };
    const classes = rows.map((row) => data.classOf[row] as number);
    return scoreRows(await logitsOf(gatherRows(data, rows)), labels.length, classes, 0, rows.length);
  };
  return {
    train: await score(trainRows(data.split)),
    validation: await score([...validation]),
    watched: await score([...watched]),
    heldOut: await score([...watched, ...sealed]),
  };
}

/** Training rows of all domains, domain after domain. */
export function trainRows(split: Split): number[] {
  return split.train.flatMap((rows) => [...rows]);
}

export function gatherRows({ features, width }: TrainingData, rows: readonly number[]): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, i) => gathered.set(features.subarray(row * width, (row + 1) * width), i * width));
  return gathered;
}

/** Accuracy in per cent. */
export function accuracy({ correct, n }: PartScore): number {
  return (100 * correct) / n;
}
