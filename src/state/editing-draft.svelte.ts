import { edited, NO_EDITS, redoable, redone, replayed, rowsBefore, rowsNow, undoable, undone, type Draft, type EditHistory } from '../core/editing/history.ts';
import type { DraftRows } from '../core/editing/draft-rows.ts';
import type { RowEdit } from '../core/editing/row-edit.ts';
import type { Dataset } from '../core/examples.ts';
import { breathe } from '../core/breathe.ts';
import { counted } from '../core/format.ts';
import type { DraftApi } from '../protocol/drafts.ts';
import { DraftKeeper, type Keeping } from './draft-keeper.ts';
import { errorInWords } from './error-in-words.ts';
import { firstSlice, inSlices } from './in-slices.ts';
import type { Notices } from './notices.svelte.ts';

const OVERTAKEN = 'These examples were edited in another tab at the same time. That tab’s edits are shown now; the last edit here is not among them.';
const UNREADABLE = 'Edits that were kept of these examples do not fit them any more, and are left out.';

/** Milliseconds within which an edit is made at once: what a press does besides takes its time too. */
const AT_ONCE = 2;

/** One data set's draft: read back from the last visit, replayed when its rows are asked for, and kept after each edit. */
export class EditingDraft {
  keeping = $state<Keeping>('kept');
  /** Why edits are not kept, or not as they were made; '' when all is well. */
  trouble = $state('');
  /** What was done last, for those who do not see it. */
  said = $state('');
  /** As it was read back; what counts until the rows are asked for. */
  private kept = $state.raw<Draft>(NO_EDITS);
  private history = $state.raw<EditHistory | null>(null);
  private discarded = $state.raw<Draft | null>(null);
  private keeper: DraftKeeper | null = null;
  private readonly reading: Promise<void>;
  private isGone = false;
  /** What `trouble` says while storage refuses. */
  private refusal = '';
  /** An edit of very many rows that is being made. */
  private working: Promise<void> | null = null;

  /** @param onRows called whenever the rows are others. @param onRows.follow a row that was added just now */
  constructor(
    readonly dataset: Dataset,
    private readonly drafts: DraftApi,
    private readonly notices: Notices,
    private readonly onRows: (now: DraftRows, before: DraftRows, follow?: number) => void,
  ) {
    this.reading = this.read();
  }

  /** The draft itself, as it is kept. */
  get current(): Draft {
    const { edits, at } = this.history ?? this.kept;
    return { edits, at };
  }

  /** Edits that were discarded just now and can be brought back. */
  get discardedEdits(): number {
    return this.discarded?.at ?? 0;
  }

  /** The rows as they are now; null until `replay` has been called. */
  get rows(): DraftRows | null {
    return this.history && rowsNow(this.history);
  }

  /** The rows as the data set has them. */
  get rowsBefore(): DraftRows | null {
    return this.history && rowsBefore(this.history);
  }

  /** Makes the rows ready to be shown and edited. */
  async replay(): Promise<void> {
    await this.reading;
    if (!this.history) await this.put(this.kept);
  }

  /** Makes an edit, at once where it is not of very many rows. Rows that are not there any more are left out of it. */
  apply(edit: RowEdit): void {
    this.inTurn((history) => {
      const added = edit.kind === 'add' ? rowsNow(history).table.size : undefined;
      const done = (after: EditHistory): null => (after === history ? null : this.move(after, `${undoable(after)}.`, added));
      const work = edited(history, edit);
      const atOnce = firstSlice(work, AT_ONCE);
      if (atOnce) return done(atOnce.value);
      const isWanted = (): boolean => this.history === history;
      return breathe().then(() => (isWanted() ? inSlices(work, isWanted) : null)).then((after) => after && done(after));
    });
  }

  undo(): void {
    this.inTurn((history) => {
      const what = undoable(history);
      return what === null ? null : this.move(undone(history), `Undone: ${what}.`);
    });
  }

