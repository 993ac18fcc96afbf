import { compiledKernel } from '../../src/engine/browser-assets.ts';
import { pooledPopulations } from '../../src/engine/population/pooled-population.ts';
import type { PopulationFactory } from '../../src/engine/population/population.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { openTrainingDevice, type TrainingDevice } from '../../src/engine/population/webgpu/training-device.ts';
import { webGpuPopulations } from '../../src/engine/population/webgpu/webgpu-population.ts';
import { startPopulationWorkers } from '../../src/worker/population-workers.ts';

/** Where heads are trained. */
export type TrainingBackend = 'wasm' | 'webgpu';

/** One of the product's engines, under the name that tables give it. */
export interface Engine {
  readonly name: string;
  readonly makePopulation: PopulationFactory;
  /** Whether it spreads heads over threads: nothing to gain for one head. */
  readonly needsManyHeads: boolean;
}

/** What there is to train on here. */
export interface Engines {
  /** Our WebAssembly kernel on this thread; then on a worker for each further core as well, as the page uses it. */
  readonly wasm: readonly Engine[];
  /** Our WGSL kernels; empty where there is no WebGPU. */
  readonly webgpu: readonly Engine[];
  /** The device that `webgpu` trains on. */
  readonly gpu: TrainingDevice | null;
}

export async function startEngines(): Promise<Engines> {
  const local = wasmPopulations(await compiledKernel());
  const workers = startPopulationWorkers();
  const gpu = await openTrainingDevice().catch(() => null);
  return {
    wasm: [
      { name: 'our kernel, one thread', makePopulation: local, needsManyHeads: false },
      { name: `our kernel, ${1 + workers.most} threads`, makePopulation: pooledPopulations(local, workers), needsManyHeads: true },
    ],
    webgpu: gpu ? [{ name: 'our WGSL kernels', makePopulation: webGpuPopulations(gpu), needsManyHeads: false }] : [],
    gpu,
  };
}
