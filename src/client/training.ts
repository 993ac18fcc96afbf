import { wrap, type Remote } from 'comlink';
import type { TrainingServices, TrainingWire } from '../protocol/training-services.ts';
import { carryErrors } from '../protocol/wire.ts';
import { connectDomainTable } from './domain-table.ts';
import { sweepHandle } from './sweep.ts';
import { trainerHandle } from './trainer.ts';

/** Starts the training worker and gives its typed handles. */
export function connectTraining(): TrainingServices {
  carryErrors();
  const worker = new Worker(new URL('../worker/trainer.ts', import.meta.url), { type: 'module', name: 'trainer' });
  // What lies under a wrapped object is a handle too, which Comlink's types call a promise.
  const remote = wrap<TrainingWire>(worker) as unknown as { readonly [Name in keyof TrainingWire]: Remote<TrainingWire[Name]> };
  return { trainer: trainerHandle(remote.trainer), domainTable: connectDomainTable(remote.domainTable), sweep: sweepHandle(remote.sweep) };
}
