import * as v from 'valibot';
import { NO_EDITS, type Draft } from '../core/editing/history.ts';
import { embeddingKey } from '../data/embedding-key.ts';
import { ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import type { DraftApi, StoredDraft } from '../protocol/drafts.ts';
import { draftSchema, revisionSchema } from './draft-schema.ts';
import type { EncoderEnvironment } from './text-embedder.ts';

/** Keeps drafts in storage, behind DraftApi. */
export class DraftService implements DraftApi {
  constructor(private readonly environment: Pick<EncoderEnvironment, 'storage' | 'dateMs'>) {}

  async read(datasetId: string): Promise<StoredDraft | null> {
    const kept = await this.environment.storage.drafts.getDraft(datasetId);
    if (kept === undefined) return null;
    const checked = v.safeParse(draftSchema, kept);
    return checked.success ? checked.output : { ...NO_EDITS, ...v.parse(revisionSchema, kept) };
  }

  write(datasetId: string, draft: Draft | null, after: number): Promise<number | null> {
    const { storage, dateMs } = this.environment;
    return storage.drafts.replaceDraft(datasetId, draft, after, dateMs());
  }

  async countToEmbed(texts: readonly string[]): Promise<number> {
    const keys = texts.map((text) => embeddingKey(ENCODER_VERSION, text));
    const known = await this.environment.storage.embeddings.getEmbeddings(keys);
    return known.filter((vector) => vector === undefined).length;
  }
}
