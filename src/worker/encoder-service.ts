import type { DatasetDraft } from '../core/dataset-edits.ts';
import type { QualityReport } from '../core/quality/report.ts';
import { contentId } from '../data/dataset-id.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import type { DatasetEntry, EncoderApi, LoadedDataset, Settings } from '../protocol/encoder.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import { inspectInTurns } from './dataset-inspector.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import type { Jobs } from './jobs.ts';
import { withVectorsOf } from './known-vectors.ts';
import { settingsSchema } from './settings-schema.ts';
import type { EncoderEnvironment, TextEmbedder } from './text-embedder.ts';

/** Joins data, encoder and storage behind EncoderApi. */
export class EncoderService implements EncoderApi {
  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly jobs: Jobs,
    private readonly embedder: TextEmbedder,
    private readonly shelf: DatasetShelf,
  ) {}

  async start(choice: BackendChoice): Promise<void> {
    this.embedder.choice = choice;
  }

  async onBackend(listener: (info: BackendInfo) => void): Promise<void> {
    this.embedder.onBackend = listener;
  }

  listDatasets(): Promise<readonly DatasetEntry[]> {
    return this.shelf.list();
  }

  openDataset(id: string, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.jobs.run(job, (signal) => this.shelf.open(id, onProgress, signal));
  }

  inspectDataset(id: string, job: string, onProgress: OnProgress): Promise<QualityReport> {
    return this.jobs.run(job, async (signal) => {
      const ready = await this.shelf.openReady(id);
      const dataset = ready?.dataset ?? (await this.shelf.rows(id));
      const vectorsOf = async (rows: readonly number[]): Promise<readonly (Float32Array | undefined)[]> => {
        if (ready) return rows.map((row) => ready.features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH));
        const keys = rows.map((row) => embeddingKey(ENCODER_VERSION, dataset.examples[row]?.text ?? ''));
        return this.environment.storage.embeddings.getEmbeddings(keys).catch(() => []);
      };
      const counter = await this.embedder.tokenCounters.get(onProgress, signal);
      return inspectInTurns(dataset, { vectorsOf, counter, nowMs: this.environment.nowMs, onProgress, signal });
    });
  }

  saveDataset(draft: DatasetDraft, from: string, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.jobs.run(job, async (signal) => {
      const id = await contentId(draft.examples, signal);
      const { datasets, embeddings } = this.environment.storage;
      const known = await datasets.getDataset(id).catch(() => undefined);
      const dataset = known ?? { ...draft, id };
      const source = await this.shelf.openReady(from);
      return this.shelf.keep(dataset, dataset.name, onProgress, signal, source ? withVectorsOf(source, ENCODER_VERSION, embeddings) : embeddings);
    });
  }

  deleteDataset(id: string): Promise<void> {
    return this.shelf.delete(id);
  }

  embedText(text: string, job: string, onProgress: OnProgress): Promise<Float32Array> {
    return this.jobs.run(job, (signal) => this.embedder.embedOnce(text, onProgress, signal));
  }

  async cancel(job: string): Promise<void> {
    this.jobs.cancel(job);
  }

  async readSettings(): Promise<Settings | null> {
    return (await this.environment.storage.settings.getSetting('session', settingsSchema).catch(() => undefined)) ?? null;
  }

  async writeSettings(settings: Settings): Promise<void> {
    await this.environment.storage.settings.setSetting('session', settings);
  }
}
