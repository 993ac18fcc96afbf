/** What `kernel/assembly/index.ts` exports. Addresses are in bytes; their meaning stands in `kernel/assembly/layout.ts`. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  configure(dataRows: number, width: number, hidden: number, classes: number, members: number, scored: number, rows: number): number;
  trainMember(
    member: number,
    rows: number,
    seed: number,
    step: number,
    learningRate: number,
    l2: number,
    l1: number,
    threshold: number,
    keep: number,
    smoothing: number,
    sigma: number,
    mixing: number,
    lambda: number,
  ): void;
  scoreMember(member: number, count: number): void;
  scoreForeign(member: number, rows: number): void;
  fillMask(out: number, rows: number, units: number, threshold: number, keep: number, seed: number, step: number): void;
  addNoise(x: number, rows: number, stride: number, width: number, sigma: number, seed: number, step: number): void;
}

type Place =
  | 'features'
  | 'classOf'
  | 'scoredRows'
  | 'scoredLogits'
  | 'states'
  | 'stateBytes'
  | 'batchRows'
  | 'batchPartners'
  | 'mixed'
  | 'foreignLogits'
  | 'capacity'
  | 'bias1'
  | 'lastWeights'
  | 'lastBias';

/** Sizes that fix the layout of an instance's memory. */
export interface KernelSizes {
  /** N */
  readonly dataRows: number;
  /** D */
  readonly width: number;
  /** H; 0 for a linear head. */
  readonly hidden: number;
  /** C */
  readonly classes: number;
  /** K */
  readonly members: number;
  /** E: rows that an evaluation scores. */
  readonly scored: number;
}

/** One instance of the kernel: its functions, and views on its memory. It imports nothing. */
export class Kernel {
  readonly run: KernelExports;
  private readonly places: Readonly<Record<Place, WebAssembly.Global<'i32'>>>;

  /** @param rows capacity of a batch to begin with. @throws RangeError when the memory cannot hold it all. */
  constructor(
    module: WebAssembly.Module,
    private readonly sizes: KernelSizes,
    rows: number,
  ) {
    const exports: unknown = new WebAssembly.Instance(module).exports;
    this.run = exports as KernelExports;
    this.places = exports as Record<Place, WebAssembly.Global<'i32'>>;
    this.reserve(rows);
  }

  /** Address, size or offset, in bytes (`capacity`: in rows). */
  at(place: Place): number {
    return this.places[place].value >>> 0;
  }

  /** Makes room for batches of `rows` rows; views taken before may be of no use after. @throws RangeError when there is no such room. */
  reserve(rows: number): void {
    if (rows <= this.at('capacity')) return;
    const { dataRows, width, hidden, classes, members, scored } = this.sizes;
    if (!this.run.configure(dataRows, width, hidden, classes, members, scored, rows)) {
      throw new RangeError(`WebAssembly's memory cannot hold ${members} heads, ${dataRows} rows of data and batches of ${rows} rows.`);
    }
  }

  /** View of `length` float32 values. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.run.memory.buffer, address, length);
  }

  /** View of `length` unsigned 32-bit words. */
  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.run.memory.buffer, address, length);
  }
}
