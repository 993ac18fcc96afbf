import type { Checkpoint } from '../../../core/checkpoint.ts';
import type { PartScore } from '../../../core/metrics.ts';
import type { HeadSpec } from '../../../core/run-record.ts';
import type { HeadShape } from '../../head-shape.ts';
import { checkpointOf, readCheckpoint, stateTensors } from '../checkpoint-tensors.ts';
import { checkPopulation, checkWork, memberAt } from '../checks.ts';
import type { MemberSpec, MemberWork, Population, PopulationData, PopulationFactory } from '../population.ts';
import { MemberProgress } from '../step-plan.ts';
import { VariantTable } from '../variants.ts';
import { checkRoomForFeatures, initialState, paddedRows, uploadedFeatures } from './initial-buffers.ts';
import { Kernels, MOST_GROUPS } from './kernels.ts';
import { StateLayout, quads } from './state-layout.ts';
import type { TrainingDevice } from './training-device.ts';
import { TurnRunner, bindGroupLayout } from './turn-runner.ts';
import { SCORED_AT_ONCE, Wave } from './wave.ts';
import { Workspace } from './workspace.ts';

const VEC4_BYTES = 16;

/** Memory that a population may take, in bytes, within the device's limits. */
export interface Room {
  /** Of the states of one wave; by default as much as a buffer may have. */
  readonly stateBytes?: number;
  /** Of the activations of the members that go through a step together, roughly. */
  readonly activationBytes?: number;
}

/** Work whose commands are in the queue: waits for what it gives. */
type Reading<T> = () => Promise<T>;

/**
 * Our WGSL kernels behind the contract. Members that fit one buffer train together, in a handful of dispatches a step; more of them in
 * waves. A member's numbers do not depend on who trains beside it. Once the device is lost, every call that is under way or comes later
 * rejects: a new population on a new device goes on from checkpoints.
 */
export class WebGpuPopulation implements Population {
  private over: Error | null = null;
  private readonly ended: Promise<never>;
  private end: (why: Error) => void = () => undefined;
  /** Settles when all calls so far have their commands in the queue. */
  private queued: Promise<unknown> = Promise.resolve();
  private readonly steps: number[];

  private constructor(
    private readonly device: GPUDevice,
    lost: Promise<string>,
    private readonly data: PopulationData,
    private readonly layout: StateLayout,
    private readonly members: readonly MemberProgress[],
    private readonly waves: readonly Wave[],
    private readonly disposables: readonly { destroy(): void }[],
  ) {
    this.steps = members.map(() => 0);
    this.ended = new Promise((_, reject) => {
      this.end = (why) => {
        this.over ??= why;
        reject(why);
      };
    });
    this.ended.catch(() => undefined); // calls race with it; without calls nobody needs to know
    void lost.then((message) => this.end(new Error(`The graphics device was lost. ${message}`.trim())));
    device.addEventListener('uncapturederror', this.onError);
  }

