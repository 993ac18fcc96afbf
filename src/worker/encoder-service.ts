import * as v from 'valibot';
import type { DatasetDraft } from '../core/dataset-edits.ts';
import type { Dataset } from '../core/examples.ts';
import type { QualityReport } from '../core/quality/report.ts';
import { defaultHeldOut } from '../core/splits.ts';
import { readBundled, readBundledEmbeddings } from '../data/bundled.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { DataError } from '../data/errors.ts';
import { parseCsv } from '../data/parse-csv.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import type { DatasetEntry, EncoderApi, ImportedDataset, LoadedDataset, Settings } from '../protocol/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import type { Storage } from '../storage/storage.ts';
import type { ModelManifest } from '../engine/encoder/model-files.ts';
import { contentId } from './content-id.ts';
import { inspectInTurns } from './dataset-inspector.ts';
import { embedCached, problemInWords, type EmbeddedTexts, type EmbeddingStorage } from './embedding-cache.ts';
import { EncoderLoader } from './encoder-loader.ts';
import { withVectorsOf, type EmbeddedDataset } from './known-vectors.ts';
import { settingsSchema } from './settings-schema.ts';
import { TokenCounterLoader } from './token-counter-loader.ts';

/** What the service needs from outside: addresses, the device, the clock, storage. */
export interface EncoderEnvironment {
  /** Folder of the built site, with a slash at its end. */
  readonly siteUrl: string;
  readonly manifest: ModelManifest;
  readonly storage: Storage;
  startBackend(choice: BackendChoice): Promise<BackendInfo>;
  nowMs(): number;
  /** Milliseconds since 1970. */
  dateMs(): number;
}

/** Bundled data sets, in the order of the page's list. */
export const BUNDLED = ['reviews', 'support', 'spam', 'shortcut', 'names'] as const;

/** Times that embedding is taken up again on another device after a loss. */
const RECOVERIES = 2;

/** Joins data, encoder and storage behind EncoderApi. */
export class EncoderService implements EncoderApi {
  private choice: BackendChoice = 'auto';
  private readonly loader: EncoderLoader;
  private readonly tokenCounters: TokenCounterLoader;
  /** Imported, but refused by storage: kept for this visit. */
  private readonly unsaved = new Map<string, LoadedDataset>();
  private readonly jobs = new Map<string, AbortController>();
  private backendListener: (info: BackendInfo) => void = () => {};

  constructor(private readonly environment: EncoderEnvironment) {
    const { siteUrl, manifest, storage, nowMs } = environment;
    const source = {
      manifest,
      baseUrl: `${siteUrl}models/use-lite/`,
      cache: {
        get: (key: string) => storage.models.getModelFile(key, manifest.version),
        put: async (key: string, bytes: ArrayBuffer) => void (await storage.models.putModelFile(key, manifest.version, bytes)),
      },
    };
    this.loader = new EncoderLoader({ ...source, startBackend: () => environment.startBackend(this.choice), nowMs }, (info) => this.backendListener(info));
    this.tokenCounters = new TokenCounterLoader(source);
  }

  async start(choice: BackendChoice): Promise<void> {
    this.choice = choice;
  }

  async onBackend(listener: (info: BackendInfo) => void): Promise<void> {
    this.backendListener = listener;
  }

  async listDatasets(): Promise<readonly DatasetEntry[]> {
    const bundled = await Promise.all(
      BUNDLED.map(async (id) => {
        const manifest = v.parse(listedSchema, JSON.parse(new TextDecoder().decode(await this.fetchBytes(`datasets/${id}/manifest.json`))));
        return { id, name: manifest.name, description: manifest.description, rows: manifest.rows, bundled: true };
      }),
    );
    const imported = await this.environment.storage.datasets.listDatasets().catch(() => []);
    const unsaved = [...this.unsaved.values()].map(({ dataset: { id, name, examples } }) => ({
      id,
      name,
      rows: examples.length,
      description: 'Your own examples. They could not be saved: a reload loses them.',
      bundled: false,
    }));
    return [...bundled, ...unsaved, ...imported.map(({ id, name, rows }) => ({ id, name, rows, description: 'Your own examples, kept in this browser.', bundled: false }))];
  }

  openDataset(id: string, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.inJob(job, async (signal) => {
      const ready = await this.openReady(id);
      if (ready) return ready;
      const dataset = await this.stored(id);
      const heldOut = checkSplits(dataset, dataset.name);
      const { features, storageProblem } = await this.embed(dataset, onProgress, signal);
      return { dataset, features, defaultHeldOut: heldOut, storageProblem };
    });
  }

  importFile(file: File, job: string, onProgress: OnProgress): Promise<ImportedDataset> {
    return this.inJob(job, async (signal) => {
      const { dataset, report } = await parseCsv(
        { name: file.name, content: file },
        { signal, onProgress: (doneBytes, totalBytes) => onProgress({ kind: 'read', doneBytes, totalBytes }) },
      );
      const heldOut = checkSplits(dataset, file.name);
      return { ...(await this.keep(dataset, heldOut, this.environment.storage.embeddings, onProgress, signal)), report };
    });
  }

