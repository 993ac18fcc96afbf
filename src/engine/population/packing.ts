import { lastWidth, parameterShapes, sizeOf, type HeadShape } from '../head-shape.ts';
import type { Kernel } from './kernel/instance.ts';

/** Where a tensor lies in a member's state, and in what order. */
export interface PackedTensor {
  /** Bytes from the start of the state. */
  readonly offset: number;
  /** Words that it takes there, padding included. */
  readonly length: number;
  /** Place, in words from `offset`, of the value [i, j] (or [j] of a bias, i being 0). */
  place(i: number, j: number): number;
}

function padded(n: number): number {
  return Math.ceil(n / 8) * 8;
}

/** Weights [from, to] of a hidden layer: panels of eight units, inputs one after another. */
function byUnits(offset: number, from: number, to: number): PackedTensor {
  const stride = padded(from);
  return { offset, length: padded(to) * stride, place: (i, j) => ((j >> 3) * stride + i) * 8 + (j & 7) };
}

/** Weights [from, to] of an output layer: panels of eight inputs, `stride` outputs one after another. */
function byInputs(offset: number, from: number, stride: number): PackedTensor {
  return { offset, length: padded(from) * stride, place: (i, j) => ((i >> 3) * stride + j) * 8 + (i & 7) };
}

function bias(offset: number, length: number): PackedTensor {
  return { offset, length, place: (_, j) => j };
}

/** The tensors of head and discriminator as the kernel keeps them (see kernel/assembly/layout.ts), by name. */
export function packedTensors(shape: HeadShape, kernel: Kernel): ReadonlyMap<string, PackedTensor> {
  const { head, inputWidth, classes } = shape;
  const inner = lastWidth(shape);
  const last = parameterShapes(shape).length / 2;
  const tensors = new Map<string, PackedTensor>();
  if (head.kind !== 'linear') {
    tensors.set('weights1', byUnits(0, inputWidth, head.width)).set('bias1', bias(kernel.at('bias1'), padded(head.width)));
    const stride = kernel.at('domainStride');
    tensors.set('discriminatorWeights', byInputs(kernel.at('discriminatorWeights'), inner, stride));
    tensors.set('discriminatorBias', bias(kernel.at('discriminatorBias'), stride));
  }
  if (head.kind === 'two-hidden') {
    tensors.set('weights2', byUnits(kernel.at('weights2'), head.width, head.width)).set('bias2', bias(kernel.at('bias2'), padded(head.width)));
  }
  tensors.set(`weights${last}`, byInputs(kernel.at('lastWeights'), inner, padded(classes))).set(`bias${last}`, bias(kernel.at('lastBias'), padded(classes)));
  return tensors;
}

/** A copy of a tensor of this shape, without padding, row-major. @param packed its words in the kernel's memory */
export function unpack({ place }: PackedTensor, shape: readonly number[], packed: Float32Array): Float32Array {
  const columns = shape.at(-1) as number;
  const values = new Float32Array(sizeOf(shape));
  for (let at = 0; at < values.length; at++) values[at] = packed[place(Math.floor(at / columns), at % columns)] as number;
  return values;
}

/** The opposite of `unpack`; padding becomes zero. */
export function pack({ place }: PackedTensor, shape: readonly number[], values: Float32Array, packed: Float32Array): void {
  const columns = shape.at(-1) as number;
  packed.fill(0);
  for (let at = 0; at < values.length; at++) packed[place(Math.floor(at / columns), at % columns)] = values[at] as number;
}
