import type { EffectiveKnobs } from '../../../core/effective-knobs.ts';
import type { PartScore } from '../../../core/metrics.ts';
import { memberAt } from '../checks.ts';
import type { MemberProgress, StepPlan } from '../step-plan.ts';
import type { KernelName } from './kernels.ts';
import type { SlotJob } from './slot-table.ts';
import { quads, type StateLayout } from './state-layout.ts';
import { strideOf, type Turn, type TurnRunner } from './turn-runner.ts';

/** Rows of one member that are scored in one turn. */
export const SCORED_AT_ONCE = 256;
/** Member-steps in a submission, and its fewest and most turns: long enough to hide its cost, short enough to leave the device to others. */
const MEMBER_STEPS = 64;
const FEWEST_TURNS = 4;
const MOST_TURNS = 16;
const VEC4_BYTES = 16;
const NO_ROWS = new Uint32Array();

/** What one member of the wave is to do. */
export interface WaveWork {
  /** Place in the wave. */
  readonly place: number;
  readonly steps: readonly EffectiveKnobs[];
}

/** Some members of a population, whose states share a buffer. */
export class Wave {
  private readonly scoredRows: readonly Uint32Array[];
  private readonly layerKernels: readonly ('hidden1' | 'hidden2')[];

  /** @param state [members, STATE4] */
  constructor(
    private readonly device: GPUDevice,
    private readonly runner: TurnRunner,
    private readonly layout: StateLayout,
    readonly members: readonly MemberProgress[],
    private readonly state: GPUBuffer,
  ) {
    this.scoredRows = members.map(({ spec }) => Uint32Array.from(spec.parts.flatMap((part) => [...part])));
    this.layerKernels = (['hidden1', 'hidden2'] as const).slice(0, layout.hidden.length);
  }

  /** Puts all steps into the queue. @param isOver whether to stop in between */
  async train(work: readonly WaveWork[], isOver: () => boolean): Promise<void> {
    const longest = Math.max(0, ...work.map(({ steps }) => steps.length));
    for (let step = 0; step < longest; ) {
      const active = work.filter(({ steps }) => steps.length > step);
      const most = Math.min(MOST_TURNS, Math.max(FEWEST_TURNS, Math.ceil(MEMBER_STEPS / active.length)));
      const end = Math.min(longest, step + most);
      const rows = active.flatMap(({ place, steps }) => steps.slice(step, end).map(({ batchSize }) => batchSize * this.member(place).spec.train.length));
      const stride = strideOf(Math.max(...rows));
      const atOnce = this.runner.workspace.slotsAtOnce(stride);
      for (let from = 0; from < active.length; from += atOnce) {
        const turns = this.trainingTurns(active.slice(from, from + atOnce), step, end);
        await this.runner.ready(turns);
        if (isOver()) return;
        this.runner.submit(this.state, turns, stride);
      }
      step = end;
    }
  }

  /**
   * Scores members' parts.
   * @returns a function that waits for the scores, in the order of `places`
   */
  async score(places: readonly number[], isOver: () => boolean): Promise<() => Promise<PartScore[][]>> {
    const { asideSizes } = this.runner.workspace;
    const partBytes = VEC4_BYTES * asideSizes.parts;
    const staging = this.staging(Math.max(1, places.length) * partBytes);
    const most = Math.max(0, ...places.map((place) => this.rowsOf(place).length));
    const stride = strideOf(Math.max(asideSizes.parts, Math.min(most, SCORED_AT_ONCE)));
    const atOnce = this.runner.workspace.slotsAtOnce(stride);
    for (let first = 0; first < places.length; first += atOnce) {
      const here = places.slice(first, first + atOnce);
      for (let row = 0; row < most; row += SCORED_AT_ONCE * MOST_TURNS) {
        const turns: Turn[] = [];
        for (let from = row; from < Math.min(most, row + SCORED_AT_ONCE * MOST_TURNS); from += SCORED_AT_ONCE) {
          const jobs = here.map((place) => this.evaluation(place, this.rowsOf(place).subarray(from, from + SCORED_AT_ONCE), from));
          turns.push({ kernels: ['gather', ...this.layerKernels, 'score'], jobs });
        }
        await this.runner.ready(turns);
        if (isOver()) break;
        this.runner.submit(this.state, turns, stride);
      }
      const summary: Turn = { kernels: ['summarize'], jobs: here.map((place) => ({ ...this.evaluation(place, NO_ROWS, 0), partLengths: this.member(place).spec.parts.map(({ length }) => length) })) };
      await this.runner.ready([summary]);
      if (isOver()) break;
      const { aside } = this.runner.workspace.reserve(here.length, stride);
      this.runner.submit(this.state, [summary], stride, (encoder) =>
        here.forEach((_, i) => encoder.copyBufferToBuffer(aside, i * VEC4_BYTES * asideSizes.length, staging, (first + i) * partBytes, partBytes)),
      );
    }
    return async () => {
      const values = await read(staging);
      return places.map((place, i) => {
        const { parts } = this.member(place).spec;
        return parts.map(({ length: n }, part) => {
          const [correct = 0, lossMean = 0, lossVariance = 0] = values.subarray(4 * (i * asideSizes.parts + part));
          return { n, correct, lossMean, lossVariance };
        });
      });
    };
  }

