import * as tf from '@tensorflow/tfjs';
import { addEmbeddingNoise, dropoutMask, gatherBatch, mixUp, type BatchSource } from '../core/augmentation.ts';
import { BatchOrder } from '../core/batches.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { Evaluation, PartSizes } from '../core/curve.ts';
import type { EffectiveKnobs } from '../core/knobs.ts';
import { scoreRows, softmax } from '../core/metrics.ts';
import { checkHead, type HeadSpec } from '../core/run-record.ts';
import type { Split } from '../core/splits.ts';
import { adamUpdate, type AdamSlot } from './adam.ts';
import { initialValues, parameterShapes, sizeOf, type HeadShape } from './head-shape.ts';
import { forwardLogits, headGradients, type HeadParameters } from './head.ts';
import { scoredTrainRows } from './scored-rows.ts';

export interface TrainingData {
  /** Unit-norm embeddings [N, D]. */
  readonly features: Float32Array;
  /** D */
  readonly width: number;
  /** Class index of each row [N]; rows outside the split may hold anything. */
  readonly classOf: Uint32Array;
  readonly split: Split;
}

/** Trains one head on frozen embeddings with tfjs's current backend. Batches are assembled on the CPU, equal on every backend. */
export class HeadTrainer {
  private readonly shape: HeadShape;
  private readonly source: BatchSource;
  private readonly evaluationRows: Uint32Array;
  private readonly evaluationFeatures: tf.Tensor2D;
  private batchOrder: BatchOrder;
  private slots: Map<string, AdamSlot>;
  private stepsDone = 0;
  /** Rows scored in each part at every evaluation. */
  readonly sizes: PartSizes;

  /** @throws RangeError on an impossible head. */
  constructor(
    private readonly data: TrainingData,
    private readonly head: HeadSpec,
    private readonly seed: number,
  ) {
    checkHead(head);
    const { split, width } = data;
    this.shape = { head, inputWidth: width, classes: split.labels.length };
    this.source = { features: data.features, width, classOf: data.classOf, classes: split.labels.length };
    const train = scoredTrainRows(split, seed);
    this.sizes = { train: train.length, validation: split.validation.length, heldOut: split.watched.length };
    this.evaluationRows = Uint32Array.from([...train, ...split.validation, ...split.watched]);
    this.evaluationFeatures = tf.tensor2d(gatherRows(data, this.evaluationRows), [this.evaluationRows.length, width]);
    this.batchOrder = new BatchOrder(split.train, seed);
    const initial = initialValues(this.shape, seed);
    this.slots = this.makeSlots((name) => initial.get(name));
  }

  /** Steps done since the start of the run. */
  get step(): number {
    return this.stepsDone;
  }

  /** One optimization step with the given amounts. Returns before a GPU has finished it. */
  trainStep(knobs: EffectiveKnobs): void {
    const { seed, stepsDone: step } = this;
    let batch = gatherBatch(this.source, this.batchOrder.next(knobs.batchSize));
    addEmbeddingNoise(batch, knobs.noiseNorm, seed, step);
    batch = mixUp(batch, knobs.mixupAlpha, seed, step);
    const maskWidth = this.head.kind === 'linear' ? this.data.width : this.head.width;
    const mask = knobs.dropoutRate > 0 ? dropoutMask(batch.rows, maskWidth, knobs.dropoutRate, seed, step) : null;
    const updated = tf.tidy(() => {
      const gradients = headGradients(
        this.head,
        this.parameters(),
        tf.tensor2d(batch.x, [batch.rows, this.data.width]),
        tf.tensor2d(batch.y, [batch.rows, this.shape.classes]),
        mask && tf.tensor2d(mask, [batch.rows, maskWidth]),
        knobs.l2Strength,
      );
      return [...this.slots].map(([name, slot]) => adamUpdate(slot, gradients[name] as tf.Tensor, knobs.learningRate, step + 1));
    });
    [...this.slots.keys()].forEach((name, i) => {
      disposeSlot(this.slots.get(name));
      this.slots.set(name, updated[i] as AdamSlot);
    });
    this.stepsDone = step + 1;
  }

