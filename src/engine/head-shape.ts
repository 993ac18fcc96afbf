import { RandomStream, STREAM } from '../core/rng.ts';
import type { HeadSpec } from '../core/run-record.ts';

export interface HeadShape {
  readonly head: HeadSpec;
  /** D */
  readonly inputWidth: number;
  /** C */
  readonly classes: number;
}

/** Names and shapes of the head's tensors, in a fixed order. `penalized` ones take part in the L1 and L2 penalties (weights, not biases). */
export function parameterShapes({ head, inputWidth, classes }: HeadShape): { name: string; shape: number[]; penalized: boolean }[] {
  const layer = (suffix: string, from: number, to: number) => [
    { name: `weights${suffix}`, shape: [from, to], penalized: true },
    { name: `bias${suffix}`, shape: [to], penalized: false },
  ];
  return head.kind === 'linear' ? layer('1', inputWidth, classes) : [...layer('1', inputWidth, head.width), ...layer('2', head.width, classes)];
}

/** Number of values in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Starting values: weights uniform in ±√(6 / (in + out)) (Glorot & Bengio, AISTATS 2010, eq. 16), biases zero.
 * Keyed by (seed, layer, unit), so equal for every engine.
 */
export function initialValues(shape: HeadShape, seed: number): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  parameterShapes(shape).forEach(({ name, shape: dimensions, penalized }, index) => {
    const random = new RandomStream(seed, STREAM.weights, index);
    const [from = 0, to = 0] = dimensions;
    const limit = Math.sqrt(6 / (from + to));
    values.set(name, Float32Array.from({ length: sizeOf(dimensions) }, (_, i) => (penalized ? limit * (2 * random.uniform(0, i) - 1) : 0)));
  });
  return values;
}
