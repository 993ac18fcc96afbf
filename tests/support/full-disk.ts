import { vi } from 'vitest';

/** Lets every put into the imitation of IndexedDB fail for want of room. */
export function fillDisk(): void {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
}

/** Lets puts through again; whatever else is spied on is itself again too. */
export function freeDisk(): void {
  vi.restoreAllMocks();
}
