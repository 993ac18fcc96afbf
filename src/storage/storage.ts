import type { Freeable, StorageUsage } from '../protocol/storage.ts';
import { Database } from './database.ts';
import { DatasetStore } from './datasets.ts';
import { DomainTableStore } from './domain-tables.ts';
import { DraftStore } from './drafts.ts';
import { EmbeddingStore } from './embeddings.ts';
import { Housekeeping } from './housekeeping.ts';
import { LookStore } from './looks.ts';
import { ModelCache } from './model-cache.ts';
import { ProjectStore } from './projects.ts';
import { RunStore } from './runs.ts';
import { SealStore } from './seals.ts';
import { SettingStore } from './settings.ts';

/** All that is kept between visits. Nothing is opened before the first use. */
export class Storage {
  private readonly database: Database;
  readonly datasets: DatasetStore;
  readonly embeddings: EmbeddingStore;
  readonly runs: RunStore;
  readonly looks: LookStore;
  readonly seals: SealStore;
  readonly domainTables: DomainTableStore;
  readonly settings: SettingStore;
  readonly drafts: DraftStore;
  readonly projects: ProjectStore;
  private readonly housekeeping: Housekeeping;
  readonly models = new ModelCache();

  /** @param name of the database; tests use their own. */
  constructor(name?: string) {
    this.database = new Database(name);
    this.datasets = new DatasetStore(this.database);
    this.embeddings = new EmbeddingStore(this.database);
    this.runs = new RunStore(this.database);
    this.looks = new LookStore(this.database);
    this.seals = new SealStore(this.database);
    this.domainTables = new DomainTableStore(this.database);
    this.settings = new SettingStore(this.database);
    this.drafts = new DraftStore(this.database);
    this.projects = new ProjectStore(this.database);
    this.housekeeping = new Housekeeping(this.database);
  }

  /** @throws HeldoutError 'storage-unavailable'. */
  async usage(): Promise<StorageUsage> {
    // Absent on insecure origins, and outside browsers.
    const manager = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined;
    const [estimate, embeddings, datasets, encoderBytes] = await Promise.all([
      manager?.estimate().catch(() => undefined),
      this.embeddings.measureEmbeddings(),
      this.housekeeping.measureDatasets(),
      this.models.bytes(),
    ]);
    return { usedBytes: estimate?.usage ?? null, quotaBytes: estimate?.quota ?? null, datasets, embeddings, encoderBytes };
  }

  /** Deletes for good. @throws HeldoutError see `Database.transact` */
  async free(what: Freeable): Promise<void> {
    switch (what.kind) {
      case 'dataset':
        return this.datasets.deleteDataset(what.datasetId);
      case 'runs':
        return this.housekeeping.deleteRuns(what.datasetId);
      case 'draft':
        return this.housekeeping.deleteDraft(what.datasetId);
      case 'embeddings':
        return this.embeddings.clearEmbeddings();
      case 'encoder':
        return this.models.clear();
      case 'everything':
        await this.housekeeping.deleteEverything();
        return this.models.clear();
    }
  }

  /** Closes the connection; the next use opens it again. */
  close(): Promise<void> {
    return this.database.close();
  }
}
