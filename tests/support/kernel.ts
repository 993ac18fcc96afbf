import { compileKernel } from '../../src/engine/population/kernel/build.mjs';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import type { PopulationFactory } from '../../src/engine/population/population.ts';

let compiled: Promise<WebAssembly.Module> | null = null;

/** The training kernel, compiled in Node; a first compilation takes some seconds. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= compileKernel().then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}

/** Populations on this thread, by the real kernel. */
export const kernelPopulations: PopulationFactory = async (data, head, members) => wasmPopulations(await kernelModule())(data, head, members);
