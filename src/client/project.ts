import { proxy, type Remote } from 'comlink';
import type { ProjectApi } from '../protocol/project.ts';

/** The typed handle on the encoder worker's project files. @param remote as Comlink wraps it */
export function projectHandle(remote: Pick<Remote<ProjectApi>, keyof ProjectApi>): ProjectApi {
  return {
    size: (datasetId) => remote.size(datasetId),
    save: (datasetId, withEmbeddings, job, onProgress) => remote.save(datasetId, withEmbeddings, job, proxy(onProgress)),
    saveCsv: (datasetId, job) => remote.saveCsv(datasetId, job),
    open: (file, job, onProgress) => remote.open(file, job, proxy(onProgress)),
    cancel: (job) => remote.cancel(job),
  };
}
