import { BatchOrder } from '../../core/batches.ts';
import type { Checkpoint } from '../../core/checkpoint.ts';
import type { Evaluation, PartSizes } from '../../core/curve.ts';
import { SLIDERS } from '../../core/knobs.ts';
import { scoreRows } from '../../core/metrics.ts';
import { checkHead, type HeadSpec } from '../../core/run-record.ts';
import type { TrainingData } from '../trainer.ts';
import { initialValues, parameterShapes, sizeOf, type HeadShape } from '../head-shape.ts';
import { Kernel } from './kernel/instance.ts';
import { dropoutWords, mixupOf, type MemberKnobs } from './member-knobs.ts';
import { pack, packedTensors, unpack, type PackedTensor } from './packing.ts';
import { scoredTrainRows } from '../scored-rows.ts';
import { checkData, uploadRows } from './upload.ts';

/** A tensor's three parts, by the ending of their names in a checkpoint, in the order in which a state keeps them. */
const MOMENTS = ['', '.m', '.v'] as const;

interface Member {
  readonly seed: number;
  readonly scoredRows: Uint32Array;
  batchOrder: BatchOrder;
  step: number;
}

/**
 * Trains K heads of one shape on the same frozen embeddings, each with its own seed and knobs, in one WebAssembly instance.
 * Members do not touch each other: K together give what each gives alone, to the bit.
 *
 * Equal to the bit on every machine: weights, moments and logits, as functions of the seeds, the data and the numbers in the knobs.
 * Not covered by that: `evaluate`'s losses, whose exp and log are the browser's (a unit in the last place of a double), and whatever
 * the caller computes knobs from. mixup's λ comes from the browser's `Math.pow` and is rounded to float32 here.
 */
export class PopulationTrainer {
  private kernel: Kernel | null;
  private readonly shape: HeadShape;
  private readonly tensors: readonly PackedTensor[];
  private readonly members: readonly Member[];
  /** Rows scored in each part at every evaluation, of each member. */
  readonly sizes: PartSizes;

  /**
   * @param seeds one a member
   * @throws RangeError on an impossible head, on no seeds, on rows or classes that the data lack, or when memory does not suffice.
   */
  constructor(
    module: WebAssembly.Module,
    private readonly data: TrainingData,
    head: HeadSpec,
    seeds: readonly number[],
  ) {
    checkHead(head);
    checkData(data);
    if (seeds.length === 0) throw new RangeError('A population needs at least one seed.');
    const { split, width } = data;
    this.shape = { head, inputWidth: width, classes: split.labels.length };
    this.members = seeds.map((seed) => ({
      seed,
      scoredRows: Uint32Array.from([...scoredTrainRows(split, seed), ...split.validation, ...split.watched]),
      batchOrder: new BatchOrder(split.train, seed),
      step: 0,
    }));
    const scored = this.members[0]?.scoredRows.length as number;
    this.sizes = { train: scored - split.validation.length - split.watched.length, validation: split.validation.length, heldOut: split.watched.length };
    const hidden = head.kind === 'linear' ? 0 : head.width;
    const dataRows = data.classOf.length;
    const sizes = { dataRows, width, hidden, classes: this.shape.classes, members: seeds.length, scored };
    const kernel = new Kernel(module, sizes, split.train.length * SLIDERS.batchSize.max);
    this.kernel = kernel;
    this.tensors = packedTensors(this.shape, kernel);
    uploadRows(kernel, kernel.at('features'), data.features, width);
    kernel.words(kernel.at('classOf'), dataRows).set(data.classOf);
    seeds.forEach((seed, member) => this.write(member, initialValues(this.shape, seed)));
  }

  /** Compiles the kernel if need be, and starts a population. @throws RangeError see the constructor. */
  static async create(wasm: BufferSource | WebAssembly.Module, data: TrainingData, head: HeadSpec, seeds: readonly number[]): Promise<PopulationTrainer> {
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    return new PopulationTrainer(module, data, head, seeds);
  }

  /** Number of members, K. */
  get count(): number {
    return this.members.length;
  }

  /** Bytes of the instance's memory. It does not grow while batches stay within the batch-size slider's range. */
  get memoryBytes(): number {
    return this.opened().run.memory.buffer.byteLength;
  }

  /** Steps done by the first member; all are equal unless members were restored to different ones. */
  get step(): number {
    return this.stepOf(0);
  }

  stepOf(member: number): number {
    return this.member(member).step;
  }

  /** One optimization step of every member. @param knobs one a member. @throws RangeError when their number is another. */
  trainStep(knobs: readonly MemberKnobs[]): void {
    if (knobs.length !== this.count) throw new RangeError(`${this.count} members need as many knobs, not ${knobs.length}.`);
    knobs.forEach((own, member) => this.trainMember(member, own));
  }

  /** Scores of the three parts in evaluation mode, one entry a member. */
  evaluate(): Evaluation[] {
    return this.members.map((_, member) => this.score(member));
  }

