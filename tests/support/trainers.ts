import { wasmFolder } from '../../models/files.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { compileKernel } from '../../src/engine/population/kernel/build.mjs';
import { kernelTrainers, tfjsTrainers, type TrainerFactory } from '../../src/engine/trainer-factory.ts';

/** All that a head can be trained by in Node: our WebAssembly kernel, and tfjs on two backends. */
export const ENGINES = ['our kernel', 'tfjs on wasm', 'tfjs on cpu'] as const;
export type Engine = (typeof ENGINES)[number];

/** Starts an engine. A first compilation of the kernel takes some seconds. */
export async function startEngine(engine: Engine): Promise<TrainerFactory> {
  const name = engine === 'tfjs on cpu' ? 'cpu' : 'wasm';
  const started = await startBackend(name, { wasmPaths: wasmFolder() });
  if (started.name !== name) throw new Error(`${engine}: ${started.reason}`);
  return engine === 'our kernel' ? kernelTrainers(await WebAssembly.compile(await compileKernel())) : tfjsTrainers;
}
