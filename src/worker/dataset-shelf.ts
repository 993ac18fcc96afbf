import * as v from 'valibot';
import { cautionOf, ownInWords, withoutLeftOut, type DatasetOrigin } from '../core/dataset-origin.ts';
import type { Dataset } from '../core/examples.ts';
import { heldOutOrProblem } from '../core/split-problem.ts';
import { defaultHeldOut } from '../core/splits.ts';
import { BundledAboutSchema, readBundled, readBundledEmbeddings } from '../data/bundled.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { ENCODER_VERSION } from '../engine/encoder/version.ts';
import type { DatasetEntry, LoadedDataset } from '../protocol/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { OnProgress } from '../protocol/progress.ts';
import { unlessOpen } from '../storage/open-dataset.ts';
import { problemInWords, type EmbeddingStorage } from './embedding-cache.ts';
import type { EncoderEnvironment, TextEmbedder } from './text-embedder.ts';

/** Bundled data sets, in the order of the page's list. */
export const BUNDLED = ['reviews', 'support', 'spam', 'shortcut', 'names'] as const;

/** A data set to be kept. */
export interface ToKeep {
  readonly dataset: Dataset;
  /** What the user knows it by, for messages. */
  readonly called: string;
  readonly origin: DatasetOrigin | null;
  /** The cache, if not the page's own. */
  readonly embeddings?: EmbeddingStorage;
}

