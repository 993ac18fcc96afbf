import type { Remote } from 'comlink';
import type { DraftApi } from '../protocol/drafts.ts';

/** The typed handle on a wrapped draft service. */
export function draftsHandle(remote: Pick<Remote<DraftApi>, keyof DraftApi>): DraftApi {
  return {
    read: (datasetId) => remote.read(datasetId),
    write: (datasetId, draft, after) => remote.write(datasetId, draft, after),
    countToEmbed: (texts) => remote.countToEmbed(texts),
  };
}
