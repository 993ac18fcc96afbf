import { proxy, type Remote } from 'comlink';
import type { ImportApi, ImportWire } from '../protocol/imports.ts';
import { unpackLoaded } from '../protocol/packed-loaded.ts';

/** The typed handle on the encoder worker's imports. @param remote as Comlink wraps it */
export function importHandle(remote: Pick<Remote<ImportWire>, keyof ImportWire>): ImportApi {
  return {
    preview: (sources, readings, job) => remote.preview(sources, readings, job),
    run: async (sources, plan, job, onProgress) => unpackLoaded(await remote.run(sources, plan, job, proxy(onProgress))),
    cancel: (job) => remote.cancel(job),
  };
}