  /** @throws RangeError see PopulationFactory. @throws Error when the device is lost, or refuses a kernel. */
  static async create({ device, lost }: TrainingDevice, data: PopulationData, head: HeadSpec, specs: readonly MemberSpec[], room: Room = {}): Promise<WebGpuPopulation> {
    checkPopulation(data, head, specs);
    const shape: HeadShape = { head, inputWidth: data.width, classes: data.classes };
    const layout = new StateLayout(shape, data, specs);
    const variants = new VariantTable(data.variants);
    const members = specs.map((spec) => new MemberProgress(data, head, spec, variants));
    const stateBytes = Math.min(room.stateBytes ?? Infinity, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    const perWave = Math.floor(stateBytes / (VEC4_BYTES * layout.length));
    if (perWave === 0) throw new RangeError('The graphics device cannot hold such a head.');
    checkRoomForFeatures(device, data);
    const parts = Math.max(1, ...specs.map((spec) => spec.parts.length));
    const scored = Math.max(SCORED_AT_ONCE, ...specs.map((spec) => spec.parts.reduce((sum, { length }) => sum + length, 0)));
    const aside = { parts, length: Math.max(parts + scored, layout.domains * quads(layout.last.from)) };
    const workspace = new Workspace(device, layout, aside, room.activationBytes);
    const kernels = new Kernels(device, bindGroupLayout(device), layout, aside);
    device.pushErrorScope('out-of-memory');
    const features = uploadedFeatures(device, data);
    const runner = new TurnRunner(device, kernels, layout, workspace, features);
    const waves: Wave[] = [];
    for (let first = 0; first < members.length; first += perWave) {
      const own = members.slice(first, first + perWave);
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const state = device.createBuffer({ label: 'states', size: VEC4_BYTES * layout.length * own.length, usage });
      const wave = new Wave(device, runner, layout, own, state);
      own.forEach(({ spec }, place) => wave.writeState(place, initialState(layout, data, spec)));
      waves.push(wave);
    }
    const problem = await Promise.race([lost.then((message) => new Error(message)), device.popErrorScope()]);
    const population = new WebGpuPopulation(device, lost, data, layout, members, waves, [features, workspace, runner, ...waves]);
    if (!problem) return population;
    population.dispose();
    if (problem instanceof Error) throw new Error(`The graphics device was lost. ${problem.message}`.trim());
    throw new RangeError(`The graphics device cannot hold ${specs.length} heads and ${data.classOf.length} rows of data.`);
  }

  get count(): number {
    return this.members.length;
  }

  stepOf(member: number): number {
    return memberAt(this.steps, member);
  }

  async advance(work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    checkWork(work, this.members);
    if (this.layout.groups > MOST_GROUPS && work.some(({ steps }) => steps.some(({ objective }) => objective === 'groupDro'))) {
      throw new RangeError(`GroupDRO takes at most ${MOST_GROUPS.toLocaleString('en')} groups here, not ${this.layout.groups}.`);
    }
    for (const { member, steps } of work) this.steps[member] = this.stepOf(member) + steps.length;
    return this.inTurn(async () => {
      const readings: { readonly members: readonly number[]; readonly reading: Reading<PartScore[][]> }[] = [];
      let first = 0;
      for (const wave of this.waves) {
        const own = work.map((entry) => ({ ...entry, place: entry.member - first })).filter(({ place }) => place >= 0 && place < wave.members.length);
        first += wave.members.length;
        await wave.train(own, this.isOver);
        const scored = own.filter(({ score }) => score);
        if (scored.length > 0) readings.push({ members: scored.map(({ member }) => member), reading: await wave.score(scored.map(({ place }) => place), this.isOver) });
      }
      return async () => {
        const scores = new Map<number, PartScore[]>();
        for (const { members, reading } of readings) (await reading()).forEach((own, i) => scores.set(members[i] as number, own));
        return work.map(({ member }) => scores.get(member) ?? null);
      };
    });
  }

  /** @throws RangeError when the embeddings' length is no multiple of D. */
  async logits(member: number, embeddings: Float32Array): Promise<Float32Array> {
    memberAt(this.members, member);
    const { width } = this.data;
    if (embeddings.length % width !== 0) throw new RangeError(`${embeddings.length} values are no whole number of embeddings of width ${width}.`);
    const padded = paddedRows(embeddings.slice(), width);
    return this.inTurn(() => this.inWave(member, (wave, place) => wave.logits(place, { embeddings: padded }, this.isOver)));
  }

  /** @throws RangeError when a row is not in the data. */
  async rowLogits(member: number, rows: Uint32Array): Promise<Float32Array> {
    memberAt(this.members, member);
    for (const row of rows) if (row >= this.data.classOf.length) throw new RangeError(`There is no row ${row}.`);
    const own = rows.slice();
    return this.inTurn(() => this.inWave(member, (wave, place) => wave.logits(place, { rows: own }, this.isOver)));
  }

  async checkpoint(member: number): Promise<Checkpoint> {
    const progress = memberAt(this.members, member);
    return this.inTurn(async () => {
      const saved = progress.save();
      const reading = this.inWave(member, (wave, place) => wave.readState(place));
      return async () => {
        const state = await reading();
        const tensors = stateTensors(this.layout.shape, this.data, progress.spec, saved);
        return checkpointOf(saved, tensors.map(({ name, shape }) => ({ name, shape: [...shape], values: this.layout.read(state, name, shape) })));
      };
    });
  }

  async restore(member: number, checkpoint: Checkpoint): Promise<void> {
    const progress = memberAt(this.members, member);
    const { progress: saved, values } = readCheckpoint(checkpoint, this.layout.shape, this.data, progress.spec);
    const state = initialState(this.layout, this.data, progress.spec);
    for (const { name, shape } of stateTensors(this.layout.shape, this.data, progress.spec, saved)) this.layout.write(state, name, shape, values.get(name) as Float32Array);
    this.steps[member] = saved.step;
    return this.inTurn(async () => {
      progress.restore(saved);
      this.inWave(member, (wave, place) => wave.writeState(place, state));
      return async () => undefined;
    });
  }

  dispose(): void {
    this.end(new Error('This population was disposed of.'));
    this.device.removeEventListener('uncapturederror', this.onError);
    for (const disposable of this.disposables) disposable.destroy();
  }

  private readonly isOver = (): boolean => this.over !== null;

  private readonly onError = ({ error }: GPUUncapturedErrorEvent): void => this.end(new Error(`The graphics device failed: ${error.message}`));

  /**
   * Takes calls one after another: `begin` puts a call's commands into the queue, the next call's come after. Waiting for results does not
   * hold up the next call. What fails half-way ends the population, as nobody could tell what it has done.
   */
  private async inTurn<T>(begin: () => Promise<Reading<T>>): Promise<T> {
    const begun = this.queued.then(() => {
      if (this.over) throw this.over;
      return begin();
    });
    this.queued = begun.catch((error: unknown) => this.end(error instanceof Error ? error : new Error(String(error))));
    return Promise.race([begun.then((reading) => reading()), this.ended]);
  }

  private inWave<T>(member: number, use: (wave: Wave, place: number) => T): T {
    let place = member;
    for (const wave of this.waves) {
      if (place < wave.members.length) return use(wave, place);
      place -= wave.members.length;
    }
    throw new RangeError(`There is no member ${member} among ${this.count}.`);
  }
}

/** Populations on a device. */
export function webGpuPopulations(device: TrainingDevice, room: Room = {}): PopulationFactory {
  return (data, head, members) => WebGpuPopulation.create(device, data, head, members, room);
}
