import manifest from '../../models/use-lite/manifest.json';
import { startBackend } from '../engine/backend.ts';
import { BACKEND_ASSETS } from '../engine/browser-assets.ts';
import type { DataServices } from '../protocol/data-services.ts';
import type { Storage } from '../storage/storage.ts';
import { dataServices } from './data-services.ts';

/** The data services on this thread's real device, clock and storage. @param siteUrl folder of the site, with a slash at its end */
export function createDataServices(storage: Storage, siteUrl: string): DataServices {
  return dataServices({
    siteUrl,
    manifest,
    storage,
    startBackend: (choice) => startBackend(choice, BACKEND_ASSETS),
    nowMs: () => performance.now(),
    dateMs: () => Date.now(),
  });
}
