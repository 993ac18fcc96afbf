import type { Draft } from '../core/editing/history.ts';
import type { DraftApi } from '../protocol/drafts.ts';

/** What became of the last edit: it is in the browser's storage, on its way there, or was refused. */
export type Keeping = 'kept' | 'under way' | 'refused';

/** What the keeper tells. */
export interface KeeperEvents {
  changed(keeping: Keeping): void;
  /** Storage refused; editing can go on. */
  refused(error: unknown): void;
  /** Another tab has changed the draft: what was asked for since is not kept. */
  overtaken(): void;
}

/** Writes one data set's draft after each edit, one write at a time; of drafts that come faster than they are written, the last. */
export class DraftKeeper {
  private next: { readonly draft: Draft | null } | null = null;
  /** What storage has refused, with nothing after it. */
  private refused: { readonly draft: Draft | null } | null = null;
  private writing: Promise<void> | null = null;

  /** @param revision of the draft in storage, 0 for none */
  constructor(
    private readonly drafts: Pick<DraftApi, 'write'>,
    readonly datasetId: string,
    private revision: number,
    private readonly events: KeeperEvents,
  ) {}

  /** @param draft null to take away the one that is kept */
  keep(draft: Draft | null): void {
    this.next = { draft };
    this.refused = null;
    this.events.changed('under way');
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  /** Once more what storage refused last, if it did. */
  keepAgain(): void {
    if (this.refused) this.keep(this.refused.draft);
  }

  /** Resolves when nothing is left to be written. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async write(): Promise<void> {
    while (this.next) {
      const { draft } = this.next;
      this.next = null;
      try {
        const revision = await this.drafts.write(this.datasetId, draft, this.revision);
        if (revision === null) {
          this.next = null;
          return this.events.overtaken();
        }
        this.revision = revision;
        if (!this.next) this.events.changed('kept');
      } catch (error) {
        if (!this.next) this.refused = { draft };
        this.events.changed('refused');
        this.events.refused(error);
      }
    }
  }
}
