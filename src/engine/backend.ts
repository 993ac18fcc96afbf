import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, BackendName } from '../protocol/progress.ts';
import { gpuDevice, startWebGPU } from './webgpu-device.ts';

export { deviceIsLost, onDeviceLost } from './webgpu-device.ts';

/** Addresses (file paths in Node) of tfjs's WebAssembly binaries: the folder that holds them, or one address each. */
export type WasmPaths = string | { readonly 'tfjs-backend-wasm.wasm': string; readonly 'tfjs-backend-wasm-simd.wasm': string };

export interface BackendAssets {
  readonly wasmPaths: WasmPaths;
}

/** What to try, in order, for each choice. */
const ATTEMPTS: Record<BackendChoice, readonly BackendName[]> = {
  auto: ['webgpu', 'wasm', 'cpu'],
  webgpu: ['webgpu', 'wasm', 'cpu'],
  wasm: ['wasm', 'cpu'],
  cpu: ['cpu'],
};

const WORKS: Record<BackendName, string> = {
  webgpu: 'the graphics processor does the work, through WebGPU',
  wasm: 'WebAssembly on the processor does the work',
  cpu: 'plain JavaScript does the work, slowly',
};

const CHOSEN: Record<BackendName, string> = {
  webgpu: 'WebGPU was chosen',
  wasm: 'WebAssembly was chosen',
  cpu: 'Plain JavaScript was chosen',
};

let wasmPathsSet = false;

/**
 * Makes tfjs compute on the best backend that works here. 'auto' takes WebGPU only from a real graphics processor; a named backend is
 * tried even where it is slow, and where it fails the next one is taken, `reason` saying so. May be called again to change backends:
 * tensors made before belong to the old backend, so dispose of them first.
 * @throws HeldoutError 'no-backend' when not even plain JavaScript works.
 */
export async function startBackend(choice: BackendChoice, assets: BackendAssets): Promise<BackendInfo> {
  const troubles: string[] = [];
  for (const name of ATTEMPTS[choice]) {
    const trouble = await start(name, choice === 'auto', assets);
    if (trouble === null) return { name, reason: reasonFor(choice, name, troubles), adapter: name === 'webgpu' ? (gpuDevice()?.adapter ?? '') : '' };
    troubles.push(trouble);
  }
  throw new HeldoutError('no-backend', `Nothing here can compute: ${troubles.join(' ')}`, 'Update the browser, or try another one.');
}

/** @returns null when the backend runs, else a clause for a student that says why it does not. */
async function start(name: BackendName, realGpuOnly: boolean, assets: BackendAssets): Promise<string | null> {
  if (name === 'webgpu') return startWebGPU(realGpuOnly);
  if (name === 'wasm') prepareWasm(assets.wasmPaths);
  const started = await tf.setBackend(name).catch(() => false);
  if (!started) return name === 'wasm' ? 'WebAssembly could not be started' : 'plain JavaScript could not be started';
  await tf.ready();
  return null;
}

/** Threads are off: they need cross-origin isolation, break in minified builds, and gain nothing here. */
function prepareWasm(paths: WasmPaths): void {
  if (wasmPathsSet) return;
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // tfjs insists on an address for the threaded binary too; it is never fetched.
  setWasmPaths(typeof paths === 'string' ? paths : { ...paths, 'tfjs-backend-wasm-threaded-simd.wasm': paths['tfjs-backend-wasm-simd.wasm'] });
  wasmPathsSet = true;
}

function reasonFor(choice: BackendChoice, name: BackendName, troubles: readonly string[]): string {
  const imitated = name === 'webgpu' && gpuDevice()?.isFallback === true;
  if (choice === name) return imitated ? `${CHOSEN.webgpu}, and a software imitation of a graphics processor does the work, slowly.` : `${CHOSEN[name]}.`;
  if (troubles.length === 0) return `This browser has a graphics processor to compute on, so ${WORKS[name]}.`;
  const trouble = troubles.join(', and ');
  return choice === 'auto' ? `${capitalized(trouble)}, so ${WORKS[name]}.` : `${CHOSEN[choice]}, but ${trouble}, so ${WORKS[name]}.`;
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
