import { wrap, type Remote } from 'comlink';
import type { DataServices } from '../protocol/data-services.ts';
import { carryErrors } from '../protocol/wire.ts';
import { encoderHandle } from './encoder.ts';

/** Starts the encoder worker and gives its typed handles. */
export function connectData(): DataServices {
  carryErrors();
  const worker = new Worker(new URL('../worker/encoder.ts', import.meta.url), { type: 'module', name: 'encoder' });
  // What lies under a wrapped object is a handle too, which Comlink's types call a promise.
  const remote = wrap<DataServices>(worker) as unknown as { readonly [Name in keyof DataServices]: Remote<DataServices[Name]> };
  return { encoder: encoderHandle(remote.encoder) };
}