  inspectDataset(id: string, job: string, onProgress: OnProgress): Promise<QualityReport> {
    return this.inJob(job, async (signal) => {
      const ready = await this.openReady(id);
      const dataset = ready?.dataset ?? (await this.stored(id));
      const vectorsOf = async (rows: readonly number[]): Promise<readonly (Float32Array | undefined)[]> => {
        if (ready) return rows.map((row) => ready.features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH));
        const keys = rows.map((row) => embeddingKey(ENCODER_VERSION, dataset.examples[row]?.text ?? ''));
        return this.environment.storage.embeddings.getEmbeddings(keys).catch(() => []);
      };
      const counter = await this.tokenCounters.get(onProgress, signal);
      return inspectInTurns(dataset, { vectorsOf, counter, nowMs: this.environment.nowMs, onProgress, signal });
    });
  }

  saveDataset(draft: DatasetDraft, from: string, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.inJob(job, async (signal) => {
      const id = await contentId(draft.examples, signal);
      const known = await this.environment.storage.datasets.getDataset(id).catch(() => undefined);
      const dataset = known ?? { ...draft, id };
      const heldOut = checkSplits(dataset, dataset.name);
      const source: EmbeddedDataset | null = await this.openReady(from);
      const { embeddings } = this.environment.storage;
      return this.keep(dataset, heldOut, source ? withVectorsOf(source, ENCODER_VERSION, embeddings) : embeddings, onProgress, signal);
    });
  }

  async deleteDataset(id: string): Promise<void> {
    if (this.unsaved.delete(id)) return;
    await this.environment.storage.datasets.deleteDataset(id);
  }

  embedText(text: string, job: string, onProgress: OnProgress): Promise<Float32Array> {
    return this.inJob(job, (signal) => this.withEncoder(onProgress, signal, async (encoder) => (await encoder()).embed([text], { signal })));
  }

  async cancel(job: string): Promise<void> {
    this.jobs.get(job)?.abort();
  }

  async readSettings(): Promise<Settings | null> {
    return (await this.environment.storage.settings.getSetting('session', settingsSchema).catch(() => undefined)) ?? null;
  }

  async writeSettings(settings: Settings): Promise<void> {
    await this.environment.storage.settings.setSetting('session', settings);
  }

  private async openBundled(id: string): Promise<LoadedDataset> {
    const [csv, manifestBytes] = await Promise.all([this.fetchBytes(`datasets/${id}/${id}.csv`), this.fetchBytes(`datasets/${id}/manifest.json`)]);
    const { dataset, manifest } = await readBundled(new TextDecoder().decode(csv), JSON.parse(new TextDecoder().decode(manifestBytes)));
    const bytes = await this.fetchBytes(`datasets/${id}/${manifest.embeddings.file}`);
    return { dataset, features: readBundledEmbeddings(bytes, manifest), defaultHeldOut: defaultHeldOut(dataset), storageProblem: null };
  }

  /** A data set whose embeddings are at hand, as what is handed on; null for one in storage. */
  private async openReady(id: string): Promise<LoadedDataset | null> {
    if ((BUNDLED as readonly string[]).includes(id)) return this.openBundled(id);
    const unsaved = this.unsaved.get(id);
    return unsaved ? { ...unsaved, features: unsaved.features.slice() } : null;
  }

  private async stored(id: string): Promise<Dataset> {
    const dataset = await this.environment.storage.datasets.getDataset(id);
    if (!dataset) throw new HeldoutError('bad-input', 'This data set is no longer kept in this browser.', 'Import its file again.');
    return dataset;
  }

  /** Embeds and stores a new data set; where storage refuses it, it is kept for this visit. */
  private async keep(dataset: Dataset, defaultHeldOut: string, embeddings: EmbeddingStorage, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    const embedded = await this.embed(dataset, onProgress, signal, embeddings);
    const loaded = { dataset, features: embedded.features, defaultHeldOut };
    const refused = await this.environment.storage.datasets.putDataset(dataset, this.environment.dateMs()).then(() => null, problemInWords);
    if (refused !== null) this.unsaved.set(dataset.id, { ...loaded, features: loaded.features.slice(), storageProblem: null });
    return { ...loaded, storageProblem: refused ?? embedded.storageProblem };
  }

  private embed(dataset: Dataset, onProgress: OnProgress, signal: AbortSignal, embeddings: EmbeddingStorage = this.environment.storage.embeddings): Promise<EmbeddedTexts> {
    const texts = dataset.examples.map((example) => example.text);
    return this.withEncoder(onProgress, signal, (encoder) => embedCached(texts, ENCODER_VERSION, embeddings, encoder, { onProgress, signal }));
  }

  /** Runs `work`, and again on a fresh device when the one it used was lost. What was embedded before the loss is cached. */
  private async withEncoder<T>(onProgress: OnProgress, signal: AbortSignal, work: (encoder: () => ReturnType<EncoderLoader['get']>) => Promise<T>): Promise<T> {
    for (let recovery = 0; ; recovery++) {
      try {
        return await work(() => this.loader.get(onProgress, signal));
      } catch (error) {
        if (!(error instanceof HeldoutError) || error.code !== 'device-lost' || recovery >= RECOVERIES) throw error;
        this.loader.drop();
      }
    }
  }

  private async inJob<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.jobs.set(job, controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) throw new HeldoutError('cancelled', 'Cancelled. Nothing was changed.', '');
      throw error instanceof DataError ? new HeldoutError(error.code, error.message, error.remedy, error.place) : error;
    } finally {
      this.jobs.delete(job);
    }
  }

  private async fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(this.environment.siteUrl + path).catch(() => null);
    if (!response?.ok) throw new HeldoutError('model-download', `The file ${path} could not be downloaded.`, 'Check the connection and reload the page.');
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** Refuses data that no head could be trained on, before the long work of embedding it. */
function checkSplits(dataset: Dataset, file: string): string {
  try {
    return defaultHeldOut(dataset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HeldoutError('bad-file', `${file} cannot be split. ${error.message}`, 'Every label should occur in at least two domains; leave the domain column out to hold out a random sample instead.', { file });
  }
}

/** The part of a bundled manifest that the list shows; `readBundled` checks the rest. */
const listedSchema = v.object({ name: v.string(), description: v.string(), rows: v.number() });
