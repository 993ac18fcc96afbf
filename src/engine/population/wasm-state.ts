import type { Checkpoint } from '../../core/checkpoint.ts';
import { initialDiscriminator, initialValues, type HeadShape } from '../head-shape.ts';
import { MOMENTS, stateTensors } from './checkpoint-tensors.ts';
import { groupCount, initialGroupWeights } from './groups.ts';
import type { Kernel } from './kernel/instance.ts';
import { pack, packedTensors, unpack, type PackedTensor } from './packing.ts';
import type { MemberSpec, PopulationData } from './population.ts';
import type { StateFlags } from './step-plan.ts';

/** What a state holds of each tensor, by the ending of its name, in order. */
const SLOTS = [...MOMENTS, '.average'] as const;
/** A name without its ending, and the ending. */
const NAME = /^(.*?)(\.m|\.v|\.average)?$/;

/** An instance of the kernel, and members' tensors in its memory, as checkpoints have them. */
export class WasmState {
  private readonly tensors: ReadonlyMap<string, PackedTensor>;

  constructor(
    readonly kernel: Kernel,
    private readonly shape: HeadShape,
    private readonly data: PopulationData,
    private readonly specs: readonly MemberSpec[],
  ) {
    this.tensors = packedTensors(shape, kernel);
  }

  /** Copies of the tensors of `stateTensors`. */
  read(member: number, flags: StateFlags): Checkpoint['tensors'] {
    return stateTensors(this.shape, this.data, this.specs[member] as MemberSpec, flags).map(({ name, shape }) => {
      if (name === 'groupWeights') return { name, shape, values: this.groupWeights(member).slice() };
      const { tensor, words } = this.part(member, name);
      return { name, shape, values: unpack(tensor, shape, words) };
    });
  }

  /** Takes a member to its start, and from there to what `values` holds by name. */
  write(member: number, flags: StateFlags, values: ReadonlyMap<string, Float32Array>): void {
    const spec = this.specs[member] as MemberSpec;
    const { kernel, shape } = this;
    const stateBytes = kernel.at('stateBytes');
    kernel.floats(kernel.at('states') + 4 * member * stateBytes, stateBytes).fill(0);
    const discriminator = shape.head.kind === 'linear' ? [] : initialDiscriminator(shape, spec.train.length, spec.seed);
    const start = new Map([...initialValues(shape, spec.seed), ...discriminator, ['groupWeights', initialGroupWeights(this.data, spec)]]);
    const all = { ...flags, discriminator: shape.head.kind !== 'linear', groupWeights: true };
    for (const { name, shape: dimensions } of stateTensors(shape, this.data, spec, all)) {
      const own = values.get(name) ?? start.get(name);
      if (!own) continue;
      if (name === 'groupWeights') {
        this.groupWeights(member).set(own);
        continue;
      }
      const { tensor, words } = this.part(member, name);
      pack(tensor, dimensions, own, words);
    }
  }

  private groupWeights(member: number): Float32Array {
    const { kernel, data, specs } = this;
    return kernel.floats(kernel.at('groupWeights') + 4 * member * kernel.at('groups'), groupCount(data.groupOf, (specs[member] as MemberSpec).train.length));
  }

  /** A tensor's packing, and its words in a member's state. */
  private part(member: number, name: string): { readonly tensor: PackedTensor; readonly words: Float32Array } {
    const { kernel } = this;
    const [, base = '', ending = ''] = NAME.exec(name) ?? [];
    const tensor = this.tensors.get(base) as PackedTensor;
    const slot = 4 * member + SLOTS.indexOf(ending as (typeof SLOTS)[number]);
    return { tensor, words: kernel.floats(kernel.at('states') + slot * kernel.at('stateBytes') + tensor.offset, tensor.length) };
  }
}
