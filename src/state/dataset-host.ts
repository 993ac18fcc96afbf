import type { Dataset } from '../core/examples.ts';
import type { LoadedDataset } from '../protocol/encoder.ts';
import type { Job } from './job.svelte.ts';

/** What importing, checking, editing and shaping data need of the page. */
export interface DatasetHost {
  /** The page's long call, under which data is saved. */
  readonly job: Job;
  /** The current data set and its entry in the list; null before there is one. */
  current(): { readonly entryId: string; readonly dataset: Dataset } | null;
  /** Whether a data set can still be opened. */
  isListed(entryId: string): boolean;
  /** Makes a listed data set the current one. */
  open(entryId: string): Promise<void>;
  /** Makes a data set that was just saved the current one, with the settings as they are. */
  take(loaded: LoadedDataset): Promise<void>;
  /** Does something and explains what goes wrong. */
  attempt(action: () => Promise<unknown>): Promise<void>;
}