  redo(): void {
    this.inTurn((history) => {
      const what = redoable(history);
      return what === null ? null : this.move(redone(history), `Done again: ${what}.`);
    });
  }

  /** Forgets all edits; they can be brought back until the next one, or until another data set is opened. */
  async discard(): Promise<void> {
    await this.working;
    const { current } = this;
    if (current.edits.length === 0) return;
    this.keep(null);
    this.discarded = current;
    this.said = '';
    await this.put(NO_EDITS);
    await this.keeper?.settled();
    // Said when a reload would not bring them back any more.
    if (this.discarded === current) this.said = `Discarded ${counted(current.at, 'edit')}.`;
  }

  async bringBack(): Promise<void> {
    const { discarded } = this;
    if (!discarded) return;
    this.keep(discarded);
    this.said = `Brought back ${counted(discarded.at, 'edit')}.`;
    await this.put(discarded);
    if (this.discarded === discarded) this.discarded = null;
  }

  /** Keeps a draft, or takes the kept one away, and nothing more. */
  keep(draft: Draft | null): void {
    this.keeper?.keep(draft);
  }

  /** Keeps what storage refused, now that there may be room; resolves when that is over. */
  async keepAgain(): Promise<void> {
    this.keeper?.keepAgain();
    await this.keeper?.settled();
  }

  /** Resolves when no edit is being made, and nothing is left to be written. */
  async settled(): Promise<void> {
    await this.working;
    await this.keeper?.settled();
  }

  /** Another data set is shown: what goes wrong from here on is told by notices. */
  leave(): void {
    this.isGone = true;
  }

  private async read(): Promise<void> {
    // Where storage is refused there is no draft; that nothing is kept is told at the first edit.
    const stored = await this.drafts.read(this.dataset.id).catch(() => null);
    this.kept = stored ?? NO_EDITS;
    this.keeping = 'kept';
    this.keeper = new DraftKeeper(this.drafts, this.dataset.id, stored?.revision ?? 0, {
      changed: (keeping) => {
        this.keeping = keeping;
        if (keeping === 'kept' && this.trouble === this.refusal) this.trouble = '';
      },
      refused: (error) => {
        if (this.isGone) this.notices.error(error);
        else this.trouble = this.refusal = errorInWords(error);
      },
      overtaken: () => void this.startAgain(),
    });
  }

  /** Takes over what another tab has kept. */
  private async startAgain(): Promise<void> {
    if (this.isGone) return this.notices.problem(OVERTAKEN, '');
    const wasReplayed = this.history !== null;
    this.discarded = null;
    await this.read();
    this.trouble = OVERTAKEN;
    this.history = null;
    if (wasReplayed) await this.put(this.kept);
  }

  /** Puts a draft in the place of the one before; where rows are shown, those of it. */
  private async put(draft: Draft): Promise<void> {
    this.kept = draft;
    try {
      const history = await inSlices(replayed(this.dataset, draft), () => this.kept === draft && !this.isGone);
      if (history) this.show(history);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.trouble = UNREADABLE;
      await this.put(NO_EDITS);
    }
  }

  /** Does something with the rows, after what takes longer and was asked for before. */
  private inTurn(action: (history: EditHistory) => Promise<unknown> | null): void {
    const run = (): Promise<unknown> | null => this.history && action(this.history);
    const work = this.working ? this.working.then(run) : run();
    if (!work) return;
    const working: Promise<void> = work
      .then(() => {}, (error: unknown) => this.notices.error(error))
      .finally(() => {
        if (this.working === working) this.working = null;
      });
    this.working = working;
  }

  private move(history: EditHistory, said: string, follow?: number): null {
    this.trouble = '';
    this.discarded = null;
    this.said = said;
    this.keep({ edits: history.edits, at: history.at });
    this.show(history, follow);
    return null;
  }

  private show(history: EditHistory, follow?: number): void {
    this.history = history;
    this.onRows(rowsNow(history), rowsBefore(history), follow);
  }
}
