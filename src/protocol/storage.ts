/** What this browser keeps for the page, and ways to free it, in the encoder worker. */
export interface StorageApi {
  /** @throws HeldoutError 'storage-unavailable' */
  usage(): Promise<StorageUsage>;
  /** Deletes for good. @throws HeldoutError 'storage-unavailable' */
  free(what: Freeable): Promise<void>;
}

export type Freeable =
  /** A data set of the user's own, with all that hangs on it. */
  | { readonly kind: 'dataset'; readonly datasetId: string }
  /** Runs and tables of a data set, which stays. */
  | { readonly kind: 'runs'; readonly datasetId: string }
  /** Edits of a data set that are not saved as one. */
  | { readonly kind: 'draft'; readonly datasetId: string }
  /** They can be computed again. */
  | { readonly kind: 'embeddings' }
  /** Its files are downloaded again when they are needed. */
  | { readonly kind: 'encoder' }
  | { readonly kind: 'everything' };

/** All bytes but the browser's own are approximate. */
export interface StorageUsage {
  /** What the browser says that this site uses and may use, over all; null where it does not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** Of each data set that anything is kept of, newest first. */
  readonly datasets: readonly DatasetUsage[];
  readonly embeddings: { readonly count: number; readonly bytes: number };
  /** Files of the text encoder; 0 where they cannot be kept. */
  readonly encoderBytes: number;
}

export interface DatasetUsage {
  /** Content id. */
  readonly datasetId: string;
  /** Null where nothing but runs, tables or edits of it are kept and nobody knows it by name. */
  readonly name: string | null;
  /** Null for one whose rows are not kept, such as a bundled one. */
  readonly rows: number | null;
  readonly rowBytes: number;
  readonly runs: number;
  /** With their weights. */
  readonly runBytes: number;
  readonly tableBytes: number;
  /** Of edits in progress; 0 for none. */
  readonly draftBytes: number;
}