/** All data sets that can be opened: bundled ones, those in storage, and those that storage refused, kept for this visit. */
export class DatasetShelf {
  private readonly unsaved = new Map<string, LoadedDataset>();

  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly embedder: TextEmbedder,
  ) {}

  /** Bundled data sets first, then imported ones, newest first. */
  async list(): Promise<readonly DatasetEntry[]> {
    const bundled = await Promise.all(
      BUNDLED.map(async (id) => {
        const { name, description, rows, lesson, caution, licence } = v.parse(listedSchema, JSON.parse(new TextDecoder().decode(await this.fetchBytes(`datasets/${id}/manifest.json`))));
        return { id, name, description, rows, bundled: true, about: { lesson, caution, licence, readme: `${this.environment.siteUrl}datasets/${id}/README.txt` }, caution };
      }),
    );
    const imported = await this.environment.storage.datasets.listDatasets().catch(() => []);
    const saved = new Set(imported.map(({ id }) => id)); // an earlier import's, or another tab's
    const unsaved = [...this.unsaved.values()]
      .filter(({ dataset }) => !saved.has(dataset.id))
      .map(({ dataset: { id, name, examples }, origin }) => ({
        id,
        name,
        rows: examples.length,
        description: 'Your own examples. They could not be saved: a reload loses them.',
        bundled: false,
        about: null,
        caution: cautionOf(origin),
      }));
    return [...bundled, ...unsaved, ...imported.map(({ id, name, rows, origin }) => ({ id, name, rows, description: ownInWords(origin), bundled: false, about: null, caution: cautionOf(origin) }))];
  }

  /** Embeds what is not embedded yet. @throws HeldoutError 'bad-input' when it is no longer kept */
  async open(id: string, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    const ready = await this.openReady(id);
    if (ready) return { ...ready, origin: withoutLeftOut(ready.origin) };
    const dataset = await this.stored(id);
    const heldOut = checkSplits(dataset, dataset.name);
    const origin = await this.origin(id);
    const { features, storageProblem } = await this.embedder.embed(textsOf(dataset), onProgress, signal);
    return { dataset, features, defaultHeldOut: heldOut, origin: withoutLeftOut(origin), storageProblem };
  }

  /** A data set whose embeddings are at hand, as what is handed on; null for one in storage. */
  async openReady(id: string): Promise<LoadedDataset | null> {
    if ((BUNDLED as readonly string[]).includes(id)) return this.openBundled(id);
    const unsaved = this.unsaved.get(id);
    return unsaved ? { ...unsaved, features: unsaved.features.slice() } : null;
  }

  /** The rows of a listed data set. @throws HeldoutError 'bad-input' when it is no longer kept */
  async rows(id: string): Promise<Dataset> {
    return (await this.openReady(id))?.dataset ?? this.stored(id);
  }

  /** How a listed data set came about; null where that is not known. */
  async origin(id: string): Promise<DatasetOrigin | null> {
    return this.unsaved.get(id)?.origin ?? this.environment.storage.datasets.getOrigin(id).catch(() => null);
  }

  /**
   * Embeds and stores a new data set; where storage refuses it, it is kept for this visit.
   * @throws HeldoutError 'bad-file' when no head could be trained on it, before anything is embedded
   */
  async keep({ dataset, called, origin, embeddings }: ToKeep, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    const heldOut = checkSplits(dataset, called);
    const embedded = await this.embedder.embed(textsOf(dataset), onProgress, signal, embeddings);
    const loaded = { dataset, features: embedded.features, defaultHeldOut: heldOut, origin };
    const refused = await this.environment.storage.datasets.putDataset(dataset, this.environment.dateMs(), origin).then(() => null, problemInWords);
    if (refused === null) this.unsaved.delete(dataset.id);
    else this.unsaved.set(dataset.id, { ...loaded, features: loaded.features.slice(), storageProblem: null });
    return { ...loaded, origin: withoutLeftOut(origin), storageProblem: refused ?? embedded.storageProblem };
  }

  /** Tries again to store what storage refused: there may be room now. What it refuses again stays for this visit. */
  async storeUnsaved(): Promise<void> {
    for (const [id, loaded] of this.unsaved) {
      const { dataset, features, origin } = loaded;
      const isDue = (): boolean => this.unsaved.get(id) === loaded; // not deleted, nor kept anew, meanwhile
      try {
        await this.environment.storage.embeddings.putEmbeddings(textsOf(dataset).map((text) => embeddingKey(ENCODER_VERSION, text)), features);
        if (isDue()) await this.environment.storage.datasets.putDataset(dataset, this.environment.dateMs(), origin);
      } catch {
        return;
      }
      if (isDue()) this.unsaved.delete(id);
    }
  }

  /** Forgets an imported data set and its runs, wherever it is kept, and stores what now has room. */
  async delete(id: string): Promise<void> {
    const wasUnsaved = this.unsaved.delete(id);
    try {
      await this.environment.storage.datasets.deleteDataset(id);
    } catch (error) {
      if (!wasUnsaved) throw error;
      return; // where nothing can be stored, this visit's was the only one
    }
    await this.storeUnsaved();
  }

  /** Forgets what storage refused. */
  forgetUnsaved(): void {
    this.unsaved.clear();
  }

  /** Forgets a data set that a remedy made and of which nothing was made since, and stores what now has room. One that is open in any tab stays, and one that storage refused for the visit. @returns whether it is gone */
  async deleteUnused(id: string): Promise<boolean> {
    const isGone = !this.unsaved.has(id) && ((await unlessOpen(id, () => this.environment.storage.datasets.deleteUnused(id)).catch(() => null)) ?? false);
    if (isGone) await this.storeUnsaved();
    return isGone;
  }

  private async stored(id: string): Promise<Dataset> {
    const dataset = await this.environment.storage.datasets.getDataset(id);
    if (!dataset) throw new HeldoutError('bad-input', 'This data set is no longer kept in this browser.', 'Import its file again.');
    return dataset;
  }

  private async openBundled(id: string): Promise<LoadedDataset> {
    const [csv, manifestBytes] = await Promise.all([this.fetchBytes(`datasets/${id}/${id}.csv`), this.fetchBytes(`datasets/${id}/manifest.json`)]);
    const { dataset, manifest } = await readBundled(new TextDecoder().decode(csv), JSON.parse(new TextDecoder().decode(manifestBytes)));
    const bytes = await this.fetchBytes(`datasets/${id}/${manifest.embeddings.file}`);
    return { dataset, features: readBundledEmbeddings(bytes, manifest), defaultHeldOut: defaultHeldOut(dataset), origin: null, storageProblem: null };
  }

  private async fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(this.environment.siteUrl + path).catch(() => null);
    if (!response?.ok) throw new HeldoutError('model-download', `The file ${path} could not be downloaded.`, 'Check the connection and reload the page.');
    return new Uint8Array(await response.arrayBuffer());
  }
}

function textsOf({ examples }: Dataset): string[] {
  return examples.map(({ text }) => text);
}

/** Refuses data that no head could be trained on, before the long work of embedding it. */
function checkSplits(dataset: Dataset, name: string): string {
  const heldOut = heldOutOrProblem(dataset);
  if (typeof heldOut === 'string') return heldOut;
  throw new HeldoutError('bad-file', `${name} cannot be split. ${heldOut.message}`, heldOut.remedy, { file: name });
}

/** The part of a bundled manifest that the list shows; `readBundled` checks the rest. */
const listedSchema = v.object({ ...BundledAboutSchema.entries, rows: v.number() });