  /** Scores of the three parts in evaluation mode. */
  async evaluate(): Promise<Evaluation> {
    const step = this.stepsDone;
    const logits = await readAndDispose(tf.tidy(() => forwardLogits(this.head, this.parameters(), this.evaluationFeatures)));
    const { train, validation } = this.sizes;
    const classes = Uint32Array.from(this.evaluationRows, (row) => this.data.classOf[row] as number);
    const score = (from: number, to: number) => scoreRows(logits, this.shape.classes, classes, from, to);
    return {
      step,
      scores: { train: score(0, train), validation: score(train, train + validation), heldOut: score(train + validation, classes.length) },
    };
  }

  /** Class probabilities of one embedding [D], in the order of the split's labels. */
  async predict(embedding: Float32Array): Promise<number[]> {
    return softmax(await this.logits(embedding));
  }

  /** Logits [n, C], flat, of n embeddings [n, D] in evaluation mode. */
  async logits(embeddings: Float32Array): Promise<Float32Array> {
    const { width } = this.data;
    return readAndDispose(tf.tidy(() => forwardLogits(this.head, this.parameters(), tf.tensor2d(embeddings, [embeddings.length / width, width]))));
  }

  /** A copy of everything needed to go on later. */
  async checkpoint(): Promise<Checkpoint> {
    const step = this.stepsDone;
    const batchPosition = this.batchOrder.position;
    const named = [...this.slots].flatMap(([name, slot]) => [
      { name, tensor: slot.value },
      { name: `${name}.m`, tensor: slot.m },
      { name: `${name}.v`, tensor: slot.v },
    ]);
    const tensors = await Promise.all(
      named.map(async ({ name, tensor }) => ({ name, shape: tensor.shape, values: Float32Array.from((await tensor.data()) as Float32Array) })),
    );
    return { step, tensors, batchPosition };
  }

  /** Goes back (or on) to a checkpoint of this run. @throws RangeError when it is one of another head. */
  restore(checkpoint: Checkpoint): void {
    const saved = new Map(checkpoint.tensors.map(({ name, values }) => [name, values]));
    for (const { name, shape } of parameterShapes(this.shape)) {
      if (saved.get(name)?.length !== sizeOf(shape)) throw new RangeError(`The checkpoint does not fit this head: ${name} differs.`);
    }
    const slots = this.makeSlots((name) => saved.get(name));
    this.slots.forEach(disposeSlot);
    this.slots = slots;
    this.batchOrder = new BatchOrder(this.data.split.train, this.seed, [...checkpoint.batchPosition]);
    this.stepsDone = checkpoint.step;
  }

  dispose(): void {
    this.slots.forEach(disposeSlot);
    this.slots.clear();
    this.evaluationFeatures.dispose();
  }

  private parameters(): HeadParameters {
    return Object.fromEntries([...this.slots].map(([name, slot]) => [name, slot.value]));
  }

  private makeSlots(valuesOf: (name: string) => Float32Array | undefined): Map<string, AdamSlot> {
    return new Map(
      parameterShapes(this.shape).map(({ name, shape }) => {
        const tensor = (key: string) => tf.tensor(valuesOf(key) ?? new Float32Array(sizeOf(shape)), shape);
        return [name, { value: tensor(name), m: tensor(`${name}.m`), v: tensor(`${name}.v`) }];
      }),
    );
  }
}

function gatherRows({ features, width }: TrainingData, rows: Uint32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, i) => gathered.set(features.subarray(row * width, (row + 1) * width), i * width));
  return gathered;
}

async function readAndDispose(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

function disposeSlot(slot: AdamSlot | undefined): void {
  slot?.value.dispose();
  slot?.m.dispose();
  slot?.v.dispose();
}
