import { applyEdit } from '../core/dataset-edits.ts';
import { counted } from '../core/format.ts';
import type { QualityReport, Remedy } from '../core/quality/report.ts';
import { NO_VERSIONS, movedBy, redoOf, undoOf, versionInUse, withVersion, type VersionStack } from '../core/quality/versions.ts';
import type { EncoderApi } from '../protocol/encoder.ts';
import type { DatasetHost } from './dataset-host.ts';
import { finishedInSlices } from './in-slices.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** The check of the current data set, its remedies, and their undo. */
export class Quality {
  /** The check itself, beside whatever the page is doing. */
  readonly job: Job;
  /** One for each data set that was checked, so that an undo brings its report back. */
  private reports = $state.raw<readonly QualityReport[]>([]);
  private stack = $state.raw<VersionStack>(NO_VERSIONS);

  constructor(
    private readonly encoder: Pick<EncoderApi, 'inspectDataset' | 'saveDataset' | 'cancel'>,
    private readonly notices: Notices,
    private readonly host: DatasetHost,
  ) {
    this.job = new Job((job) => encoder.cancel(job));
  }

  /** Of the current data set; null when it has not been checked. */
  get report(): QualityReport | null {
    const id = this.host.current()?.dataset.id;
    return this.reports.find(({ datasetId }) => datasetId === id) ?? null;
  }

  /** Nothing can be applied or undone meanwhile. */
  get busy(): boolean {
    return this.job.busy || this.host.job.busy;
  }

  /** What undo would undo; null when the current data set was not made by a remedy of this visit. */
  get undoable(): string | null {
    return this.reachable(undoOf(this.stack))?.done ?? null;
  }

  get redoable(): string | null {
    return this.reachable(redoOf(this.stack))?.done ?? null;
  }

  async check(): Promise<void> {
    const current = this.host.current();
    if (!current) return;
    await this.host.attempt(async () => {
      const report = await this.job.run('Checking the data', (job, onProgress) => this.encoder.inspectDataset(current.entryId, job, onProgress));
      this.reports = [report, ...this.reports.filter(({ datasetId }) => datasetId !== report.datasetId)];
    });
  }

  /** Cleans the current data set, which stays as it is: the result is a data set of its own. Then checks that. */
  async apply(remedy: Remedy): Promise<void> {
    const current = this.host.current();
    if (!current || this.busy) return;
    await this.host.attempt(async () => {
      const loaded = await this.host.job.run('Cleaning the data', async (job, onProgress) => {
        const draft = await finishedInSlices(applyEdit(current.dataset, remedy.edit));
        return this.encoder.saveDataset(draft, current.entryId, job, onProgress);
      });
      await this.host.take(loaded);
      const { dataset } = loaded;
      this.stack = withVersion(this.stack, current.entryId, { entryId: dataset.id, done: remedy.done });
      const text = `${remedy.done} “${dataset.name}” has ${counted(dataset.examples.length, 'example')}; “${current.dataset.name}” is kept as it was.`;
      this.notices.clearInfo(); // an earlier remedy’s Undo would undo this one
      this.notices.info(text, { label: 'Undo', run: () => void this.undo() });
      await this.check();
    });
  }

  /** Back to the data set before the last remedy. */
  async undo(): Promise<void> {
    await this.move(undoOf(this.stack)?.entryId, -1);
  }

  /** The remedy that was undone last, again. */
  async redo(): Promise<void> {
    await this.move(redoOf(this.stack)?.entryId, 1);
  }

  private async move(entryId: string | undefined, by: 1 | -1): Promise<void> {
    if (entryId === undefined || this.busy) return;
    await this.host.attempt(async () => {
      await this.host.open(entryId);
      this.stack = movedBy(this.stack, by);
      this.notices.clearInfo();
    });
  }

  /** The target, where the current data set is the version in use and the target is still kept. */
  private reachable<T extends { readonly entryId: string }>(target: T | null): T | null {
    const inUse = versionInUse(this.stack)?.entryId;
    return target && inUse === this.host.current()?.entryId && this.host.isListed(target.entryId) ? target : null;
  }
}
