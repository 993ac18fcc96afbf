import { hasChanges, newTexts } from '../core/editing/changes.ts';
import { rowsProblem } from '../core/editing/checks.ts';
import { editedDataset, type DraftRows } from '../core/editing/draft-rows.ts';
import { NO_EDITS, type Draft } from '../core/editing/history.ts';
import type { ChosenRows } from '../core/editing/view-query.ts';
import { counted } from '../core/format.ts';
import { breathe } from '../core/breathe.ts';
import type { DraftApi } from '../protocol/drafts.ts';
import type { EncoderApi } from '../protocol/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { DatasetHost } from './dataset-host.ts';
import { EditingDraft } from './editing-draft.svelte.ts';
import { EditorView } from './editor-view.svelte.ts';
import { errorInWords } from './error-in-words.ts';
import { finishedInSlices, inSlices } from './in-slices.ts';
import type { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** The editor of the current data set's examples: its draft, what is on show of it, and the data set that is made of it. */
export class Editor {
  readonly view = new EditorView();
  isOpen = $state(false);
  /** Edits of the current data set; null before there is one. */
  draft = $state.raw<EditingDraft | null>(null);
  /** Why no data set was made; '' when all is well. */
  trouble = $state('');
  /** Texts that making a data set would embed; null while they are being counted. */
  toEmbed = $state<number | null>(0);
  private entryId = '';
  private counted = 0;
  /** Takes back the offer to undo the making of the current data set. */
  private withdrawUndo = (): void => {};

  /** Why no data set can be made of the rows as they are; '' when nothing is known against it. */
  readonly problem = $derived.by(() => {
    const [now, before] = [this.draft?.rows, this.draft?.rowsBefore];
    if (!now || !before) return '';
    return hasChanges(before.table, now.table) ? rowsProblem(now) : 'The examples are as they were: there is nothing to save.';
  });

  constructor(
    private readonly encoder: Pick<EncoderApi, 'saveDataset'>,
    private readonly drafts: DraftApi,
    private readonly notices: Notices,
    private readonly host: Pick<DatasetHost, 'job' | 'current' | 'isListed' | 'open' | 'take' | 'attempt'>,
  ) {}

  /** Edits in force that are not saved as a data set yet. */
  get edits(): number {
    return (this.draft?.current ?? NO_EDITS).at;
  }

  /** The page's long call, under which the edited examples are saved. */
  get job(): Job {
    return this.host.job;
  }

  /** Turns to the current data set and to what is kept of edits of it. */
  follow(): void {
    const current = this.host.current();
    this.withdrawUndo();
    this.draft?.leave();
    this.view.clear();
    this.isOpen = false;
    this.trouble = '';
    this.toEmbed = 0;
    this.entryId = current?.entryId ?? '';
    this.draft = current && new EditingDraft(current.dataset, this.drafts, this.notices, (now, before, follow) => this.show(now, before, follow));
  }

  /** Shows the editor. @param only rows of the current data set that it shows at first, equal texts side by side; null for what it showed last */
  async open(only: ChosenRows | null = null): Promise<void> {
    this.isOpen = true;
    this.trouble = '';
    if (only) this.view.choose(only);
    await this.draft?.replay();
  }

  /** Hides the editor; the draft stays. */
  close(): void {
    this.isOpen = false;
  }

  /** Makes a data set of the edited examples, which becomes the current one. The one that was edited stays as it is. */
  async use(): Promise<void> {
    const { draft, entryId } = this;
    await draft?.settled();
    if (!draft?.rows || this.problem !== '' || this.job.busy) return;
    const { dataset, rows, current } = draft;
    this.trouble = '';
    try {
      const loaded = await this.job.run('Saving the edited examples', async (job, onProgress) => {
        const result = await finishedInSlices(editedDataset(dataset.name, rows));
        return this.encoder.saveDataset(result, entryId, job, onProgress);
      });
      await breathe(); // unpacking what comes, closing, and showing another data set have turns of their own
      this.close();
      await breathe();
      await this.host.take(loaded);
      if (loaded.storageProblem === null) draft.keep(null);
      const made = `“${loaded.dataset.name}” has ${counted(loaded.dataset.examples.length, 'example')}`;
      const text = `${made}; “${dataset.name}” is kept as it was, and can be chosen again under “Data set”.`;
      this.notices.clearInfo();
      this.withdrawUndo = this.notices.offer(text, { label: 'Undo', run: () => void this.back(entryId, draft, current) });
    } catch (error) {
      if (!this.isOpen) this.notices.error(error);
      else if (!(error instanceof HeldoutError && error.code === 'cancelled')) this.trouble = errorInWords(error);
    }
  }

  /** Back to the data set that was edited, with the edits as they were. */
  private async back(entryId: string, draft: EditingDraft, edits: Draft): Promise<void> {
    await this.host.attempt(async () => {
      if (this.host.isListed(entryId)) draft.keep(edits);
      await draft.settled();
      await this.host.open(entryId);
    });
  }

  private show(now: DraftRows, before: DraftRows, follow?: number): void {
    this.trouble = '';
    void this.view.show(now, before, follow);
    void this.countTexts(now, before);
  }

  private async countTexts(now: DraftRows, before: DraftRows): Promise<void> {
    const turn = ++this.counted;
    const isWanted = (): boolean => turn === this.counted;
    this.toEmbed = null;
    await breathe(); // what is on show comes first
    if (!isWanted()) return;
    const texts = await inSlices(newTexts(before.table, now.table), isWanted);
    if (!texts) return;
    // Without storage nothing is cached.
    const count = texts.length === 0 ? 0 : await this.drafts.countToEmbed(texts).catch(() => texts.length);
    if (isWanted()) this.toEmbed = count;
  }
}
