import Papa from 'papaparse';
import manifest from '../../models/use-lite/manifest.json';
import type { Dataset } from '../../src/core/examples.ts';
import { readBundled, readBundledEmbeddings } from '../../src/data/bundled.ts';
import { parseCsv } from '../../src/data/parse-csv.ts';
import { Encoder } from '../../src/engine/encoder/encoder.ts';
import { fetchModelFiles } from '../../src/engine/encoder/model-files.ts';
import type { PopulationFactory } from '../../src/engine/population/population.ts';
import type { BackendInfo } from '../../src/protocol/progress.ts';
import type { Engine, Engines, TrainingBackend } from './engines.ts';
import type { BenchOptions, LineKind } from './options.ts';
import { textTable } from './text-table.ts';

/** A data set with the embeddings of its rows, [N, 512]. */
export interface EmbeddedDataset {
  readonly dataset: Dataset;
  readonly features: Float32Array;
}

const PROGRESS_EVERY_MS = 20_000;

/** What the parts share: data, encoder, embeddings, printing, and the list of missed bounds. */
export class Workbench {
  readonly missed: string[] = [];
  private loadedEncoder: Promise<Encoder> | null = null;
  private readonly embedded = new Map<string, Promise<EmbeddedDataset>>();

  constructor(
    readonly options: BenchOptions,
    readonly backend: BackendInfo,
    private readonly found: Engines,
    private readonly write: (kind: LineKind, line: string) => void,
  ) {}

  /** True where a round of the full size would take many minutes: plain JavaScript, or an imitated graphics processor. */
  get isSlow(): boolean {
    return this.backend.name === 'cpu' || this.isImitation;
  }

  /** Whether tfjs computes on a software imitation of a graphics processor. */
  get isImitation(): boolean {
    return this.backend.name === 'webgpu' && this.gpuIsImitation;
  }

  /** Whether WebGPU here is a software imitation of a graphics processor. */
  get gpuIsImitation(): boolean {
    return this.gpu?.isFallback === true;
  }

  /** The device that our WGSL kernels train on; null where there is no WebGPU. */
  get gpu(): Engines['gpu'] {
    return this.found.gpu;
  }

  /** Where the parts that compare engines train: the backend that was asked for, else all that there are. */
  get trainingBackends(): readonly TrainingBackend[] {
    const { backend } = this.options;
    return backend === undefined ? ['wasm', 'webgpu'] : [backend === 'webgpu' ? 'webgpu' : 'wasm'];
  }

  /** Our engines of a backend; none where it does not run. */
  engines(backend: TrainingBackend): readonly Engine[] {
    return this.found[backend];
  }

  /** Makes populations as the page does on this backend: by the last of its engines. */
  get makePopulation(): PopulationFactory {
    const engine = this.engines(this.backend.name === 'webgpu' ? 'webgpu' : 'wasm').at(-1);
    if (!engine) throw new Error(`Heads cannot be trained on ${this.backend.name} here.`);
    return engine.makePopulation;
  }

  print(line = ''): void {
    this.write('table', line);
  }

  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    for (const line of textTable(header, rows)) this.print(line);
  }

  /** Prints whether a stated bound holds, and keeps it for the exit status when it does not. */
  bound(holds: boolean, line: string): void {
    this.print(`  ${holds ? 'holds' : 'MISSED'}: ${line}`);
    if (!holds) this.missed.push(line);
  }

  /** @returns a function to call after each of `total` pieces of work; now and then it tells how far things are. */
  progress(what: string, total: number): () => void {
    const started = performance.now();
    const tell = this.slowProgress();
    let done = 0;
    return () => {
      done++;
      const minutesLeft = (((performance.now() - started) / done) * (total - done)) / 60_000;
      if (done < total) tell(`${what}: ${done} of ${total}, about ${Math.max(1, Math.round(minutesLeft))} min left`);
    };
  }

  /** @returns a function that may be told as often as one likes how far things are, and passes it on now and then. */
  slowProgress(): (line: string) => void {
    let toldAt = performance.now();
    return (line) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = now;
      this.write('progress', line);
    };
  }

  /** Our encoder, loaded once. */
  encoder(): Promise<Encoder> {
    this.loadedEncoder ??= fetchModelFiles(manifest, { baseUrl: 'models/use-lite/' }).then((files) => Encoder.load(files, { now: () => performance.now() }));
    return this.loadedEncoder;
  }

  /** Rows of a CSV file of the data folder as they stand, by column name. */
  async csvRows(file: string): Promise<Record<string, string>[]> {
    const { data, errors } = Papa.parse<Record<string, string>>(await fetchText(`data/${file}`), { header: true, skipEmptyLines: true });
    const first = errors[0];
    if (first) throw new Error(`${file} cannot be read: ${first.message} (row ${first.row ?? 'unknown'}).`);
    return data;
  }

  /** A labelled data set of the data folder, read and embedded once, as the page would. */
  realData(file: string): Promise<EmbeddedDataset> {
    return this.once(file, async () => {
      const { dataset } = await parseCsv({ name: file, content: await fetchText(`data/${file}`) });
      this.write('progress', `${file}: embedding ${dataset.examples.length} texts`);
      const encoder = await this.encoder();
      return { dataset, features: await encoder.embed(dataset.examples.map(({ text }) => text)) };
    });
  }

  /** A bundled data set, with the embeddings that come with it. */
  bundled(id: string): Promise<EmbeddedDataset> {
    return this.once(`bundled ${id}`, async () => {
      const { dataset, manifest: checked } = await readBundled(await fetchText(`datasets/${id}/${id}.csv`), JSON.parse(await fetchText(`datasets/${id}/manifest.json`)));
      const bytes = await (await fetchFile(`datasets/${id}/${checked.embeddings.file}`)).arrayBuffer();
      return { dataset, features: readBundledEmbeddings(new Uint8Array(bytes), checked) };
    });
  }

  private once(name: string, load: () => Promise<EmbeddedDataset>): Promise<EmbeddedDataset> {
    const known = this.embedded.get(name) ?? load();
    this.embedded.set(name, known);
    return known;
  }
}

async function fetchText(path: string): Promise<string> {
  return (await fetchFile(path)).text();
}

async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} is missing: the server answered ${response.status}.`);
  return response;
}
