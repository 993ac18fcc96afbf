import { proxy, type Remote } from 'comlink';
import type { EncoderApi } from '../protocol/encoder.ts';

/** The typed handle on the encoder worker's main service. @param remote as Comlink wraps it */
export function encoderHandle(remote: Pick<Remote<EncoderApi>, keyof EncoderApi>): EncoderApi {
  return {
    start: (choice) => remote.start(choice),
    onBackend: (listener) => remote.onBackend(proxy(listener)),
    listDatasets: () => remote.listDatasets(),
    openDataset: (id, job, onProgress) => remote.openDataset(id, job, proxy(onProgress)),
    importFile: (file, job, onProgress) => remote.importFile(file, job, proxy(onProgress)),
    inspectDataset: (id, job, onProgress) => remote.inspectDataset(id, job, proxy(onProgress)),
    saveDataset: (draft, from, job, onProgress) => remote.saveDataset(draft, from, job, proxy(onProgress)),
    deleteDataset: (id) => remote.deleteDataset(id),
    embedText: (text, job, onProgress) => remote.embedText(text, job, proxy(onProgress)),
    cancel: (job) => remote.cancel(job),
    readSettings: () => remote.readSettings(),
    writeSettings: (settings) => remote.writeSettings(settings),
  };
}
