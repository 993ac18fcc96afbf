import type { SeedCurve } from '../core/bands.ts';
import { MAX_BRANCHES, forked, seedsOf, type KnobChange, type RunRecord } from '../core/run-record.ts';
import { populationOf, type KeptBranch } from './kept-branches.ts';
import type { MemberSpec, Population, PopulationData, PopulationFactory } from './population/population.ts';
import { RunBranch } from './run-branch.ts';
import { memberSpecs, type RunData } from './run-data.ts';
import { variantCounts } from './variant-pool.ts';

export type { KeptBranch } from './kept-branches.ts';

/**
 * Records being played: the branches of one run, each with a head for every seed, all in one population. Branch b's head of seed
 * number s is member b·S + s. The first branch is the run itself; the others left it, or each other.
 */
export class Run {
  private disposed = false;

  private constructor(
    private data: RunData,
    private readonly makePopulation: PopulationFactory,
    private specs: readonly MemberSpec[],
    private population: Population,
    private branches: readonly RunBranch[],
  ) {}

  /** A run at its start. @throws RangeError on an impossible head. */
  static async begin(record: RunRecord, data: RunData, makePopulation: PopulationFactory): Promise<Run> {
    const specs = memberSpecs(data, seedsOf(record));
    return new Run(data, makePopulation, specs, await makePopulation(data.population, record.head, specs), [RunBranch.begin(record, specs)]);
  }

  /**
   * A run as it was kept. Curves are cut to the evaluations up to the checkpoint's step, and later changes act from there.
   * @param kept the branches, the first one first. @throws RangeError when a checkpoint is one of another head.
   */
  static async resume(kept: readonly KeptBranch[], data: RunData, makePopulation: PopulationFactory): Promise<Run> {
    const [first] = kept;
    if (!first) throw new RangeError('There is no branch to go on with.');
    const specs = memberSpecs(data, seedsOf(first.record));
    const population = await populationOf(kept, data.population, specs, makePopulation);
    return new Run(data, makePopulation, specs, population, kept.map((branch) => RunBranch.resume(branch, specs)));
  }

  /** Ids of the branches, the run's own first. */
  get ids(): readonly string[] {
    return this.branches.map(({ id }) => id);
  }

  /** The run's own record; its id names the run. */
  get record(): RunRecord {
    return this.recordOf(this.ids[0] as string);
  }

  /** Heads of a branch. */
  get seeds(): number {
    return this.specs.length;
  }

  /** Whether every branch has done all its steps. */
  get finished(): boolean {
    return this.ids.every((id) => this.finishedOf(id));
  }

  /** @throws RangeError when there is no such branch, as all that take an id. */
  recordOf(id: string): RunRecord {
    return this.branch(id).record;
  }

  headsOf(id: string): readonly SeedCurve[] {
    return this.branch(id).heads;
  }

  /** Steps done. */
  stepOf(id: string): number {
    return this.population.stepOf(this.members(id)[0] as number);
  }

  finishedOf(id: string): boolean {
    return this.stepOf(id) >= this.branch(id).totalSteps;
  }

  /** Records a change of one branch that acts from its next step on. @throws RangeError on a value out of range. */
  change(id: string, knob: KnobChange['knob'], value: KnobChange['value']): void {
    this.branch(id).change({ step: this.stepOf(id), knob, value });
  }

  /** Notes that steps from here on are computed by `backend`. */
  noteBackend(backend: string): void {
    for (const branch of this.branches) branch.noteBackend(this.stepOf(branch.id), backend);
  }

  /** Scores the starting point, once: each curve's first entry. */
  async begin(): Promise<void> {
    const fresh = this.branches.filter(({ isFresh }) => isFresh);
    await this.perform(fresh.map((branch) => ({ branch, steps: 0, score: true })));
  }

  /**
   * Does up to `maxSteps` next steps of every unfinished branch, none beyond the branch's next evaluation, which comes after every
   * `evaluateEvery` steps and after the last one.
   * @returns whether an evaluation was added to a curve
   */
  async advance(maxSteps: number): Promise<boolean> {
    await this.begin();
    const unfinished = this.branches.filter(({ id }) => !this.finishedOf(id));
    const work = unfinished.map((branch) => {
      const toNext = branch.stepsToEvaluation(this.stepOf(branch.id));
      const steps = Math.max(1, Math.min(maxSteps, toNext));
      return { branch, steps, score: steps === toNext };
    });
    await this.perform(work);
    return work.some(({ score }) => score);
  }

