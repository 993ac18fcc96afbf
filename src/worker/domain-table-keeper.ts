import type { TableEntry } from '../core/domain-table.ts';
import { HeldoutError } from '../protocol/errors.ts';

/** The part of storage that tables need. */
export interface TableStorage {
  putEntries(entries: ReadonlyMap<string, TableEntry>): Promise<void>;
  getEntries(datasetId: string): Promise<ReadonlyMap<string, TableEntry>>;
}

/** Entries of one data set's tables, in memory and, as far as that is possible, in storage. */
export class DomainTableKeeper {
  /** What could not be saved or read, in words for the page; null when all went well. */
  problem: string | null = null;
  private readonly entries = new Map<string, TableEntry>();

  constructor(
    private readonly storage: TableStorage,
    private readonly datasetId: string,
  ) {}

  /** Reads what is stored. What this keeper has put already stays. */
  async open(): Promise<void> {
    await this.attempt(async () => {
      for (const [key, entry] of await this.storage.getEntries(this.datasetId)) if (!this.entries.has(key)) this.entries.set(key, entry);
    });
  }

  /** @param kind of the entry that the key names */
  get<Kind extends TableEntry['kind']>(key: string, kind: Kind): Extract<TableEntry, { kind: Kind }> | null {
    const entry = this.entries.get(key);
    return entry?.kind === kind ? (entry as Extract<TableEntry, { kind: Kind }>) : null;
  }

  async put(entries: ReadonlyMap<string, TableEntry>): Promise<void> {
    for (const [key, entry] of entries) this.entries.set(key, entry);
    await this.attempt(() => this.storage.putEntries(entries));
  }

  /** Without storage all goes on, until the page is closed. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof HeldoutError)) throw error;
      this.problem = `${error.message} The table is not kept: a reload will lose it.`;
    }
  }
}
