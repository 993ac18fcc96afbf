import type { HeadSpec } from '../core/run-record.ts';
import type { BackendName } from '../protocol/progress.ts';
import { WasmHeadTrainer } from './population/wasm-head-trainer.ts';
import { HeadTrainer, type TrainingData } from './trainer.ts';

/** What trains one head: the same surface on every backend. */
export type Trainer = Pick<HeadTrainer, 'sizes' | 'step' | 'trainStep' | 'evaluate' | 'predict' | 'logits' | 'checkpoint' | 'restore' | 'dispose'>;

/** @throws RangeError on an impossible head. */
export type TrainerFactory = (data: TrainingData, head: HeadSpec, seed: number) => Trainer;

/** Trains by tfjs, on its current backend. */
export const tfjsTrainers: TrainerFactory = (data, head, seed) => new HeadTrainer(data, head, seed);

/** Trains by our own WebAssembly kernel. @param kernel compiled from `population/kernel` */
export function kernelTrainers(kernel: WebAssembly.Module): TrainerFactory {
  return (data, head, seed) => new WasmHeadTrainer(kernel, data, head, seed);
}

/** Our kernel where WebAssembly computes, tfjs elsewhere. @param kernel asked for only when it is needed */
export async function trainersFor(backend: BackendName, kernel: () => Promise<WebAssembly.Module>): Promise<TrainerFactory> {
  return backend === 'wasm' ? kernelTrainers(await kernel()) : tfjsTrainers;
}
