import { discriminatorShapes, hiddenWidths, lastWidth, parameterShapes, type HeadShape } from '../../head-shape.ts';
import { groupCount } from '../groups.ts';
import type { MemberSpec, PopulationData } from '../population.ts';

/** Number of vec4s that hold n values. */
export function quads(n: number): number {
  return Math.ceil(n / 4);
}

/** A weight matrix and a bias. */
export interface LayerPlace {
  /** Units that the layer reads, and makes. */
  readonly from: number;
  readonly to: number;
  /** In vec4s from the start of the section. */
  readonly weights: number;
  readonly bias: number;
}

/**
 * Where a member's tensors lie in `state`, in vec4s. A state is four sections of one form (values, m, v, averaged values), then the
 * discriminator's three, then q.
 *
 * A hidden layer's weights [in, out] are stored row by row, in padded to whole vec4s, out likewise. The last layer's and the
 * discriminator's are stored [out, in]: see kernels/classifier.wgsl. Padding is zero, and stays zero: its gradients are exact zeros.
 */
export class StateLayout {
  readonly hidden: readonly LayerPlace[];
  readonly last: LayerPlace;
  /** Length of a section. */
  readonly section: number;
  readonly discriminatorAt: number;
  /** Length of a section of the discriminator; 0 for a linear head, which has none. */
  readonly discriminator: number;
  readonly groupWeightsAt: number;
  /** Length of a state. */
  readonly length: number;
  /** The largest number of training domains of a member, and of groups. */
  readonly domains: number;
  readonly groups: number;
  private readonly tensors = new Map<string, { readonly at: number; place(i: number, j: number): number }>();

  constructor(
    readonly shape: HeadShape,
    data: PopulationData,
    members: readonly MemberSpec[],
  ) {
    this.domains = members.reduce((most, { train }) => Math.max(most, train.length), 1);
    this.groups = groupCount(data.groupOf, this.domains);
    const widths = [shape.inputWidth, ...hiddenWidths(shape.head)];
    let end = 0;
    const room = (length: number): number => (end += length) - length;
    this.hidden = widths.slice(1).map((to, i) => {
      const from = widths[i] as number;
      return { from, to, weights: room(4 * quads(from) * quads(to)), bias: room(quads(to)) };
    });
    const from = lastWidth(shape);
    this.last = { from, to: shape.classes, weights: room(4 * quads(shape.classes) * quads(from)), bias: room(quads(shape.classes)) };
    this.section = end;
    this.discriminatorAt = 4 * this.section;
    const outOf = 4 * quads(this.domains) * quads(from);
    this.discriminator = this.hidden.length > 0 ? outOf + quads(this.domains) : 0;
    this.groupWeightsAt = this.discriminatorAt + 3 * this.discriminator;
    this.length = this.groupWeightsAt + this.groups;

    const layers = [...this.hidden, this.last];
    parameterShapes(shape).forEach(({ name, shape: dimensions }, index) => {
      const layer = layers[index >> 1] as LayerPlace;
      const isLast = layer === this.last;
      const stride = 4 * quads(isLast ? layer.from : layer.to);
      const at = dimensions.length === 1 ? layer.bias : layer.weights;
      this.add(name, at, this.section, 4, dimensions.length === 1 ? (_, j) => j : isLast ? (i, j) => j * stride + i : (i, j) => i * stride + j);
    });
    for (const { name, shape: dimensions } of discriminatorShapes(shape, this.domains)) {
      const isBias = dimensions.length === 1;
      this.add(name, this.discriminatorAt + (isBias ? outOf : 0), this.discriminator, 3, isBias ? (_, j) => j : (i, j) => j * 4 * quads(from) + i);
    }
    this.tensors.set('groupWeights', { at: this.groupWeightsAt, place: (_, j) => 4 * j });
  }

  /** A copy of a tensor, row-major as `shape` says. @param state a member's [4·length] */
  read(state: Float32Array, name: string, shape: readonly number[]): Float32Array {
    const { at, place } = this.tensor(name);
    const columns = shape.at(-1) as number;
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => state[4 * at + place(Math.floor(i / columns), i % columns)] as number);
  }

  /** The opposite of `read`. */
  write(state: Float32Array, name: string, shape: readonly number[], values: Float32Array): void {
    const { at, place } = this.tensor(name);
    const columns = shape.at(-1) as number;
    values.forEach((value, i) => (state[4 * at + place(Math.floor(i / columns), i % columns)] = value));
  }

  private add(name: string, at: number, hop: number, sections: number, place: (i: number, j: number) => number): void {
    ['', '.m', '.v', '.average'].slice(0, sections).forEach((ending, section) => this.tensors.set(name + ending, { at: at + section * hop, place }));
  }

  private tensor(name: string) {
    const found = this.tensors.get(name);
    if (!found) throw new RangeError(`A state has no tensor named ${name}.`);
    return found;
  }
}
