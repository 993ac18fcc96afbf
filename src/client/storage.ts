import type { Remote } from 'comlink';
import type { StorageApi } from '../protocol/storage.ts';

/** The typed handle on what the encoder worker knows of storage. @param remote as Comlink wraps it */
export function storageHandle(remote: Pick<Remote<StorageApi>, keyof StorageApi>): StorageApi {
  return { usage: () => remote.usage(), free: (what) => remote.free(what) };
}