  /** A branch that leaves `from` where that stands, under an id of its own. @throws RangeError when there are enough branches already. */
  async fork(from: string, id: string): Promise<void> {
    if (this.branches.length >= MAX_BRANCHES) throw new RangeError(`A run can have ${MAX_BRANCHES} branches: delete one first.`);
    const origin = this.branch(from);
    const kept = await this.kept();
    const left = kept.find(({ record }) => record.id === from) as KeptBranch;
    const record = forked(origin.record, this.stepOf(from), id);
    await this.rebuild([...kept, { ...left, record }]);
  }

  /** Lets go of a branch. @throws RangeError when it is the only one. */
  async remove(id: string): Promise<void> {
    this.branch(id);
    if (this.branches.length === 1) throw new RangeError('This is the only branch.');
    await this.rebuild((await this.kept()).filter(({ record }) => record.id !== id));
  }

  /** Whether the records name augmented texts that the data lack: no step can be done before these have come. */
  get lacksVariants(): boolean {
    const available = variantCounts(this.data.population);
    return this.branches.some((branch) => branch.lacks(available));
  }

  /**
   * Goes on with data that have grown by augmented texts. Those that a branch's record does not name yet join at the branch's next step.
   * @param population the run's data, with at least the variants that it has by now. @throws RangeError when memory does not suffice; nothing is changed then
   */
  async join(population: PopulationData): Promise<void> {
    if (population !== this.data.population) await this.rebuild(await this.kept(), { ...this.data, population });
    if (this.disposed) return;
    for (const branch of this.branches) branch.join(this.stepOf(branch.id), variantCounts(population));
  }

  /** Logits [C] of one embedding [D], one array a seed. */
  async logits(id: string, embeddings: Float32Array): Promise<readonly Float32Array[]> {
    const { population } = this;
    try {
      return await Promise.all(this.members(id).map((member) => population.logits(member, embeddings)));
    } catch (error) {
      if (population === this.population || this.disposed) throw error;
      return this.logits(id, embeddings); // another population took its place meanwhile
    }
  }

  /** Logits [n, C] of the rows that `rowsOf` names for each seed, one array a seed. */
  async rowLogits(id: string, rowsOf: (seed: number) => Uint32Array): Promise<readonly Float32Array[]> {
    return Promise.all(this.members(id).map((member, s) => this.population.rowLogits(member, rowsOf(s))));
  }

  /** All branches, with what is needed to go on. */
  async kept(): Promise<readonly KeptBranch[]> {
    return Promise.all(
      this.branches.map(async ({ record, heads }) => ({
        record,
        heads,
        checkpoints: await Promise.all(this.members(record.id).map((member) => this.population.checkpoint(member))),
      })),
    );
  }

  dispose(): void {
    this.disposed = true;
    this.population.dispose();
  }

  private branch(id: string): RunBranch {
    const branch = this.branches.find((own) => own.id === id);
    if (!branch) throw new RangeError('There is no such branch.');
    return branch;
  }

  private members(id: string): number[] {
    const index = this.branches.indexOf(this.branch(id));
    return this.specs.map((_, s) => index * this.seeds + s);
  }

  private async perform(tasks: readonly { readonly branch: RunBranch; readonly steps: number; readonly score: boolean }[]): Promise<void> {
    if (tasks.length === 0) return;
    const planned = tasks.map(({ branch, steps, score }) => {
      const from = this.stepOf(branch.id);
      return { branch, score, after: from + steps, steps: branch.plan(from, steps), members: this.members(branch.id) };
    });
    const results = await this.population.advance(planned.flatMap(({ members, steps, score }) => members.map((member) => ({ member, steps, score }))));
    planned.forEach(({ branch, score, after }, t) => {
      if (score) branch.evaluated(after, results.slice(t * this.seeds, (t + 1) * this.seeds));
    });
  }

  /** @param kept the branches that there will be. @param data what they train on from here on */
  private async rebuild(kept: readonly KeptBranch[], data = this.data): Promise<void> {
    const specs = data === this.data ? this.specs : memberSpecs(data, seedsOf(this.record));
    const population = await populationOf(kept, data.population, specs, this.makePopulation);
    if (this.disposed) return population.dispose();
    const before = this.population;
    this.population = population;
    this.specs = specs;
    this.data = data;
    // A branch that was there may have been changed meanwhile.
    this.branches = kept.map(({ record, heads }) => this.branches.find(({ id }) => id === record.id) ?? new RunBranch(record, heads));
    before.dispose();
  }
}
