import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';
import type { PopulationFactory } from './population/population.ts';
import { wasmPopulations } from './population/wasm-population.ts';
import type { TrainingDevice } from './population/webgpu/training-device.ts';
import { webGpuPopulations } from './population/webgpu/webgpu-population.ts';

/** What trains heads here. */
export interface TrainerEngine {
  readonly info: BackendInfo;
  readonly makePopulation: PopulationFactory;
  /** Resolves, with the browser's words, when the device is lost; never where there is none to lose. */
  readonly lost: Promise<string>;
}

export interface EngineParts {
  /** The kernel compiled for this browser. @throws where there is no WebAssembly with SIMD */
  compiledKernel(): Promise<WebAssembly.Module>;
  /** @throws Error saying why, where there is no graphics processor to be had */
  openTrainingDevice(): Promise<TrainingDevice>;
  /** Spreads the kernel's populations over workers, where that can be had. */
  overWorkers(local: PopulationFactory): PopulationFactory;
}

/**
 * Starts the engine that was asked for, or the next one that works here: our WGSL kernels, which 'auto' takes only on a real graphics
 * processor, or our WebAssembly kernel. There is no third one: 'cpu' is about the text encoder, heads are then trained by WebAssembly.
 * May be called again after a loss. @throws HeldoutError 'no-backend' when the browser has neither.
 */
export async function startTrainerEngine(choice: BackendChoice, parts: EngineParts): Promise<TrainerEngine> {
  const trouble = { text: '' };
  if (choice === 'auto' || choice === 'webgpu') {
    const engine = await onDevice(choice, parts, trouble);
    if (engine) return engine;
  }
  try {
    const makePopulation = parts.overWorkers(wasmPopulations(await parts.compiledKernel()));
    return { info: { name: 'wasm', reason: reasonForWasm(choice, trouble.text), adapter: '' }, makePopulation, lost: new Promise(() => undefined) };
  } catch {
    throw new HeldoutError('no-backend', 'This browser cannot train: it has no WebAssembly with SIMD.', 'Update the browser, or try another one.');
  }
}

/** The engine on a device of its own; null when there is none to take, `trouble` then saying why. */
async function onDevice(choice: 'auto' | 'webgpu', parts: EngineParts, trouble: { text: string }): Promise<TrainerEngine | null> {
  const training = await parts.openTrainingDevice().catch(() => null);
  if (!training) {
    trouble.text = 'no graphics processor is available to this browser';
    return null;
  }
  if (choice === 'auto' && training.isFallback) {
    training.device.destroy();
    trouble.text = 'the only graphics processor here is a software imitation, slower than WebAssembly';
    return null;
  }
  const reason =
    choice === 'auto'
      ? 'This browser has a graphics processor, and our WGSL kernels train the heads on it.'
      : training.isFallback
        ? 'WebGPU was chosen, and our WGSL kernels train the heads on a software imitation of a graphics processor, slowly.'
        : 'WebGPU was chosen, and our WGSL kernels train the heads on the graphics processor.';
  return { info: { name: 'webgpu', reason, adapter: training.adapter }, makePopulation: webGpuPopulations(training), lost: training.lost };
}

function reasonForWasm(choice: BackendChoice, trouble: string): string {
  const works = 'our WebAssembly kernel trains the heads, one worker a processor core';
  if (choice === 'wasm') return `WebAssembly was chosen: ${works}.`;
  if (choice === 'cpu') return `Whatever computes the embeddings, ${works}.`;
  return choice === 'auto' ? `${trouble.charAt(0).toUpperCase()}${trouble.slice(1)}, so ${works}.` : `WebGPU was chosen, but ${trouble}, so ${works}.`;
}
