import type { Draft } from '../core/editing/history.ts';

/** A draft as it is kept. */
export interface StoredDraft extends Draft {
  /** Grows with each write; milliseconds since 1970 where the clock allows it. */
  readonly revision: number;
}

/** Edits of examples that are not saved as a data set yet, in the encoder worker. One draft a data set, kept between visits. */
export interface DraftApi {
  /** @param datasetId content id of the data set. @returns null when there is none; one without edits in the place of one that cannot be read */
  read(datasetId: string): Promise<StoredDraft | null>;
  /**
   * Keeps a draft in the place of the one before; null takes that away.
   * @param after revision that was read or written last; 0 when there was none
   * @returns the new revision, 0 for none; null when another tab has changed the draft since: nothing is changed then
   * @throws HeldoutError 'storage-full', 'storage-unavailable'
   */
  write(datasetId: string, draft: Draft | null, after: number): Promise<number | null>;
  /** How many of these distinct texts have no embedding in this browser yet. @throws HeldoutError 'storage-unavailable' */
  countToEmbed(texts: readonly string[]): Promise<number>;
}
