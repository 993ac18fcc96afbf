import { Database } from './database.ts';
import { DatasetStore } from './datasets.ts';
import { DomainTableStore } from './domain-tables.ts';
import { EmbeddingStore } from './embeddings.ts';
import { LookStore } from './looks.ts';
import { ModelCache } from './model-cache.ts';
import { RunStore } from './runs.ts';
import { SealStore } from './seals.ts';
import { SettingStore } from './settings.ts';

export interface Usage {
  /** What the browser says that this origin uses and may use; null where it does not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  readonly datasets: number;
  readonly embeddings: number;
  readonly runs: number;
}

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
  }

  /** @throws HeldoutError 'storage-unavailable'. */
  async usage(): Promise<Usage> {
    const [estimate, embeddings, [datasets, runs]] = await Promise.all([
      // Absent on insecure origins.
      (navigator.storage as StorageManager | undefined)?.estimate().catch(() => undefined),
      this.embeddings.countEmbeddings(),
      this.database.transact(['datasets', 'runs'], 'readonly', (tx) => Promise.all([tx.objectStore('datasets').count(), tx.objectStore('runs').count()])),
    ]);
    return { usedBytes: estimate?.usage ?? null, quotaBytes: estimate?.quota ?? null, datasets, embeddings, runs };
  }

  /** Closes the connection; the next use opens it again. */
  close(): Promise<void> {
    return this.database.close();
  }
}
