/** What `kernel/assembly/index.ts` exports. Addresses are in bytes; their meaning stands in `kernel/assembly/layout.ts`. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  configure(
    dataRows: number,
    width: number,
    hidden: number,
    layers: number,
    classes: number,
    domains: number,
    groups: number,
    members: number,
    scored: number,
    rows: number,
  ): number;
  trainMember(member: number): void;
  scoreMember(member: number, averaged: number, count: number): void;
  scoreForeign(member: number, averaged: number, rows: number): void;
  dropOut(x: number, rows: number, units: number, threshold: number, keep: number, seed: number, stream: number, step: number): void;
  addNoise(x: number, rows: number, stride: number, width: number, sigma: number, seed: number, step: number): void;
  exp(x: number): number;
  log(x: number): number;
}

type Place =
  | 'plan'
  | 'features'
  | 'scoredRows'
  | 'scoredLogits'
  | 'states'
  | 'stateBytes'
  | 'groups'
  | 'groupWeights'
  | 'batchRows'
  | 'batchClasses'
  | 'batchPartners'
  | 'batchGroups'
  | 'mixed'
  | 'foreignLogits'
  | 'capacity'
  | 'domainStride'
  | 'bias1'
  | 'weights2'
  | 'bias2'
  | 'lastWeights'
  | 'lastBias'
  | 'discriminatorWeights'
  | 'discriminatorBias';

/** Sizes that fix the layout of an instance's memory. */
export interface KernelSizes {
  /** N */
  readonly dataRows: number;
  /** D */
  readonly width: number;
  /** H; 0 for a linear head. */
  readonly hidden: number;
  /** Hidden layers, 0 to 2. */
  readonly layers: number;
  /** C */
  readonly classes: number;
  /** E: the most training domains of any member. */
  readonly domains: number;
  /** G: length of GroupDRO's q, the longest of any member. */
  readonly groups: number;
  /** K */
  readonly members: number;
  /** S: rows that an evaluation scores, the most of any member. */
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

  /** Address, size or offset, in bytes (`capacity`: in rows; `groups`, `domainStride`: in values). */
  at(place: Place): number {
    return this.places[place].value >>> 0;
  }

  /** Makes room for batches of `rows` rows; views taken before may be of no use after. @throws RangeError when there is no such room. */
  reserve(rows: number): void {
    if (rows <= this.at('capacity')) return;
    const { dataRows, width, hidden, layers, classes, domains, groups, members, scored } = this.sizes;
    if (!this.run.configure(dataRows, width, hidden, layers, classes, domains, groups, members, scored, rows)) {
      throw new RangeError(`WebAssembly's memory cannot hold ${members} heads, ${dataRows} rows of data and batches of ${rows} rows.`);
    }
  }

  /** View of `length` float32 values. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.run.memory.buffer, address, length);
  }

  /** View of `length` float64 values. */
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.run.memory.buffer, address, length);
  }

  /** View of `length` unsigned 32-bit words. */
  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.run.memory.buffer, address, length);
  }
}
