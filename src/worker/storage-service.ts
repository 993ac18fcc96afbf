import type { Freeable, StorageApi, StorageUsage } from '../protocol/storage.ts';
import { BUNDLED, type DatasetShelf } from './dataset-shelf.ts';
import type { EncoderEnvironment } from './text-embedder.ts';

/** Tells what is kept, and frees it. */
export class StorageService implements StorageApi {
  /** Names of bundled data sets by their content ids, once they are asked for. */
  private bundledNames: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly shelf: DatasetShelf,
  ) {}

  async usage(): Promise<StorageUsage> {
    const usage = await this.environment.storage.usage();
    if (usage.datasets.every(({ name }) => name !== null)) return usage;
    const names = await (this.bundledNames ??= this.namesOfBundled());
    return { ...usage, datasets: usage.datasets.map((own) => ({ ...own, name: own.name ?? names.get(own.datasetId) ?? null })) };
  }

  async free(what: Freeable): Promise<void> {
    if (what.kind === 'dataset') return this.shelf.delete(what.datasetId);
    await this.environment.storage.free(what);
    if (what.kind === 'everything') this.shelf.forgetUnsaved();
    else await this.shelf.storeUnsaved();
  }

  /** One that cannot be fetched stays without a name. */
  private async namesOfBundled(): Promise<ReadonlyMap<string, string>> {
    const sets = await Promise.all(BUNDLED.map((id) => this.shelf.rows(id).catch(() => null)));
    return new Map(sets.flatMap((dataset) => (dataset ? [[dataset.id, dataset.name]] : [])));
  }
}
