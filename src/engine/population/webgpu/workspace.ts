import { regionsOf, type AsideSizes, type Regions } from './kernels.ts';
import type { StateLayout } from './state-layout.ts';

/** Bytes that the larger buffer of activations may take before members go through a turn in groups. */
const ACTIVATION_BYTES = 64 * 2 ** 20;
const VEC4_BYTES = 16;

/** The buffers that hold nothing from one call to the next: activations and, aside, scores. They grow with what is asked of them. */
export class Workspace {
  readonly regions: Regions;
  private rows = 0;
  private slots = 0;
  private buffers: { inputs: GPUBuffer; errors: GPUBuffer; rowStats: GPUBuffer; aside: GPUBuffer } | null = null;

  constructor(
    private readonly device: GPUDevice,
    layout: StateLayout,
    readonly asideSizes: AsideSizes,
    private readonly activationBytes = ACTIVATION_BYTES,
  ) {
    this.regions = regionsOf(layout);
  }

  /** How many slots of `stride` rows fit at a time. @throws RangeError when not even one does. */
  slotsAtOnce(stride: number): number {
    const { maxStorageBufferBindingSize: limit } = this.device.limits;
    const rowBytes = VEC4_BYTES * Math.max(this.regions.inputWidth, this.regions.errorWidth);
    const asideBytes = VEC4_BYTES * this.asideSizes.length;
    if (stride * rowBytes > limit || asideBytes > limit) throw new RangeError(`The graphics device cannot hold batches of ${stride} rows.`);
    return Math.max(1, Math.min(Math.floor(Math.min(this.activationBytes, limit) / (stride * rowBytes)), Math.floor(limit / asideBytes)));
  }

  /** Buffers for `slots` slots of `stride` rows; those of before may be gone after. */
  reserve(slots: number, stride: number): { readonly inputs: GPUBuffer; readonly errors: GPUBuffer; readonly rowStats: GPUBuffer; readonly aside: GPUBuffer } {
    if (this.buffers && slots * stride <= this.rows && slots <= this.slots) return this.buffers;
    this.rows = Math.max(this.rows, slots * stride);
    this.slots = Math.max(this.slots, slots);
    this.destroy();
    const { inputWidth, errorWidth } = this.regions;
    this.buffers = {
      inputs: this.storage('inputs', this.rows * inputWidth),
      errors: this.storage('errors', this.rows * errorWidth),
      rowStats: this.storage('row statistics', 2 * this.rows),
      aside: this.storage('aside', this.slots * this.asideSizes.length),
    };
    return this.buffers;
  }

  destroy(): void {
    for (const buffer of Object.values(this.buffers ?? {})) buffer.destroy();
    this.buffers = null;
  }

  private storage(label: string, vec4s: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ label, size: VEC4_BYTES * Math.max(1, vec4s), usage });
  }
}
