import { kernelBytes } from 'virtual:population-kernel';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { BackendAssets } from './backend.ts';

/** Addresses of tfjs's WebAssembly files in this build. */
export const BACKEND_ASSETS: BackendAssets = {
  wasmPaths: { 'tfjs-backend-wasm.wasm': wasmUrl, 'tfjs-backend-wasm-simd.wasm': wasmSimdUrl },
};

/** The training kernel, compiled for this browser. */
export function compiledKernel(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(kernelBytes);
}
