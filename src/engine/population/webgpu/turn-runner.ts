import { GROUP, TILE_GROUP, type KernelName, type Kernels } from './kernels.ts';
import { BATCH_ROW_WORDS, SLOT_WORDS, writeBatch, writeSlot, type SlotJob } from './slot-table.ts';
import { quads, type StateLayout } from './state-layout.ts';
import type { Workspace } from './workspace.ts';

/** One dispatch of each kernel over the slots of some members. */
export interface Turn {
  readonly kernels: readonly KernelName[];
  readonly jobs: readonly SlotJob[];
}

/** Dynamic offsets of storage buffers are multiples of this. */
const OFFSET_BYTES = 256;
const WORD_BYTES = 4;
/** Submissions that may be under way before the next one waits. */
const MOST_UNDER_WAY = 3;

/** R: rows from one slot to the next where the largest batch has `rows`. */
export function strideOf(rows: number): number {
  return 8 * Math.max(1, Math.ceil(rows / 8));
}

export function bindGroupLayout(device: GPUDevice): GPUBindGroupLayout {
  const types: GPUBufferBindingType[] = ['read-only-storage', 'read-only-storage', 'read-only-storage', 'storage', 'storage', 'storage', 'storage', 'storage'];
  return device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type, hasDynamicOffset: binding < 2 } })),
  });
}

/** Hands turns to the device, several in a submission, and keeps the queue short. */
export class TurnRunner {
  private slotTable: GPUBuffer | null = null;
  private batchTable: GPUBuffer | null = null;
  private readonly underWay: Promise<unknown>[] = [];

  /** @param features [N, D4] */
  constructor(
    private readonly device: GPUDevice,
    private readonly kernels: Kernels,
    private readonly layout: StateLayout,
    readonly workspace: Workspace,
    private readonly features: GPUBuffer,
  ) {}

  /** Compiles what these turns need, and waits while too much is under way. To be called before `submit`. */
  async ready(turns: readonly Turn[]): Promise<void> {
    await this.kernels.prepare([...new Set(turns.flatMap(({ kernels }) => kernels))]);
    while (this.underWay.length >= MOST_UNDER_WAY) await this.underWay.shift();
  }

  /**
   * One submission.
   * @param state of the members' wave. @param stride R, at least the rows of every job. @param after adds commands after the turns
   */
  submit(state: GPUBuffer, turns: readonly Turn[], stride: number, after: (encoder: GPUCommandEncoder) => void = () => undefined): void {
    const { device } = this;
    const slots = Math.max(...turns.map(({ jobs }) => jobs.length));
    const { inputs, errors, rowStats, aside } = this.workspace.reserve(slots, stride);
    const slotBytes = OFFSET_BYTES * Math.ceil((WORD_BYTES * SLOT_WORDS * slots) / OFFSET_BYTES);
    const batchBytes = OFFSET_BYTES * Math.ceil((WORD_BYTES * BATCH_ROW_WORDS * slots * stride) / OFFSET_BYTES);
    this.fillTables(turns, stride, slotBytes, batchBytes);
    const bindGroup = device.createBindGroup({
      layout: this.kernels.layout,
      entries: [
        { binding: 0, resource: { buffer: this.slotTable as GPUBuffer, size: slotBytes } },
        { binding: 1, resource: { buffer: this.batchTable as GPUBuffer, size: batchBytes } },
        ...[this.features, state, inputs, errors, rowStats, aside].map((buffer, i) => ({ binding: 2 + i, resource: { buffer } })),
      ],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    turns.forEach(({ kernels, jobs }, turn) => {
      const rows = Math.max(...jobs.map((job) => job.rows.length));
      pass.setBindGroup(0, bindGroup, [turn * slotBytes, turn * batchBytes]);
      for (const name of kernels) {
        pass.setPipeline(this.kernels.pipeline(name));
        pass.dispatchWorkgroups(this.workgroups(name, rows), jobs.length);
      }
    });
    pass.end();
    after(encoder);
    device.queue.submit([encoder.finish()]);
    this.underWay.push(device.queue.onSubmittedWorkDone().catch(() => undefined)); // a lost device is noticed elsewhere
  }

  destroy(): void {
    this.slotTable?.destroy();
    this.batchTable?.destroy();
  }

  private fillTables(turns: readonly Turn[], stride: number, slotBytes: number, batchBytes: number): void {
    const slotMemory = new ArrayBuffer(slotBytes * turns.length);
    const memory = { words: new Uint32Array(slotMemory), floats: new Float32Array(slotMemory) };
    const batch = new Uint32Array((batchBytes * turns.length) / WORD_BYTES);
    turns.forEach(({ jobs }, turn) => {
      jobs.forEach((job, slot) => {
        writeSlot(memory, (turn * slotBytes) / WORD_BYTES + slot * SLOT_WORDS, job, stride, jobs.length * stride);
        writeBatch(batch, (turn * batchBytes) / WORD_BYTES + slot * stride * BATCH_ROW_WORDS, job);
      });
    });
    this.slotTable = this.table(this.slotTable, slotMemory.byteLength);
    this.batchTable = this.table(this.batchTable, batch.byteLength);
    this.device.queue.writeBuffer(this.slotTable, 0, slotMemory);
    this.device.queue.writeBuffer(this.batchTable, 0, batch);
  }

  private table(known: GPUBuffer | null, bytes: number): GPUBuffer {
    if (known && known.size >= bytes) return known;
    known?.destroy();
    return this.device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  }

  /** Workgroups of a kernel in x; y counts slots. @param rows of the largest batch */
  private workgroups(name: KernelName, rows: number): number {
    const { shape, hidden, last, domains, discriminator } = this.layout;
    const h4 = quads(hidden[0]?.to ?? 1);
    const inner4 = quads(last.from);
    switch (name) {
      case 'gather':
      case 'gatherMasked':
      case 'gatherAugmented':
        return Math.ceil((strideOf(rows) * Math.ceil(quads(shape.inputWidth) / 2)) / GROUP);
      case 'hidden1':
      case 'hidden2':
      case 'hidden1Dropout':
      case 'hidden2Dropout':
        return Math.ceil((Math.ceil(rows / 8) * Math.ceil(h4 / 2)) / TILE_GROUP);
      case 'back':
        return Math.ceil((Math.ceil(rows / 4) * h4) / TILE_GROUP);
      case 'output':
      case 'forward':
      case 'backward':
      case 'discriminate':
      case 'score':
        return Math.ceil(rows / 4);
      case 'coral':
        return rows;
      case 'domainMeans':
        return Math.ceil((domains * inner4) / GROUP);
      case 'risks':
        return 1;
      case 'update':
      case 'updateAny': {
        const lastTiles = quads(last.to) * (Math.ceil(inner4 / 2) + 1);
        const tiles = hidden.reduce((sum, layer) => sum + quads(layer.from) * Math.ceil(h4 / 2) + h4, lastTiles);
        return Math.ceil(tiles / GROUP);
      }
      case 'updateDiscriminator':
        return Math.ceil(discriminator / GROUP);
      case 'summarize':
        return this.workspace.asideSizes.parts;
    }
  }
}
