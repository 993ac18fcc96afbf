import { applyEdit, type DatasetDraft } from '../core/dataset-edits.ts';
import { cleanedName, editOrigin, freeName, remedyOrigin, type DatasetOrigin } from '../core/dataset-origin.ts';
import { leftOutOf } from '../core/left-out.ts';
import type { Remedy } from '../core/quality/report.ts';
import { contentId } from '../data/dataset-id.ts';
import { ENCODER_VERSION } from '../engine/encoder/version.ts';
import type { LoadedDataset } from '../protocol/encoder.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import { withVectorsOf } from './known-vectors.ts';
import type { EncoderEnvironment } from './text-embedder.ts';
import { workInTurns } from './work-in-turns.ts';

/** Makes data sets of listed ones. */
export class DatasetMaker {
  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly shelf: DatasetShelf,
  ) {}

  /** Applies a remedy to a listed data set. @throws HeldoutError 'bad-input' when it is no longer kept, 'bad-file' when the result cannot be split */
  async clean(id: string, remedy: Remedy, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    const dataset = await this.shelf.rows(id);
    const before = await this.shelf.origin(id);
    const origin = remedyOrigin({ name: dataset.name, origin: before, caution: await this.caution(id) }, id, remedy);
    const draft = await workInTurns(applyEdit(dataset, remedy.edit, cleanedName(origin), leftOutOf(before)?.rows), { nowMs: this.environment.nowMs, signal });
    return this.keep(draft, id, origin, onProgress, signal);
  }

  /** Keeps edited rows of a listed data set. @throws HeldoutError 'bad-file' when they cannot be split */
  async keepEdited(draft: DatasetDraft, from: string, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    return this.keep(draft, from, editOrigin(await this.caution(from)), onProgress, signal);
  }

  /**
   * Embeds and keeps rows that come from a listed data set, under a name that no other has. One with the same rows that is kept already
   * keeps its name, and what is known of its import.
   * @param from its embeddings are used again. @throws HeldoutError 'bad-file' when it cannot be split
   */
  private async keep(draft: DatasetDraft, from: string, origin: DatasetOrigin | null, onProgress: OnProgress, signal: AbortSignal): Promise<LoadedDataset> {
    const id = await contentId(draft.examples, signal);
    const { datasets, embeddings } = this.environment.storage;
    const known = await datasets.getDataset(id).catch(() => undefined);
    const before = known ? await this.shelf.origin(id) : null;
    const dataset = known ?? { ...draft, id, name: freeName(draft.name, await this.otherNames(id)) };
    const source = await this.shelf.openReady(from);
    // What the user imported or edited does not become a remedy's.
    const kept = !known || before?.kind === 'remedy' ? origin : before;
    return this.shelf.keep(
      { dataset, called: dataset.name, origin: kept, embeddings: source ? withVectorsOf(source, ENCODER_VERSION, embeddings) : embeddings },
      onProgress,
      signal,
    );
  }

  private async caution(id: string): Promise<string | null> {
    return (await this.shelf.list()).find((entry) => entry.id === id)?.caution ?? null;
  }

  private async otherNames(id: string): Promise<ReadonlySet<string>> {
    const listed = await this.shelf.list();
    return new Set(listed.flatMap((entry) => (entry.id === id ? [] : [entry.name])));
  }
}
