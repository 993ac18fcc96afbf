import { workerData } from 'node:worker_threads';
import { expose, type Endpoint } from 'comlink';
import { LocalHost } from '../../src/engine/population/pooled-host.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { carryErrors } from '../../src/protocol/wire.ts';

/** What `src/worker/population.ts` is in a browser, for a thread of Node's. */
const { port, kernel } = workerData as { readonly port: Endpoint; readonly kernel: WebAssembly.Module };

carryErrors();
expose(new LocalHost(async () => wasmPopulations(kernel)), port);
