import { proxy, transfer, type Remote } from 'comlink';
import type { EncoderApi, EncoderWire } from '../protocol/encoder.ts';
import { buffersOf, packDataset } from '../protocol/packed-dataset.ts';
import { unpackLoaded } from '../protocol/packed-loaded.ts';

/** The typed handle on the encoder worker's main service. @param remote as Comlink wraps it */
export function encoderHandle(remote: Pick<Remote<EncoderWire>, keyof EncoderWire>): EncoderApi {
  return {
    start: (choice) => remote.start(choice),
    onBackend: (listener) => remote.onBackend(proxy(listener)),
    listDatasets: () => remote.listDatasets(),
    openDataset: async (id, job, onProgress) => unpackLoaded(await remote.openDataset(id, job, proxy(onProgress))),
    inspectDataset: (id, job, onProgress, split) => remote.inspectDataset(id, job, proxy(onProgress), split),
    cleanDataset: async (id, remedy, job, onProgress) => unpackLoaded(await remote.cleanDataset(id, remedy, job, proxy(onProgress))),
    dropUnused: (id) => remote.dropUnused(id),
    saveDataset: async (draft, from, job, onProgress) => {
      const packed = await packDataset({ ...draft, id: '' });
      return unpackLoaded(await remote.saveDataset(transfer(packed, buffersOf(packed)), from, job, proxy(onProgress)));
    },
    deleteDataset: (id) => remote.deleteDataset(id),
    embedText: (text, job, onProgress) => remote.embedText(text, job, proxy(onProgress)),
    cancel: (job) => remote.cancel(job),
    readSettings: () => remote.readSettings(),
    writeSettings: (settings) => remote.writeSettings(settings),
  };
}
