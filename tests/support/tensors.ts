import type { Checkpoint } from '../../src/core/checkpoint.ts';

/** The values of one tensor of a checkpoint. */
export function valuesOf(checkpoint: Checkpoint, name: string): Float32Array {
  const tensor = checkpoint.tensors.find((candidate) => candidate.name === name);
  if (!tensor) throw new Error(`The checkpoint has no ${name}.`);
  return tensor.values;
}

/** All parameters of a checkpoint, without the optimizer's moments, one after another. */
export function parametersOf({ tensors }: Checkpoint): Float64Array {
  return Float64Array.from(tensors.filter(({ name }) => /^(weights|bias)\d$/.test(name)).flatMap(({ values }) => [...values]));
}
