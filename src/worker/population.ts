import { expose } from 'comlink';
import { compiledKernel } from '../engine/browser-assets.ts';
import { LocalHost } from '../engine/population/pooled-host.ts';
import { wasmPopulations } from '../engine/population/wasm-population.ts';
import { carryErrors } from '../protocol/wire.ts';

carryErrors();
// Thrown where nobody catches, it reaches whoever started this worker, and would wait for an answer.
self.addEventListener('messageerror', () => {
  throw new Error('a message could not be read');
});
expose(new LocalHost(async () => wasmPopulations(await compiledKernel())));
