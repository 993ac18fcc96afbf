import { proxy, type Remote } from 'comlink';
import type { SweepApi } from '../protocol/sweep.ts';

/** The typed handle on a wrapped sweep service. */
export function sweepHandle(remote: Pick<Remote<SweepApi>, keyof SweepApi>): SweepApi {
  return {
    run: (request, onProgress) => remote.run(request, proxy(onProgress)),
    cancel: () => remote.cancel(),
  };
}
