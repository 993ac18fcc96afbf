import { counted } from '../core/format.ts';
import type { QualityReport, Remedy, Severity } from '../core/quality/report.ts';
import type { SplitChoice } from '../core/quality/split-copies.ts';
import { NO_VERSIONS, movedBy, redoOf, undoOf, versionInUse, versionsOf, withVersion, type VersionStack } from '../core/quality/versions.ts';
import { sameShape } from '../core/shape.ts';
import type { EncoderApi, LoadedDataset } from '../protocol/encoder.ts';
import type { DatasetHost } from './dataset-host.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunSettings } from './run-settings.svelte.ts';

/** The check of the current data set, its remedies, and their undo. */
export class Quality {
  /** The check itself, beside whatever the page is doing. */
  readonly job: Job;
  /** Whether what was found is open to be seen. */
  open = $state(false);
  /** One for each data set that was checked, so that an undo brings its report back. */
  private reports = $state.raw<readonly QualityReport[]>([]);
  private stack = $state.raw<VersionStack>(NO_VERSIONS);
  /** The report whose remedy is being applied. */
  private outdated = $state.raw<QualityReport | null>(null);

  constructor(
    private readonly encoder: Pick<EncoderApi, 'inspectDataset' | 'cleanDataset' | 'dropUnused' | 'cancel'>,
    private readonly notices: Notices,
    private readonly host: DatasetHost,
    private readonly settings: Pick<RunSettings, 'heldOutDomain' | 'seed' | 'shape'>,
  ) {
    this.job = new Job((job) => encoder.cancel(job));
  }

  /** Of the current data set; null when it has not been checked. */
  get report(): QualityReport | null {
    const id = this.host.current()?.dataset.id;
    return this.reports.find(({ datasetId }) => datasetId === id) ?? null;
  }

  /** The report, or while a remedy is applied and its result checked the one before, so that the page does not jump meanwhile. */
  get shown(): QualityReport | null {
    return this.report ?? this.outdated;
  }

  /** How many findings of the report are to be fixed, and to be looked at. */
  get pressing(): Readonly<Record<'serious' | 'look', number>> {
    const of = (severity: Severity): number => this.report?.findings.filter((finding) => finding.severity === severity).length ?? 0;
    return { serious: of('serious'), look: of('look') };
  }

  /** Whether the report counts copies across another split than the current run’s. */
  get isOfOtherSplit(): boolean {
    const [checked, now] = [this.report?.split ?? null, this.split];
    return checked !== null && !(checked.heldOutDomain === now.heldOutDomain && checked.seed === now.seed && sameShape(checked.shape, now.shape));
  }

  /** Nothing can be applied or undone meanwhile. */
  get busy(): boolean {
    return this.job.busy || this.host.job.busy;
  }

  /** What undo would undo; null when the current data set was not made by a remedy, or what it was made of is gone. */
  get undoable(): string | null {
    const target = undoOf(this.versions);
    return target && this.host.isListed(target.entryId) ? target.remedy.done : null;
  }

  get redoable(): string | null {
    return redoOf(this.versions)?.remedy.done ?? null;
  }

  async check(): Promise<void> {
    const current = this.host.current();
    if (!current) return;
    await this.host.attempt(async () => {
      const report = await this.job.run('Checking the data', (job, onProgress) => this.encoder.inspectDataset(current.entryId, job, onProgress, this.split));
      this.reports = [report, ...this.reports.filter(({ datasetId }) => datasetId !== report.datasetId)];
    });
  }

  /** Cleans the current data set, which stays as it is: the result is a data set of its own. Then checks that. */
  async apply(remedy: Remedy): Promise<void> {
    const current = this.host.current();
    if (!current || this.busy) return;
    this.outdated = this.report;
    await this.host.attempt(async () => {
      const { versions } = this;
      const { dataset } = await this.clean(current.entryId, remedy);
      this.stack = withVersion(versions, { entryId: dataset.id, remedy });
      const text = `${remedy.done} “${dataset.name}” has ${counted(dataset.examples.length, 'example')}; “${current.dataset.name}” is kept as it was.`;
      this.notices.clearInfo(); // an earlier remedy’s Undo would undo this one
      this.notices.info(text, { label: 'Undo', run: () => void this.undo() });
      await this.check();
    });
    this.outdated = null;
  }

  /** Back to the data set before the last remedy. The one that it made goes, unless something was made of that since. */
  async undo(): Promise<void> {
    const { versions } = this;
    const [target, undone] = [undoOf(versions), versionInUse(versions)];
    if (!target || !undone || this.busy || !this.host.isListed(target.entryId)) return;
    await this.host.attempt(async () => {
      await this.host.open(target.entryId);
      this.stack = movedBy(versions, -1);
      this.notices.clearInfo();
      if (await this.encoder.dropUnused(undone.entryId)) await this.host.relist();
    });
  }

  /** The remedy that was undone last, again. */
  async redo(): Promise<void> {
    const { versions } = this;
    const [target, current] = [redoOf(versions), this.host.current()];
    if (!target || !current || this.busy) return;
    await this.host.attempt(async () => {
      if (this.host.isListed(target.entryId)) await this.host.open(target.entryId);
      else await this.clean(current.entryId, target.remedy);
      this.stack = movedBy(versions, 1);
      this.notices.clearInfo();
    });
  }

  private get split(): SplitChoice {
    const { heldOutDomain, seed, shape } = this.settings;
    return { heldOutDomain, seed, shape };
  }

  /** The versions of the current data set, as far as they are known. */
  private get versions(): VersionStack {
    const current = this.host.current();
    return current ? versionsOf(this.stack, current.entryId, this.host.origin()) : NO_VERSIONS;
  }

  private async clean(entryId: string, remedy: Remedy): Promise<LoadedDataset> {
    const loaded = await this.host.job.run('Cleaning the data', (job, onProgress) => this.encoder.cleanDataset(entryId, remedy, job, onProgress));
    await this.host.take(loaded);
    return loaded;
  }
}