  /** Logits [n, C], flat, of n embeddings [n, D] in evaluation mode. @throws RangeError when their length is no multiple of D. */
  logits(member: number, embeddings: Float32Array): Float32Array {
    const kernel = this.opened();
    this.member(member);
    const { inputWidth: width, classes } = this.shape;
    const rows = embeddings.length / width;
    if (!Number.isInteger(rows)) throw new RangeError(`${embeddings.length} values are no whole number of embeddings of width ${width}.`);
    const logits = new Float32Array(rows * classes);
    const capacity = kernel.at('capacity');
    for (let from = 0; from < rows; from += capacity) {
      const part = embeddings.subarray(from * width, Math.min(rows, from + capacity) * width);
      const partRows = part.length / width;
      uploadRows(kernel, kernel.at('mixed'), part, width);
      kernel.run.scoreForeign(member, partRows);
      logits.set(kernel.floats(kernel.at('foreignLogits'), partRows * classes), from * classes);
    }
    return logits;
  }

  /** A copy of everything that a member needs to go on later. HeadTrainer can go on from it, too. */
  checkpoint(member: number): Checkpoint {
    this.opened();
    const { step, batchOrder } = this.member(member);
    const tensors = this.tensors.flatMap((tensor) =>
      MOMENTS.map((moment) => ({ name: tensor.name + moment, shape: [...tensor.shape], values: unpack(tensor, this.words(member, tensor, moment)) })),
    );
    return { step, tensors, batchPosition: batchOrder.position };
  }

  /** Takes a member to a checkpoint of a head of this shape. @throws RangeError when it is one of another. */
  restore(member: number, checkpoint: Checkpoint): void {
    this.opened();
    const target = this.member(member);
    const saved = new Map(checkpoint.tensors.map(({ name, values }) => [name, values]));
    for (const { name, shape } of parameterShapes(this.shape)) {
      if (saved.get(name)?.length !== sizeOf(shape)) throw new RangeError(`The checkpoint does not fit this head: ${name} differs.`);
    }
    target.batchOrder = new BatchOrder(this.data.split.train, target.seed, [...checkpoint.batchPosition]);
    target.step = checkpoint.step;
    this.write(member, saved);
  }

  /** Lets go of the instance's memory; nothing else may be called after. */
  dispose(): void {
    this.kernel = null;
  }

  private trainMember(index: number, knobs: MemberKnobs): void {
    const kernel = this.opened();
    const member = this.member(index);
    const { seed, step } = member;
    const rows = member.batchOrder.next(knobs.batchSize);
    kernel.reserve(rows.length);
    kernel.words(kernel.at('batchRows'), rows.length).set(rows);
    const mixup = mixupOf(rows.length, knobs.mixupAlpha, seed, step);
    if (mixup) kernel.words(kernel.at('batchPartners'), rows.length).set(mixup.partners);
    const { threshold, keep } = dropoutWords(knobs.dropoutRate);
    const { learningRate, l2Strength, l1Strength = 0, labelSmoothing = 0, noiseNorm } = knobs;
    const sigma = noiseNorm / Math.sqrt(this.shape.inputWidth);
    const mixing = mixup ? 1 : 0;
    const lambda = mixup?.lambda ?? 1;
    kernel.run.trainMember(index, rows.length, seed, step, learningRate, l2Strength, l1Strength, threshold, keep, labelSmoothing, sigma, mixing, lambda);
    member.step = step + 1;
  }

  private score(index: number): Evaluation {
    const kernel = this.opened();
    const { scoredRows, step } = this.member(index);
    const { classes } = this.shape;
    kernel.words(kernel.at('scoredRows'), scoredRows.length).set(scoredRows);
    kernel.run.scoreMember(index, scoredRows.length);
    const logits = kernel.floats(kernel.at('scoredLogits'), scoredRows.length * classes);
    const targets = scoredRows.map((row) => this.data.classOf[row] as number);
    const { train, validation } = this.sizes;
    const part = (from: number, to: number) => scoreRows(logits, classes, targets, from, to);
    return { step, scores: { train: part(0, train), validation: part(train, train + validation), heldOut: part(train + validation, targets.length) } };
  }

  private write(member: number, values: ReadonlyMap<string, Float32Array>): void {
    for (const tensor of this.tensors) {
      for (const moment of MOMENTS) {
        const given = values.get(tensor.name + moment) ?? new Float32Array(sizeOf(tensor.shape));
        pack(tensor, given, this.words(member, tensor, moment));
      }
    }
  }

  /** The words of one part of a member's tensor. */
  private words(member: number, { offset, length }: PackedTensor, moment: (typeof MOMENTS)[number]): Float32Array {
    const kernel = this.opened();
    return kernel.floats(kernel.at('states') + (3 * member + MOMENTS.indexOf(moment)) * kernel.at('stateBytes') + offset, length);
  }

  private opened(): Kernel {
    if (!this.kernel) throw new Error('This population was disposed of.');
    return this.kernel;
  }

  private member(index: number): Member {
    const member = this.members[index];
    if (!member) throw new RangeError(`There is no member ${index} among ${this.count}.`);
    return member;
  }
}
