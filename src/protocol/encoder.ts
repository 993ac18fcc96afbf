import type { DatasetDraft } from '../core/dataset-edits.ts';
import type { DatasetOrigin } from '../core/dataset-origin.ts';
import type { Dataset } from '../core/examples.ts';
import type { ImportReport } from '../core/import-report.ts';
import type { QualityReport, Remedy } from '../core/quality/report.ts';
import type { SplitChoice } from '../core/quality/split-copies.ts';
import type { PackedDataset } from './packed-dataset.ts';
import type { PackedLoaded } from './packed-loaded.ts';
import type { BackendChoice, BackendInfo, OnProgress } from './progress.ts';
import type { RunRequest } from './trainer.ts';

/**
 * The surface of the encoder worker: data sets, their embeddings, and what is remembered between visits.
 * `job` names a call so that `cancel` can end it; a cancelled call throws HeldoutError 'cancelled' and changes nothing.
 */
export interface EncoderApi {
  /** Sets where the encoder will compute; it starts when something has to be embedded. */
  start(choice: BackendChoice): Promise<void>;
  /** Called when the encoder has started, or moved to another backend. */
  onBackend(listener: (info: BackendInfo) => void): Promise<void>;
  /** Bundled data sets first, then imported ones, newest first. */
  listDatasets(): Promise<readonly DatasetEntry[]>;
  openDataset(id: string, job: string, onProgress: OnProgress): Promise<LoadedDataset>;
  /**
   * Checks a listed data set. Its rows are compared by their embeddings where these are at hand; nothing is embedded for it.
   * @param split of the current run, across which copies are counted
   */
  inspectDataset(id: string, job: string, onProgress: OnProgress, split?: SplitChoice | null): Promise<QualityReport>;
  /**
   * Applies a remedy to a listed data set, which stays as it is: the result is kept as `saveDataset` would, named by what was done.
   * @throws HeldoutError 'bad-file' when it cannot be split
   */
  cleanDataset(id: string, remedy: Remedy, job: string, onProgress: OnProgress): Promise<LoadedDataset>;
  /** Forgets a data set that a remedy made, unless something was made of it since: a run, a table, edits, another data set. @returns whether it is gone */
  dropUnused(id: string): Promise<boolean>;
  /**
   * Checks, embeds and keeps edited rows as a data set of its own, under a name that no other has; one with the same rows that is kept already keeps its name.
   * @param from listed data set that the rows come from, whose embeddings are used again. @throws HeldoutError 'bad-file' when it cannot be split
   */
  saveDataset(draft: DatasetDraft, from: string, job: string, onProgress: OnProgress): Promise<LoadedDataset>;
  /** Forgets an imported data set and its runs. */
  deleteDataset(id: string): Promise<void>;
  /** Unit-norm embedding [512]. @throws HeldoutError 'bad-input' for an empty text */
  embedText(text: string, job: string, onProgress: OnProgress): Promise<Float32Array>;
  cancel(job: string): Promise<void>;
  readSettings(): Promise<Settings | null>;
  writeSettings(settings: Settings): Promise<void>;
}

export interface DatasetEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly rows: number;
  readonly bundled: boolean;
  /** Null for the user's own examples. */
  readonly about: BundledAbout | null;
  /** What the page's numbers do not mean here, for copies of bundled data that were cleaned or edited too; null where they mean what they say. */
  readonly caution: string | null;
}

/** What is told of a data set that comes with the page. */
export interface BundledAbout {
  /** What to try with it, and what there is to see. */
  readonly lesson: string;
  /** What the page's numbers do not mean here; null where they mean what they say. */
  readonly caution: string | null;
  /** SPDX identifier. */
  readonly licence: string;
  /** Address of its README, on this site. */
  readonly readme: string;
}

export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Unit-norm embeddings [N, 512]. */
  readonly features: Float32Array;
  /** A domain whose holding out works. */
  readonly defaultHeldOut: string;
  /** How it came about, where that is known. */
  readonly origin: DatasetOrigin | null;
  /** What could not be kept (no storage, disk full): the page says so; null when all is kept. */
  readonly storageProblem: string | null;
}

export interface ImportedDataset extends LoadedDataset {
  readonly report: ImportReport;
}

/** What a reload brings back. */
export interface Settings extends RunRequest {
  readonly datasetId: string;
  readonly runId: string;
}

/** EncoderApi as it is called from another thread: data sets go packed. */
export interface EncoderWire extends Omit<EncoderApi, 'openDataset' | 'cleanDataset' | 'saveDataset'> {
  openDataset(id: string, job: string, onProgress: OnProgress): Promise<PackedLoaded<LoadedDataset>>;
  cleanDataset(id: string, remedy: Remedy, job: string, onProgress: OnProgress): Promise<PackedLoaded<LoadedDataset>>;
  saveDataset(draft: PackedDataset, from: string, job: string, onProgress: OnProgress): Promise<PackedLoaded<LoadedDataset>>;
}
