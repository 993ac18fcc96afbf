import type { Draft } from '../core/editing/history.ts';
import type { StoredDraft } from '../protocol/drafts.ts';
import type { Database } from './database.ts';

/** Edits that are not saved as a data set yet, by the id of the data set that they are of. */
export class DraftStore {
  constructor(private readonly database: Database) {}

  /** @returns what was put there, maybe by an older or newer page. @throws HeldoutError see `Database.transact`, as all here. */
  async getDraft(datasetId: string): Promise<unknown> {
    return this.database.transact(['drafts'], 'readonly', (tx) => tx.objectStore('drafts').get(datasetId));
  }

  /**
   * Puts a draft in the place of the one before, or takes that away, unless another tab has changed it since.
   * @param after revision that the caller knows; 0 when it knows of none. @param dateMs milliseconds since 1970
   * @returns the new revision, 0 when there is no draft any more; null when another tab was quicker: nothing is changed then
   */
  async replaceDraft(datasetId: string, draft: Draft | null, after: number, dateMs: number): Promise<number | null> {
    return this.database.transact(['drafts'], 'readwrite', async (tx) => {
      const drafts = tx.objectStore('drafts');
      const kept = await drafts.get(datasetId);
      if ((kept?.revision ?? 0) !== after) return null;
      if (draft === null) {
        await drafts.delete(datasetId);
        return 0;
      }
      // By the clock, so that a draft made anew after this one is deleted is not taken for it.
      const stored: StoredDraft = { edits: draft.edits, at: draft.at, revision: Math.max(after + 1, dateMs) };
      await drafts.put(stored, datasetId);
      return stored.revision;
    });
  }
}
