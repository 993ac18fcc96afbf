import { wrap, type Remote } from 'comlink';
import type { DataServices, DataWire } from '../protocol/data-services.ts';
import { carryErrors } from '../protocol/wire.ts';
import { augmentHandle } from './augment.ts';
import { draftsHandle } from './drafts.ts';
import { encoderHandle } from './encoder.ts';
import { importHandle } from './imports.ts';
import { projectHandle } from './project.ts';
import { storageHandle } from './storage.ts';
import { variantHandle } from './variants.ts';

/** Starts the encoder worker and gives its typed handles. */
export function connectData(): DataServices {
  carryErrors();
  const worker = new Worker(new URL('../worker/encoder.ts', import.meta.url), { type: 'module', name: 'encoder' });
  // What lies under a wrapped object is a handle too, which Comlink's types call a promise.
  const remote = wrap<DataWire>(worker) as unknown as { readonly [Name in keyof DataWire]: Remote<DataWire[Name]> };
  return { augment: augmentHandle(remote.augment), drafts: draftsHandle(remote.drafts), encoder: encoderHandle(remote.encoder), imports: importHandle(remote.imports), project: projectHandle(remote.project), storage: storageHandle(remote.storage), variants: variantHandle(remote.variants) };
}
