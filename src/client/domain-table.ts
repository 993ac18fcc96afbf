import { proxy } from 'comlink';
import type { DomainTableApi } from '../protocol/domain-table.ts';

/** The typed handle on the training worker's table. @param remote as Comlink wraps it */
export function connectDomainTable(remote: DomainTableApi): DomainTableApi {
  return {
    plan: (request) => remote.plan(request),
    run: (request, onProgress) => remote.run(request, proxy(onProgress)),
    cancel: () => remote.cancel(),
    load: (datasetId) => remote.load(datasetId),
  };
}
