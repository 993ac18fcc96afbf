import { proxy, type Remote } from 'comlink';
import type { VariantApi } from '../protocol/variants.ts';

/** The typed handle on the encoder worker's augmented texts. @param remote as Comlink wraps it */
export function variantHandle(remote: Pick<Remote<VariantApi>, keyof VariantApi>): VariantApi {
  return {
    embed: (request, job, onProgress) => remote.embed(request, job, proxy(onProgress)),
    cancel: (job) => remote.cancel(job),
  };
}
