import { parameterShapes, sizeOf, type HeadShape } from '../head-shape.ts';
import type { Kernel } from './kernel/instance.ts';

/** Where a tensor lies in a member's state, and in what order. */
export interface PackedTensor {
  readonly name: string;
  /** As in checkpoints: [in, out], or [out] for a bias. */
  readonly shape: readonly number[];
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

/** The head's tensors as the kernel keeps them (see kernel/assembly/layout.ts). */
export function packedTensors(shape: HeadShape, kernel: Kernel): PackedTensor[] {
  const { head, inputWidth, classes } = shape;
  const inner = head.kind === 'linear' ? inputWidth : head.width;
  const inputStride = padded(inputWidth);
  const classStride = padded(classes);
  const first = (name: string): Omit<PackedTensor, 'name' | 'shape'> =>
    name === 'weights1'
      ? { offset: 0, length: padded(inner) * inputStride, place: (i, j) => ((j >> 3) * inputStride + i) * 8 + (j & 7) }
      : { offset: kernel.at('bias1'), length: padded(inner), place: (_, j) => j };
  const last = (name: string): Omit<PackedTensor, 'name' | 'shape'> =>
    name.startsWith('weights')
      ? { offset: kernel.at('lastWeights'), length: padded(inner) * classStride, place: (i, j) => ((i >> 3) * classStride + j) * 8 + (i & 7) }
      : { offset: kernel.at('lastBias'), length: classStride, place: (_, j) => j };
  return parameterShapes(shape).map(({ name, shape: dimensions }) => ({
    name,
    shape: dimensions,
    ...(head.kind === 'linear' || name.endsWith('2') ? last(name) : first(name)),
  }));
}

/** A copy of the tensor, without padding, row-major as `shape` says. @param packed its words in the kernel's memory */
export function unpack({ shape, place }: PackedTensor, packed: Float32Array): Float32Array {
  const columns = shape.at(-1) as number;
  const values = new Float32Array(sizeOf(shape));
  for (let at = 0; at < values.length; at++) values[at] = packed[place(Math.floor(at / columns), at % columns)] as number;
  return values;
}

/** The opposite of `unpack`; padding becomes zero. */
export function pack({ shape, place }: PackedTensor, values: Float32Array, packed: Float32Array): void {
  const columns = shape.at(-1) as number;
  packed.fill(0);
  for (let at = 0; at < values.length; at++) packed[place(Math.floor(at / columns), at % columns)] = values[at] as number;
}
