import { RandomStream, STREAM } from '../core/rng.ts';
import type { HeadSpec } from '../core/run-record.ts';

export interface HeadShape {
  readonly head: HeadSpec;
  /** D */
  readonly inputWidth: number;
  /** C */
  readonly classes: number;
}

export interface ParameterShape {
  readonly name: string;
  /** [in, out], or [out] for a bias. */
  readonly shape: readonly number[];
  /** Whether it takes part in L1, L2 and weight decay: weights, not biases. */
  readonly penalized: boolean;
}

/** Widths of the hidden layers, first to last; none for a linear head. */
export function hiddenWidths(head: HeadSpec): readonly number[] {
  return head.kind === 'linear' ? [] : head.kind === 'hidden' ? [head.width] : [head.width, head.width];
}

/** Units that the last layer reads: those of the last hidden layer, or D. */
export function lastWidth({ head, inputWidth }: HeadShape): number {
  return head.kind === 'linear' ? inputWidth : head.width;
}

/** Names and shapes of the head's tensors, in a fixed order: weights1, bias1, weights2, … They are part of the checkpoint format. */
export function parameterShapes({ head, inputWidth, classes }: HeadShape): readonly ParameterShape[] {
  const widths = [inputWidth, ...hiddenWidths(head), classes];
  return widths.slice(1).flatMap((to, layer) => [
    { name: `weights${layer + 1}`, shape: [widths[layer] as number, to], penalized: true },
    { name: `bias${layer + 1}`, shape: [to], penalized: false },
  ]);
}

/** DANN's discriminator, one linear layer from the last hidden layer to the training domains. */
export function discriminatorShapes(shape: HeadShape, domains: number): readonly ParameterShape[] {
  return [
    { name: 'discriminatorWeights', shape: [lastWidth(shape), domains], penalized: false },
    { name: 'discriminatorBias', shape: [domains], penalized: false },
  ];
}

/** Number of values in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Place of the discriminator's weights among the streams of starting weights: apart from every layer's. */
const DISCRIMINATOR_STREAM = 100;

/**
 * Starting values: weights uniform in ±√(6 / (in + out)) (Glorot & Bengio, AISTATS 2010, eq. 16), biases zero.
 * Keyed by (seed, place in `parameterShapes`, place in the row-major tensor), so equal for every engine.
 */
export function initialValues(shape: HeadShape, seed: number): Map<string, Float32Array> {
  return glorot(parameterShapes(shape), seed, 0);
}

/** Starting values of the discriminator, of the same distribution; keyed by (seed, 100, place in the row-major tensor). */
export function initialDiscriminator(shape: HeadShape, domains: number, seed: number): Map<string, Float32Array> {
  return glorot(discriminatorShapes(shape, domains), seed, DISCRIMINATOR_STREAM);
}

function glorot(shapes: readonly ParameterShape[], seed: number, firstStep: number): Map<string, Float32Array> {
  return new Map(
    shapes.map(({ name, shape: dimensions }, index) => {
      const values = new Float32Array(sizeOf(dimensions));
      if (dimensions.length === 1) return [name, values];
      const random = new RandomStream(seed, STREAM.weights, firstStep + index);
      const [from = 0, to = 0] = dimensions;
      const limit = Math.sqrt(6 / (from + to));
      return [name, values.map((_, i) => limit * (2 * random.uniform(0, i) - 1))];
    }),
  );
}
