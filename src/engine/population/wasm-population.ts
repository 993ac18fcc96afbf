import type { Checkpoint } from '../../core/checkpoint.ts';
import { SLIDERS } from '../../core/knobs.ts';
import { scoreRows, type PartScore } from '../../core/metrics.ts';
import type { HeadSpec } from '../../core/run-record.ts';
import { hiddenWidths, type HeadShape } from '../head-shape.ts';
import { checkPopulation, checkWork, memberAt } from './checks.ts';
import { checkpointOf, readCheckpoint } from './checkpoint-tensors.ts';
import { groupCount } from './groups.ts';
import { Kernel } from './kernel/instance.ts';
import { planWords } from './plan-words.ts';
import type { MemberSpec, MemberWork, Population, PopulationData, PopulationFactory } from './population.ts';
import { MemberProgress, type StepPlan } from './step-plan.ts';
import { uploadRows } from './upload.ts';
import { VariantTable } from './variants.ts';
import { WasmState } from './wasm-state.ts';

const UNTOUCHED = { average: false, discriminator: false, groupWeights: false };

/**
 * Trains K heads of one shape on the same frozen embeddings, each with its own seed, training domains and knobs, in one WebAssembly
 * instance. Members do not touch each other: K together give what each gives alone, to the bit.
 *
 * Equal to the bit on every machine: everything it returns, as a function of the seeds, the data and the knobs.
 */
export class WasmPopulation implements Population {
  private memory: WasmState | null;
  /** Whether the kernel has the embeddings. It gets them when it first reads them: with many rows that takes most of the time, and a run is often replaced before it trains. */
  private hasFeatures = false;
  private readonly shape: HeadShape;
  private readonly members: readonly MemberProgress[];
  /** Rows that each member's parts name, one part after another. */
  private readonly scoredRows: readonly Uint32Array[];

  /** @param module the compiled kernel. @throws RangeError see PopulationFactory. */
  constructor(
    module: WebAssembly.Module,
    private readonly data: PopulationData,
    head: HeadSpec,
    specs: readonly MemberSpec[],
  ) {
    checkPopulation(data, head, specs);
    const { width, classes } = data;
    this.shape = { head, inputWidth: width, classes };
    const variants = new VariantTable(data.variants);
    this.members = specs.map((spec) => new MemberProgress(data, head, spec, variants));
    this.scoredRows = specs.map(({ parts }) => Uint32Array.from(parts.flatMap((part) => [...part])));
    const domains = Math.max(...specs.map(({ train }) => train.length));
    const [hidden = 0] = hiddenWidths(head);
    const sizes = {
      dataRows: data.classOf.length,
      width,
      hidden,
      layers: hiddenWidths(head).length,
      classes,
      domains,
      groups: groupCount(data.groupOf, domains),
      members: specs.length,
      scored: Math.max(...this.scoredRows.map(({ length }) => length)),
    };
    const kernel = new Kernel(module, sizes, domains * SLIDERS.batchSize.max);
    const memory = new WasmState(kernel, this.shape, data, specs);
    this.memory = memory;
    specs.forEach((_, member) => memory.write(member, UNTOUCHED, new Map()));
  }

  get count(): number {
    return this.members.length;
  }

  /** Bytes of the instance's memory. It does not grow while batches stay within the batch-size slider's range. */
  get memoryBytes(): number {
    return this.opened().kernel.run.memory.buffer.byteLength;
  }

  stepOf(member: number): number {
    return memberAt(this.members, member).step;
  }

  async advance(work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    const { kernel } = this.opened();
    checkWork(work, this.members);
    if (!this.hasFeatures) uploadRows(kernel, kernel.at('features'), this.data.features, this.data.width);
    this.hasFeatures = true;
    return work.map(({ member, steps, score }) => {
      const progress = memberAt(this.members, member);
      for (const knobs of steps) train(kernel, member, progress.next(knobs));
      return score ? this.score(member) : null;
    });
  }

  /** @throws RangeError when the embeddings' length is no multiple of D. */
  async logits(member: number, embeddings: Float32Array): Promise<Float32Array> {
    const { kernel } = this.opened();
    const averaged = this.isAveraged(member);
    const { inputWidth: width, classes } = this.shape;
    const rows = embeddings.length / width;
    if (!Number.isInteger(rows)) throw new RangeError(`${embeddings.length} values are no whole number of embeddings of width ${width}.`);
    const logits = new Float32Array(rows * classes);
    const capacity = kernel.at('capacity');
    for (let from = 0; from < rows; from += capacity) {
      const part = embeddings.subarray(from * width, Math.min(rows, from + capacity) * width);
      const partRows = part.length / width;
      uploadRows(kernel, kernel.at('mixed'), part, width);
      kernel.run.scoreForeign(member, averaged, partRows);
      logits.set(kernel.floats(kernel.at('foreignLogits'), partRows * classes), from * classes);
    }
    return logits;
  }

  /** @throws RangeError when a row is not in the data. */
  async rowLogits(member: number, rows: Uint32Array): Promise<Float32Array> {
    const { width, features, classOf } = this.data;
    const gathered = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      if (row >= classOf.length) throw new RangeError(`There is no row ${row}.`);
      gathered.set(features.subarray(row * width, (row + 1) * width), i * width);
    });
    return this.logits(member, gathered);
  }

  async checkpoint(member: number): Promise<Checkpoint> {
    const progress = memberAt(this.members, member).save();
    return checkpointOf(progress, this.opened().read(member, progress));
  }

  async restore(member: number, checkpoint: Checkpoint): Promise<void> {
    const memory = this.opened();
    const target = memberAt(this.members, member);
    const { progress, values } = readCheckpoint(checkpoint, this.shape, this.data, target.spec);
    target.restore(progress);
    memory.write(member, progress, values);
  }

  dispose(): void {
    this.memory = null;
  }

  private score(member: number): PartScore[] {
    const { kernel } = this.opened();
    const rows = memberAt(this.scoredRows, member);
    const { classes } = this.shape;
    kernel.words(kernel.at('scoredRows'), rows.length).set(rows);
    kernel.run.scoreMember(member, this.isAveraged(member), rows.length);
    const logits = kernel.floats(kernel.at('scoredLogits'), rows.length * classes);
    const progress = memberAt(this.members, member);
    const targets = progress.classesOf(rows);
    let to = 0;
    return progress.spec.parts.map((part) => scoreRows(logits, classes, targets, to, (to += part.length)));
  }

  private isAveraged(member: number): number {
    return Number(memberAt(this.members, member).isAveraged);
  }

  private opened(): WasmState {
    if (!this.memory) throw new Error('This population was disposed of.');
    return this.memory;
  }
}

/** One step of one member. */
function train(kernel: Kernel, member: number, plan: StepPlan): void {
  const { rows, classes, groups, mixing } = plan;
  kernel.reserve(rows.length);
  kernel.words(kernel.at('batchRows'), rows.length).set(rows);
  kernel.words(kernel.at('batchClasses'), rows.length).set(classes);
  if (mixing) kernel.words(kernel.at('batchPartners'), rows.length).set(mixing.partners);
  if (groups) kernel.words(kernel.at('batchGroups'), rows.length).set(groups);
  const words = planWords(plan);
  kernel.doubles(kernel.at('plan'), words.length).set(words);
  kernel.run.trainMember(member);
}

/** Populations on this thread. @param module the compiled kernel */
export function wasmPopulations(module: WebAssembly.Module): PopulationFactory {
  return async (data, head, members) => new WasmPopulation(module, data, head, members);
}
