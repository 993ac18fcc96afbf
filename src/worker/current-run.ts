import type { Dataset } from '../core/examples.ts';
import { scoreRows, softmax } from '../core/metrics.ts';
import type { SlicedPart } from '../core/slices.ts';
import type { RunData } from '../engine/run-data.ts';
import type { VariantPool } from '../engine/variant-pool.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { DomainCounts, Reveal, RunSnapshot, SliceScores } from '../protocol/trainer.ts';
import type { VariantPart } from '../protocol/variants.ts';
import { explained, explainedLater } from './explained.ts';
import type { RunKeeper } from './run-keeper.ts';
import { summaryOf } from './run-data-of.ts';
import { sliceScores } from './slice-scores.ts';
import type { TrainingLoop } from './training-loop.ts';

/** The run that is being trained, as the page asks about it and rearranges it. */
export class CurrentRun {
  constructor(
    readonly runId: string,
    readonly loop: TrainingLoop,
    readonly data: RunData,
    /** The user's names of branches, by their ids. */
    readonly names: Map<string, string>,
    /** Augmented texts that have come. */
    readonly variants: VariantPool,
    private readonly keeper: RunKeeper,
  ) {}

  /** @param isInexact whether it was opened on other embeddings than it was trained on */
  async snapshot(isInexact = false): Promise<RunSnapshot> {
    const { run } = this.loop;
    const { reveals } = await this.counts();
    // All at once and last: what is reported after this goes on from here.
    return {
      runId: this.runId,
      branches: run.ids.map((id) => ({ record: run.recordOf(id), name: this.names.get(id) ?? '', step: run.stepOf(id), heads: run.headsOf(id) })),
      split: summaryOf(this.data),
      looks: this.loop.looks.total,
      reveals,
      isInexact,
    };
  }

  async counts(): Promise<DomainCounts> {
    const { datasetId, heldOutDomain } = this.loop.run.record;
    const looks = await this.keeper.looks(datasetId, heldOutDomain);
    if (!this.loop.running) this.loop.looks.total = looks; // while it trains, it counts for itself
    return { looks, reveals: await this.keeper.reveals(datasetId, heldOutDomain) };
  }

  start(): void {
    this.checkVariants();
    this.loop.start();
  }

  stepOnce(): Promise<void> {
    this.checkVariants();
    return this.loop.once();
  }

  /** Takes augmented texts, and lets them join when it is time: never before all are there that the records name. */
  async addVariants(part: VariantPart): Promise<void> {
    const { variants, loop } = this;
    const { run } = loop;
    explained(() => variants.add(part));
    const joins = run.ids.map((id) => run.recordOf(id).variantJoins);
    if (!joins.every((own) => variants.covers(own))) return;
    if (run.lacksVariants || joins.some((own) => variants.isDue(own))) await explainedLater(loop.join(() => run.join(variants.data)));
  }

  async fork(branch: string, id: string): Promise<RunSnapshot> {
    await explainedLater(this.loop.rearrange(() => this.loop.run.fork(branch, id)));
    return this.snapshot();
  }

  async rename(branch: string, name: string): Promise<void> {
    explained(() => this.loop.run.recordOf(branch));
    this.names.set(branch, name);
    await this.loop.rearrange(async () => undefined); // nothing but a save
  }

  async remove(branch: string): Promise<RunSnapshot> {
    await explainedLater(this.loop.rearrange(() => this.loop.run.remove(branch)));
    return this.snapshot();
  }

  /** Scores the sealed half by a finished branch, and counts it. @throws HeldoutError 'bad-input', 'device-lost' when it cannot be read any more */
  async reveal(branch: string): Promise<Reveal> {
    const { run } = this.loop;
    const record = explained(() => run.recordOf(branch));
    if (!run.finishedOf(branch)) throw new HeldoutError('bad-input', 'The sealed half can be revealed when the run is over.', 'Let it train to its last step.');
    const sealed = this.data.splits[0]?.sealed ?? new Uint32Array();
    if (sealed.length === 0) throw new HeldoutError('bad-input', 'There are too few held-out examples: none could be sealed.', 'Add examples to the held-out domain.');
    const logits = await this.read(() => run.rowLogits(branch, () => sealed));
    const { classOf, classes } = this.data.population;
    const targets = sealed.map((row) => classOf[row] as number);
    return { sealed: logits.map((own) => scoreRows(own, classes, targets, 0, targets.length)), reveals: await this.keeper.addReveal(record.datasetId, record.heldOutDomain) };
  }

  /**
   * Scores slices of a part by a branch, between two steps, and counts the look where it is one.
   * @throws HeldoutError 'bad-input' when there is no such branch, 'device-lost' when it cannot be read any more
   */
  async slices(dataset: Dataset, branch: string, part: SlicedPart): Promise<SliceScores> {
    const { loop } = this;
    explained(() => loop.run.recordOf(branch));
    return this.read(async () => {
      const scored = await sliceScores(loop.run, this.data, dataset, branch, part);
      return { ...scored, looks: part === 'heldOut' ? await loop.lookAside(branch) : loop.looks.total };
    });
  }

  /** Reads from the device between two steps, without waiting for one that is lost. @throws HeldoutError 'device-lost' */
  private async read<T>(act: () => Promise<T>): Promise<T> {
    const result = await this.loop.between(act);
    if (result === null) throw new HeldoutError('device-lost', 'The graphics device was lost while it scored.', 'Try again.');
    return result;
  }

  /** @throws HeldoutError 'bad-input' */
  private checkVariants(): void {
    if (this.loop.run.lacksVariants) throw new HeldoutError('bad-input', 'Augmented texts that this run trains on are not ready yet.', 'Wait until they are prepared.');
  }

  /** Mean over the seeds; null when there is no such branch. */
  async predict(branch: string, embedding: Float32Array): Promise<readonly number[] | null> {
    const { run } = this.loop;
    if (!run.ids.includes(branch)) return null;
    const heads = (await run.logits(branch, embedding)).map(softmax);
    return (heads[0] ?? []).map((_, c) => heads.reduce((sum, head) => sum + (head[c] as number), 0) / heads.length);
  }
}
