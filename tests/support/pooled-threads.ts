import { MessageChannel, Worker } from 'node:worker_threads';
import { expose, type Endpoint } from 'comlink';
import { LocalHost } from '../../src/engine/population/pooled-host.ts';
import type { PopulationFactory } from '../../src/engine/population/population.ts';
import type { WorkerThread } from '../../src/worker/worker-thread.ts';

/** A call as it travels: Comlink's message, as far as tests look at it. */
export interface SentCall {
  readonly path: readonly string[];
  readonly argumentList: readonly { readonly value: unknown }[];
}

/** Notes every call that is sent through an endpoint. */
function recorded(endpoint: Endpoint, sent: SentCall[]): Endpoint {
  return {
    addEventListener: endpoint.addEventListener.bind(endpoint),
    removeEventListener: endpoint.removeEventListener.bind(endpoint),
    start: endpoint.start?.bind(endpoint),
    postMessage: (message: SentCall, transfer) => {
      sent.push(message);
      endpoint.postMessage(message, transfer);
    },
  };
}

/** A host behind real ports and messages, but on this thread. `die` is what a crash would be. */
export class ChannelThread implements WorkerThread {
  readonly sent: SentCall[] = [];
  readonly endpoint: Endpoint;
  terminated = false;
  private readonly channel = new MessageChannel();
  private listener: (why: string) => void = () => {};

  constructor(factory: PopulationFactory) {
    const [near, far] = [this.channel.port1, this.channel.port2] as unknown as [Endpoint, Endpoint];
    expose(new LocalHost(async () => factory), far);
    this.endpoint = recorded(near, this.sent);
  }

  onFailure(listener: (why: string) => void): void {
    this.listener = listener;
  }

  terminate(): void {
    this.terminated = true;
    this.channel.port1.close();
  }

  die(why: string): void {
    this.channel.port1.close();
    this.listener(why);
  }
}

/** A real thread of Node's, which takes the compiled kernel along. */
export function nodeThread(kernel: WebAssembly.Module): WorkerThread & { readonly worker: Worker } {
  const { port1, port2 } = new MessageChannel();
  const program = new URL('./pooled-thread.ts', import.meta.url).href;
  // Node 20 reads no TypeScript by itself.
  const worker = new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(program)}, ${JSON.stringify(import.meta.url)}))`, {
    eval: true,
    workerData: { port: port2, kernel },
    transferList: [port2],
  });
  return {
    worker,
    endpoint: port1 as unknown as Endpoint,
    onFailure(listener) {
      worker.on('error', (error: Error) => listener(error.message));
      worker.on('exit', (code) => listener(`it ended with code ${code}`));
    },
    terminate() {
      port1.close();
      void worker.terminate();
    },
  };
}
