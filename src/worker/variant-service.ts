import { needsSynonyms } from '../core/augment/kinds.ts';
import { NO_SYNONYMS } from '../core/augment/synonyms.ts';
import { variantAt, variantCount, type VariantSource } from '../core/augment/variants.ts';
import { trainableRows } from '../core/splits.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { EmbeddedVariants, VariantApi, VariantRequest } from '../protocol/variants.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import { explained } from './explained.ts';
import type { Jobs } from './jobs.ts';
import type { SynonymLoader } from './synonym-loader.ts';
import type { TextEmbedder } from './text-embedder.ts';

/** Makes the augmented texts of a run and embeds them. */
export class VariantService implements VariantApi {
  /** What was asked about last: a run asks many times in a row. */
  private last: { readonly key: string; readonly source: Promise<VariantSource> } | null = null;

  constructor(
    private readonly jobs: Jobs,
    private readonly embedder: TextEmbedder,
    private readonly shelf: DatasetShelf,
    private readonly synonyms: Pick<SynonymLoader, 'get'>,
  ) {}

  embed(request: VariantRequest, job: string, onProgress: OnProgress): Promise<EmbeddedVariants> {
    const { kind, strength, from } = request;
    return this.jobs.run(job, async (signal) => {
      const source = await this.sourceOf(request);
      const total = variantCount(source);
      const variants = Array.from({ length: Math.max(0, Math.min(request.to, total) - from) }, (_, i) => variantAt(source, kind, strength, from + i));
      signal.throwIfAborted();
      const texts = variants.flatMap(({ text }) => (text === null ? [] : [text]));
      const { features, storageProblem } = await this.embedder.embed(texts, onProgress, signal);
      return {
        kind,
        strength,
        from,
        total,
        source: Uint32Array.from(variants, ({ row }) => row),
        has: Uint8Array.from(variants, ({ text }) => (text === null ? 0 : 1)),
        features,
        storageProblem,
      };
    });
  }

  async cancel(job: string): Promise<void> {
    this.jobs.cancel(job);
  }

  private sourceOf({ datasetId, heldOutDomain, seed, kind }: VariantRequest): Promise<VariantSource> {
    const key = JSON.stringify([datasetId, heldOutDomain, seed, needsSynonyms(kind)]);
    if (this.last?.key !== key) {
      const source = this.makeSource(datasetId, heldOutDomain, seed, needsSynonyms(kind));
      this.last = { key, source };
      source.catch(() => {
        if (this.last?.source === source) this.last = null;
      });
    }
    return this.last.source;
  }

  private async makeSource(datasetId: string, heldOutDomain: string, seed: number, withSynonyms: boolean): Promise<VariantSource> {
    const [dataset, synonyms] = await Promise.all([this.shelf.rows(datasetId), withSynonyms ? this.synonyms.get() : NO_SYNONYMS]);
    return { texts: dataset.examples.map(({ text }) => text), rows: explained(() => trainableRows(dataset, heldOutDomain)), seed, synonyms };
  }
}