  /**
   * Logits of rows of the data, or of other embeddings.
   * @param given rows, or embeddings [n, 4·D4]
   * @returns a function that waits for the logits [n, C]
   */
  async logits(place: number, given: { readonly rows: Uint32Array } | { readonly embeddings: Float32Array }, isOver: () => boolean): Promise<() => Promise<Float32Array>> {
    const { last, shape } = this.layout;
    const width = 4 * quads(shape.inputWidth);
    const rowWidth = 4 * quads(last.to);
    const count = 'rows' in given ? given.rows.length : given.embeddings.length / width;
    const staging = this.staging(Math.max(4, 4 * count * rowWidth));
    const stride = strideOf(SCORED_AT_ONCE);
    for (let from = 0; from < count; from += SCORED_AT_ONCE) {
      const rows = 'rows' in given ? given.rows.subarray(from, from + SCORED_AT_ONCE) : new Uint32Array(Math.min(SCORED_AT_ONCE, count - from));
      const kernels: KernelName[] = [...('rows' in given ? (['gather'] as const) : []), ...this.layerKernels, 'score'];
      const turn: Turn = { kernels, jobs: [this.evaluation(place, rows, 0)] };
      await this.runner.ready([turn]);
      if (isOver()) break;
      const { inputs, errors } = this.runner.workspace.reserve(1, stride);
      if ('embeddings' in given) this.device.queue.writeBuffer(inputs, 0, given.embeddings.slice(from * width, (from + rows.length) * width));
      this.runner.submit(this.state, [turn], stride, (encoder) => encoder.copyBufferToBuffer(errors, 0, staging, 4 * from * rowWidth, 4 * rows.length * rowWidth));
    }
    return async () => {
      const padded = await read(staging);
      const logits = new Float32Array(count * last.to);
      for (let row = 0; row < count; row++) logits.set(padded.subarray(row * rowWidth, row * rowWidth + last.to), row * last.to);
      return logits;
    };
  }

  /** @returns a function that waits for the member's state, as it is when this is called */
  readState(place: number): () => Promise<Float32Array> {
    const bytes = VEC4_BYTES * this.layout.length;
    const staging = this.staging(bytes);
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.state, place * bytes, staging, 0, bytes);
    this.device.queue.submit([encoder.finish()]);
    return () => read(staging);
  }

  /** @param values [4·length] */
  writeState(place: number, values: Float32Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.state, place * VEC4_BYTES * this.layout.length, values);
  }

  destroy(): void {
    this.state.destroy();
  }

  private trainingTurns(work: readonly WaveWork[], from: number, to: number): Turn[] {
    const turns: Turn[] = [];
    for (let step = from; step < to; step++) {
      const jobs = work.filter(({ steps }) => steps.length > step).map(({ place, steps }) => this.training(place, this.member(place).next(steps[step] as EffectiveKnobs)));
      if (jobs.length > 0) turns.push({ kernels: this.trainingKernels(jobs.map(({ plan }) => plan)), jobs });
    }
    return turns;
  }

  /** The kernels of a step, in order: those of objectives only where a member needs them. */
  private trainingKernels(plans: readonly StepPlan[]): KernelName[] {
    const uses = (...names: readonly string[]) => plans.some(({ knobs }) => names.includes(knobs.objective));
    const hasDann = uses('dann');
    const hasDropout = plans.some(({ dropout }) => dropout.threshold > 0);
    const isAugmented = plans.some(({ sigma, mixing }) => sigma > 0 || mixing);
    const isMasked = plans.some(({ inputDropout }) => inputDropout.threshold > 0) || (hasDropout && this.layout.hidden.length === 0);
    return [
      isAugmented ? 'gatherAugmented' : isMasked ? 'gatherMasked' : 'gather',
      ...this.layerKernels.map((name): KernelName => (hasDropout ? `${name}Dropout` : name)),
      ...(uses('groupDro', 'vrex', 'irm') ? (['forward', 'risks', 'backward'] as const) : (['output'] as const)),
      ...(uses('coral') ? (['domainMeans', 'coral'] as const) : []),
      ...(hasDann ? (['discriminate'] as const) : []),
      ...(this.layout.hidden.length === 2 ? (['back'] as const) : []),
      plans.some(({ knobs }) => knobs.optimizer !== 'adam' || knobs.averagingDecay > 0) ? 'updateAny' : 'update',
      ...(hasDann || plans.some(({ discriminator }) => discriminator.zeroMoments) ? (['updateDiscriminator'] as const) : []),
    ];
  }

  private training(place: number, plan: StepPlan): SlotJob & { readonly plan: StepPlan } {
    return { member: place, rows: plan.rows, classes: plan.classes, plan, domains: this.member(place).spec.train.length, groups: this.layout.groups, valuesAt: 0, firstScore: 0 };
  }

  private evaluation(place: number, rows: Uint32Array, firstScore: number): SlotJob {
    const member = this.member(place);
    const valuesAt = member.save().average ? 3 * this.layout.section : 0;
    return { member: place, rows, classes: member.classesOf(rows), plan: null, domains: 0, groups: 0, valuesAt, firstScore };
  }

  private member(place: number): MemberProgress {
    return memberAt(this.members, place);
  }

  private rowsOf(place: number): Uint32Array {
    return memberAt(this.scoredRows, place);
  }

  private staging(bytes: number): GPUBuffer {
    return this.device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }
}

/** The values of a staging buffer once what was queued before is done; the buffer is gone after. */
async function read(staging: GPUBuffer): Promise<Float32Array> {
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}
