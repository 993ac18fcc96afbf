import { compositionInTurns } from '../core/composition.ts';
import type { DatasetOrigin } from '../core/dataset-origin.ts';
import type { Dataset } from '../core/examples.ts';
import type { ImportReport } from '../core/import-report.ts';
import { heldOutChoices } from '../core/splits.ts';
import type { DatasetEntry, EncoderApi, ImportedDataset, LoadedDataset, Settings } from '../protocol/encoder.ts';
import type { TrainerApi } from '../protocol/trainer.ts';
import type { DatasetHost } from './dataset-host.ts';
import { finishedInSlices } from './in-slices.ts';
import type { Job } from './job.svelte.ts';
import { keepOnThisDevice } from './keep-on-this-device.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunSettings } from './run-settings.svelte.ts';
import type { RunState } from './run-state.svelte.ts';
import type { Training } from './training.svelte.ts';

const FIRST_DATASET = 'reviews';

/** What opening data needs of the rest of the page. */
export interface DatasetSurroundings extends Pick<DatasetHost, 'attempt'> {
  /** What a reload would bring back. */
  session(): Settings;
  /** Ends what is being trained on the data so far, beside the run. What it has got so far stays. */
  leave(): Promise<unknown>;
  /** Turns to the data that is now the current one. */
  follow(): void;
}

/** The data sets that can be opened, and the current one. */
export class Datasets implements DatasetHost {
  list = $state.raw<readonly DatasetEntry[]>([]);
  /** Entry of the current data set in the list. */
  entryId = $state('');
  /** The current one; null before there is one. */
  dataset = $state.raw<Dataset | null>(null);
  /** How the current one came about; null where that is not known. */
  private madeBy = $state.raw<DatasetOrigin | null>(null);
  /** Entry of the data set that is open and of which it was told that another tab deleted it. */
  private toldGone: string | null = null;
  /** What the import that made the current data set did; null where none did. */
  readonly report = $derived<ImportReport | null>(this.madeBy?.kind === 'import' ? this.madeBy.report : null);

  readonly heldOutOptions = $derived(this.dataset ? heldOutChoices(this.dataset) : []);

  constructor(
    private readonly encoder: Pick<EncoderApi, 'listDatasets' | 'openDataset' | 'deleteDataset'>,
    private readonly trainer: Pick<TrainerApi, 'setData'>,
    private readonly run: RunState,
    private readonly settings: RunSettings,
    private readonly training: Pick<Training, 'open'>,
    private readonly notices: Notices,
    readonly job: Job,
    private readonly page: DatasetSurroundings,
  ) {}

  current(): { readonly entryId: string; readonly dataset: Dataset } | null {
    return this.dataset && { entryId: this.entryId, dataset: this.dataset };
  }

  origin(): DatasetOrigin | null {
    return this.madeBy;
  }

  isListed(entryId: string): boolean {
    return this.list.some(({ id }) => id === entryId);
  }

  attempt(action: () => Promise<unknown>): Promise<void> {
    return this.page.attempt(action);
  }

  /** Opens what the last visit left, where it is still there. @param list as `relist` would have it @param kept settings of that visit */
  async begin(list: readonly DatasetEntry[], kept: Settings | null): Promise<void> {
    this.list = list;
    if (kept && this.isListed(kept.datasetId)) await this.openWith(kept.datasetId, kept);
    else {
      await this.takeFirst();
      if (kept) this.notices.info(`The data set that was open last is not kept in this browser any more, so ${this.dataset?.name ?? 'another one'} was opened.`);
    }
  }

  /** Makes another data set the current one. On failure or cancel the old one stays. */
  async choose(id: string): Promise<void> {
    await this.attempt(() => this.openWith(id, null));
  }

  /** Forgets an imported data set; the first bundled one takes its place when it was the current one. */
  async delete(id: string): Promise<void> {
    await this.attempt(async () => {
      if (id === this.entryId) await this.takeFirst();
      await this.encoder.deleteDataset(id);
      await this.relist();
    });
  }

  async open(id: string): Promise<void> {
    await this.openWith(id, this.page.session());
  }

  async take(loaded: LoadedDataset): Promise<void> {
    await this.relist();
    await this.makeCurrent(loaded.dataset.id, loaded, this.page.session());
  }

  async takeImported(imported: ImportedDataset): Promise<void> {
    await this.relist();
    await this.makeCurrent(imported.dataset.id, imported, null);
    await keepOnThisDevice();
  }

  async takeProject(entryId: string, runId: string | null): Promise<void> {
    await this.relist();
    await this.openWith(entryId, { ...this.page.session(), runId: runId ?? '' });
    await keepOnThisDevice();
  }

  async takeFirst(): Promise<void> {
    await this.openWith(FIRST_DATASET, null);
  }

  async relist(): Promise<void> {
    this.list = await this.encoder.listDatasets();
  }

  /** Lists what other tabs have imported meanwhile, and no more what they have deleted, but for the data set that is open here: of that it is told. What cannot be listed now stays as it was. */
  async lookAgain(): Promise<void> {
    if (this.list.length === 0 || this.job.busy) return;
    const before = this.list;
    const list = await this.encoder.listDatasets().catch(() => before);
    if (this.list !== before) return; // listed anew meanwhile
    const open = before.find(({ id }) => id === this.entryId);
    const isGone = open !== undefined && !list.some(({ id }) => id === open.id);
    this.list = isGone ? [...list, open] : list;
    if (isGone && this.toldGone !== open.id) this.notices.problem(`“${open.name}” was deleted in another tab. It is open here until this page is left or reloaded.`, 'Import its file again to keep it.');
    this.toldGone = isGone ? open.id : null;
  }

  /** @param kept settings to go on with, and the run to open again; null for a fresh run with the settings as they are and a held-out domain of its own */
  private async openWith(id: string, kept: Settings | null): Promise<void> {
    const loaded = await this.job.run('Opening the data', (job, onProgress) => this.encoder.openDataset(id, job, onProgress));
    await this.makeCurrent(id, loaded, kept);
  }

  private async makeCurrent(entryId: string, { dataset, features, defaultHeldOut, origin, storageProblem }: LoadedDataset, kept: Settings | null): Promise<void> {
    const request = this.settings.requestOn(dataset, defaultHeldOut, kept);
    await this.page.leave();
    await this.trainer.setData(dataset, features);
    await finishedInSlices(compositionInTurns(dataset)); // which the page shows
    this.run.clear();
    this.madeBy = origin;
    this.entryId = entryId;
    this.dataset = dataset;
    this.page.follow();
    if (storageProblem) this.notices.problem(storageProblem, 'Training works all the same.');
    await this.training.open(kept?.runId ?? null, request);
  }
}
