import { proxy, wrap } from 'comlink';
import type { EncoderApi } from '../protocol/encoder.ts';
import { carryErrors } from '../protocol/wire.ts';

/** Starts the encoder worker and gives its typed handle. */
export function connectEncoder(): EncoderApi {
  carryErrors();
  const remote = wrap<EncoderApi>(new Worker(new URL('../worker/encoder.ts', import.meta.url), { type: 'module', name: 'encoder' }));
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
