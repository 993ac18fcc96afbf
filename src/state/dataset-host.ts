import type { DatasetOrigin } from '../core/dataset-origin.ts';
import type { Dataset } from '../core/examples.ts';
import type { ImportedDataset, LoadedDataset } from '../protocol/encoder.ts';
import type { Job } from './job.svelte.ts';

/** What importing, checking, editing and shaping data need of the page. */
export interface DatasetHost {
  /** The page's long call, under which data is saved. */
  readonly job: Job;
  /** The current data set and its entry in the list; null before there is one. */
  current(): { readonly entryId: string; readonly dataset: Dataset } | null;
  /** How the current data set came about; null where that is not known. */
  origin(): DatasetOrigin | null;
  /** Whether a data set can still be opened. */
  isListed(entryId: string): boolean;
  /** Makes a listed data set the current one. */
  open(entryId: string): Promise<void>;
  /** Makes a data set that was just saved the current one, with the settings as they are. */
  take(loaded: LoadedDataset): Promise<void>;
  /** Makes a data set that was just imported the current one, with a fresh run and a held-out domain of its own, shows the import's report, and asks the browser to keep it. */
  takeImported(imported: ImportedDataset): Promise<void>;
  /** Lists the data sets anew and makes one the current one, with one of its saved runs; null for a fresh run with the settings as they are. */
  takeProject(entryId: string, runId: string | null): Promise<void>;
  /** Makes the first bundled data set the current one, with a fresh run. */
  takeFirst(): Promise<void>;
  /** Lists the data sets anew. */
  relist(): Promise<void>;
  /** Does something and explains what goes wrong. */
  attempt(action: () => Promise<unknown>): Promise<void>;
}
