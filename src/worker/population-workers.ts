import { transfer, wrap, type Remote } from 'comlink';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { PartScore } from '../core/metrics.ts';
import type { HeadSpec } from '../core/run-record.ts';
import type { DataBesideFeatures, PopulationHost } from '../engine/population/pooled-host.ts';
import type { PopulationWorkers } from '../engine/population/pooled-population.ts';
import { remotePopulations } from '../engine/population/pooled-remote.ts';
import type { MemberSpec, MemberWork, PopulationFactory } from '../engine/population/population.ts';
import { carryErrors } from '../protocol/wire.ts';
import { workerThread, type WorkerThread } from './worker-thread.ts';

/** Each thread holds the data and its own kernel, and few populations have more members than this to share out. */
const MOST_THREADS = 8;

/**
 * One worker a core, where this thread counts as one. They start when a population first needs them and stay until `close`. Where one
 * cannot be started, or dies, there is one less.
 * @param threads how many, this one included; 8 at most
 * @param open starts a thread that exposes a `PopulationHost`; may throw where there is no such thing
 */
export function startPopulationWorkers(threads = navigator.hardwareConcurrency || 1, open: () => WorkerThread = openWorker): PopulationWorkers {
  carryErrors();
  let starts: Promise<StartedThread | null>[] = [];
  return {
    most: Math.min(threads, MOST_THREADS) - 1,
    async makers(count) {
      while (starts.length < count) starts.push(startThread(open));
      const started = await Promise.all(starts.slice(0, count));
      return started.flatMap((thread) => (thread?.host.isAlive ? [thread.maker] : []));
    },
    close() {
      for (const start of starts) void start.then((thread) => thread?.host.close());
      starts = [];
    },
  };
}

interface StartedThread {
  readonly host: WorkerHost;
  readonly maker: PopulationFactory;
}

/** @returns null where the thread does not start: nothing is wrong then, and others do its work */
async function startThread(open: () => WorkerThread): Promise<StartedThread | null> {
  try {
    const host = new WorkerHost(open());
    await host.ready().catch((error: unknown) => {
      host.close();
      throw error;
    });
    return { host, maker: remotePopulations(host) };
  } catch {
    return null;
  }
}

function openWorker(): WorkerThread {
  return workerThread(new Worker(new URL('./population.ts', import.meta.url), { type: 'module', name: 'population' }));
}

/** The host on another thread. When the thread dies, calls under way fail, and so do all after. */
class WorkerHost implements PopulationHost {
  private readonly remote: Remote<PopulationHost>;
  private readonly waiting = new Set<(error: Error) => void>();
  private death: Error | null = null;

  constructor(private readonly thread: WorkerThread) {
    this.remote = wrap<PopulationHost>(thread.endpoint);
    thread.onFailure((why) => this.end(`A worker that trains heads has stopped: ${why}.`));
  }

  get isAlive(): boolean {
    return this.death === null;
  }

  close(): void {
    this.end('The workers that train heads were closed.');
  }

  ready(): Promise<void> {
    return this.call(() => this.remote.ready());
  }

  keepFeatures(features: Float32Array): Promise<void> {
    return this.call(() => {
      const copy = features.slice(); // handed over, which saves the copy that a message makes at the other end
      return this.remote.keepFeatures(transfer(copy, [copy.buffer]));
    });
  }

  make(data: DataBesideFeatures, head: HeadSpec, members: readonly MemberSpec[]): Promise<number> {
    const compact = members.map(({ train, parts, classOf, ...rest }) => ({ ...rest, train: train.map(whole), parts: parts.map(whole), ...(classOf && { classOf: whole(classOf) }) }));
    const variants = data.variants?.map((set) => ({ ...set, source: whole(set.source), row: whole(set.row) }));
    return this.call(() => this.remote.make({ ...data, ...(variants && { variants }) }, head, compact));
  }

  advance(population: number, work: readonly MemberWork[]): Promise<readonly (readonly PartScore[] | null)[]> {
    return this.call(() => this.remote.advance(population, work));
  }

  logits(population: number, member: number, embeddings: Float32Array): Promise<Float32Array> {
    return this.call(() => this.remote.logits(population, member, whole(embeddings)));
  }

  rowLogits(population: number, member: number, rows: Uint32Array): Promise<Float32Array> {
    return this.call(() => this.remote.rowLogits(population, member, whole(rows)));
  }

  checkpoint(population: number, member: number): Promise<Checkpoint> {
    return this.call(() => this.remote.checkpoint(population, member));
  }

  restore(population: number, member: number, checkpoint: Checkpoint): Promise<void> {
    const tensors = checkpoint.tensors.map((tensor) => ({ ...tensor, values: whole(tensor.values) }));
    return this.call(() => this.remote.restore(population, member, { ...checkpoint, tensors }));
  }

  dispose(population: number): Promise<void> {
    return this.call(() => this.remote.dispose(population));
  }

  /** Sends at once, so that calls keep their order. */
  private call<T>(send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.death) return reject(this.death);
      this.waiting.add(reject);
      const ended = (): void => void this.waiting.delete(reject);
      send().then(resolve, reject).finally(ended);
    });
  }

  private end(message: string): void {
    if (this.death) return;
    this.death = new Error(message);
    this.thread.terminate();
    for (const reject of this.waiting) reject(this.death);
    this.waiting.clear();
  }
}

/** The values without the rest of their buffer: a message copies the buffer behind a view, all of it. */
function whole<T extends Float32Array | Uint32Array>(values: T): T {
  return values.byteLength === values.buffer.byteLength ? values : (values.slice() as T);
}
