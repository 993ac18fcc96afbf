import type { Checkpoint } from '../../core/checkpoint.ts';
import { discriminatorShapes, parameterShapes, sizeOf, type HeadShape } from '../head-shape.ts';
import { groupCount } from './groups.ts';
import type { MemberSpec, PopulationData } from './population.ts';
import type { SavedProgress, StateFlags } from './step-plan.ts';

export interface StateTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Missing in a checkpoint it is taken as zeros. */
  readonly optional: boolean;
}

/** A tensor and its two moments, by the ending of their names. */
export const MOMENTS = ['', '.m', '.v'] as const;
const HEAD_STEPS = 'optimizer.steps';
const DISCRIMINATOR_STEPS = 'discriminator.steps';

/** The tensors that a member's engine keeps and a checkpoint holds, in order; the two step counts come after them. */
export function stateTensors(shape: HeadShape, data: PopulationData, { train }: MemberSpec, flags: StateFlags): readonly StateTensor[] {
  const head = parameterShapes(shape);
  const trained = [...head, ...(flags.discriminator ? discriminatorShapes(shape, train.length) : [])];
  return [
    ...trained.flatMap(({ name, shape: dimensions }) => MOMENTS.map((moment) => ({ name: name + moment, shape: dimensions, optional: moment !== '' }))),
    ...(flags.average ? head.map(({ name, shape: dimensions }) => ({ name: `${name}.average`, shape: dimensions, optional: false })) : []),
    ...(flags.groupWeights ? [{ name: 'groupWeights', shape: [groupCount(data.groupOf, train.length)], optional: false }] : []),
  ];
}

/** Puts a checkpoint together. @param tensors those of `stateTensors`, in order, with copies of their values */
export function checkpointOf(progress: SavedProgress, tensors: Checkpoint['tensors']): Checkpoint {
  const scalar = (name: string, value: number) => ({ name, shape: [1], values: Float32Array.of(value) });
  const { step, batchPosition, optimizerSteps, discriminator, discriminatorSteps } = progress;
  const counts = [scalar(HEAD_STEPS, optimizerSteps), ...(discriminator ? [scalar(DISCRIMINATOR_STEPS, discriminatorSteps)] : [])];
  return { step, tensors: [...tensors, ...counts], batchPosition };
}

/**
 * What a checkpoint says of a member. One without `optimizer.steps` was written when every step was Adam's: t is then its step.
 * @returns `values`: the tensors of `stateTensors` by name, optional ones that are missing as zeros
 * @throws RangeError when it is one of another head, or of another number of training domains or groups
 */
export function readCheckpoint(
  checkpoint: Checkpoint,
  shape: HeadShape,
  data: PopulationData,
  spec: MemberSpec,
): { readonly progress: SavedProgress; readonly values: ReadonlyMap<string, Float32Array> } {
  const saved = new Map(checkpoint.tensors.map(({ name, values }) => [name, values]));
  const flags = { average: saved.has('weights1.average'), discriminator: saved.has('discriminatorWeights'), groupWeights: saved.has('groupWeights') };
  const tensors = stateTensors(shape, data, spec, flags);
  const values = new Map<string, Float32Array>();
  for (const { name, shape: dimensions, optional } of tensors) {
    const own = saved.get(name) ?? (optional ? new Float32Array(sizeOf(dimensions)) : undefined);
    if (own?.length !== sizeOf(dimensions)) throw new RangeError(`The checkpoint does not fit this head: ${name} differs.`);
    values.set(name, own);
  }
  const { step, batchPosition } = checkpoint;
  if (saved.has(`weights${parameterShapes(shape).length / 2 + 1}`)) throw new RangeError('The checkpoint does not fit this head: it has more layers.');
  const domains = spec.train.length;
  if (batchPosition.length !== domains) throw new RangeError(`The checkpoint is of ${batchPosition.length} training domains, and there are ${domains}.`);
  const [optimizerSteps = step, discriminatorSteps = 0] = [saved.get(HEAD_STEPS)?.[0], saved.get(DISCRIMINATOR_STEPS)?.[0]];
  return { progress: { step, batchPosition, optimizerSteps, discriminatorSteps, ...flags }, values };
}
