import manifest from '../../models/use-lite/manifest.json';
import { startBackend } from '../engine/backend.ts';
import type { Storage } from '../storage/storage.ts';
import { EncoderService } from './encoder-service.ts';
import { BACKEND_ASSETS } from '../engine/browser-assets.ts';

/** The encoder service on this thread's real device, clock and storage. @param siteUrl folder of the site, with a slash at its end */
export function createEncoderService(storage: Storage, siteUrl: string): EncoderService {
  return new EncoderService({
    siteUrl,
    manifest,
    storage,
    startBackend: (choice) => startBackend(choice, BACKEND_ASSETS),
    nowMs: () => performance.now(),
    dateMs: () => Date.now(),
  });
}
