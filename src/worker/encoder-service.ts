import type { DatasetDraft } from '../core/dataset-edits.ts';
import { leftOutOf } from '../core/left-out.ts';
import type { QualityReport, Remedy } from '../core/quality/report.ts';
import type { SplitChoice } from '../core/quality/split-copies.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import type { DatasetEntry, EncoderApi, LoadedDataset, Settings } from '../protocol/encoder.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import { inspectInTurns } from './dataset-inspector.ts';
import { DatasetMaker } from './dataset-maker.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import type { Jobs } from './jobs.ts';
import { settingsSchema } from './settings-schema.ts';
import type { EncoderEnvironment, TextEmbedder } from './text-embedder.ts';

/** Joins data, encoder and storage behind EncoderApi. */
export class EncoderService implements EncoderApi {
  private readonly maker: DatasetMaker;

  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly jobs: Jobs,
    private readonly embedder: TextEmbedder,
    private readonly shelf: DatasetShelf,
  ) {
    this.maker = new DatasetMaker(environment, shelf);
  }

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

  inspectDataset(id: string, job: string, onProgress: OnProgress, split: SplitChoice | null = null): Promise<QualityReport> {
    return this.jobs.run(job, async (signal) => {
      const ready = await this.shelf.openReady(id);
      const dataset = ready?.dataset ?? (await this.shelf.rows(id));
      const vectorsOf = async (rows: readonly number[]): Promise<readonly (Float32Array | undefined)[]> => {
        if (ready) return rows.map((row) => ready.features.subarray(row * EMBEDDING_WIDTH, (row + 1) * EMBEDDING_WIDTH));
        const keys = rows.map((row) => embeddingKey(ENCODER_VERSION, dataset.examples[row]?.text ?? ''));
        return this.environment.storage.embeddings.getEmbeddings(keys).catch(() => []);
      };
      const leftOut = leftOutOf(await this.shelf.origin(id));
      const counter = await this.embedder.tokenCounters.get(onProgress, signal);
      return inspectInTurns(dataset, { vectorsOf, counter, split, leftOut, nowMs: this.environment.nowMs, onProgress, signal });
    });
  }

  saveDataset(draft: DatasetDraft, from: string, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.jobs.run(job, (signal) => this.maker.keepEdited(draft, from, onProgress, signal));
  }

  cleanDataset(id: string, remedy: Remedy, job: string, onProgress: OnProgress): Promise<LoadedDataset> {
    return this.jobs.run(job, (signal) => this.maker.clean(id, remedy, onProgress, signal));
  }

  dropUnused(id: string): Promise<boolean> {
    return this.shelf.deleteUnused(id);
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
