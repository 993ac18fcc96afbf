import { NO_CHOICES, planWithChoices, withReading, type ImportChoices } from '../core/import-choices.ts';
import type { FileReading, ImportPlan, ImportPreview, Origin, Role } from '../core/import-plan.ts';
import { problemOf } from '../core/import-problem.ts';
import { filesInWords } from '../core/import-words.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { ImportApi, ImportSource } from '../protocol/imports.ts';
import { causedOutside } from './caused-outside.ts';
import type { DatasetHost } from './dataset-host.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** The name under which pasted text is read. */
const PASTED = 'pasted text';

/** Files, what their beginnings look like, and what the user has decided about them. */
interface ImportDraft {
  readonly sources: readonly ImportSource[];
  /** How the files are to be read, one a file; null for as detected. */
  readonly readings: readonly (FileReading | null)[];
  readonly preview: ImportPreview;
  readonly choices: ImportChoices;
}

/** From files or pasted text to a data set: a look at their beginnings, the user's choices, the import itself. */
export class ImportState {
  /** Looking at the beginnings of files. */
  readonly job: Job;
  /** What is open: nothing, the field to paste into, or the preview. */
  view = $state<'closed' | 'paste' | 'preview'>('closed');
  /** What was pasted; stays until it is imported. */
  pasted = $state('');
  /** Why pasted text could not be looked at, or files not be looked at anew, or the import failed that is to be changed; null when all is well. */
  trouble = $state.raw<HeldoutError | null>(null);
  private draft = $state.raw<ImportDraft | null>(null);
  /** Looks that were begun or broken off: only the last one's result is shown. */
  private looks = 0;

  /** The import as it would be carried out now. */
  readonly plan = $derived<ImportPlan | null>(this.draft && planWithChoices(this.draft.preview, this.draft.choices));
  /** What is missing for it; '' for nothing. */
  readonly problem = $derived(this.draft && this.plan ? problemOf(this.plan, this.files) : '');

  constructor(
    private readonly imports: ImportApi,
    private readonly notices: Notices,
    private readonly host: Pick<DatasetHost, 'job' | 'takeImported'>,
    /** Called when a data set was imported and is the current one. */
    private readonly follow: () => void,
  ) {
    this.job = new Job((job) => imports.cancel(job));
  }

  /** Beginnings of the files. */
  get files(): ImportPreview['files'] {
    return this.draft?.preview.files ?? [];
  }

  /** Whether pasted text is being imported, not files. */
  get isPasted(): boolean {
    return typeof this.draft?.sources[0]?.content === 'string';
  }

  /** Looks at files and opens their preview. Where that is impossible, a notice says why. */
  async choose(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    try {
      await this.look(files.map((file) => ({ name: file.name, content: file })));
    } catch (error) {
      this.notices.error(error);
    }
  }

  /** Opens the field to paste into, with what was pasted before. */
  paste(): void {
    this.trouble = null;
    this.view = 'paste';
  }

  /** Looks at what was pasted and opens its preview. */
  async lookAtPasted(): Promise<void> {
    await this.try(() => this.look([{ name: PASTED, content: this.pasted }]));
  }

  /** Reads one file, or all of them, otherwise than before. Where they cannot be looked at, as when they are gone, they stay as they were. */
  async read(file: number, reading: FileReading, all = false): Promise<void> {
    const { draft } = this;
    if (!draft) return;
    const readings = all ? draft.readings.map(() => reading) : withReading(draft.readings, file, reading);
    this.draft = { ...draft, readings }; // so that what is changed meanwhile adds to it
    await this.try(() => this.look(draft.sources, readings));
    if (this.trouble && this.draft) this.draft = { ...this.draft, readings: this.files.map((known) => known.reading) };
  }

  /** Goes on without one of several files. */
  async leaveOut(file: number): Promise<void> {
    const { draft } = this;
    if (!draft || draft.sources.length < 2) return;
    const others = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== file);
    await this.try(() => this.look(others(draft.sources), others(draft.readings)));
  }

  chooseName(name: string): void {
    this.decide({ name });
  }

  chooseOrigin(role: Role, origin: Origin): void {
    this.decide({ origins: { ...this.draft?.choices.origins, [role]: origin } });
    this.trouble = null;
  }

  chooseMerging(mergeSpellings: boolean): void {
    this.decide({ mergeSpellings });
    this.trouble = null;
  }

  /** Nothing is imported. */
  close(): void {
    this.looks++;
    this.job.cancel();
    this.view = 'closed';
    this.trouble = null;
  }

  /** Imports what is in the preview as it was decided, under the page's job. */
  async import(): Promise<void> {
    const { draft, plan } = this;
    if (!draft || !plan || this.problem !== '' || this.job.busy) return;
    this.close();
    await this.carryOut(draft, plan);
  }

  private async carryOut(draft: ImportDraft, plan: ImportPlan): Promise<void> {
    const { sources } = draft;
    try {
      const title = `Importing ${filesInWords(sources.map(({ name }) => name))}`;
      const imported = await this.host.job.run(title, (job, onProgress) => this.imports.run(sources, plan, job, onProgress));
      await this.host.takeImported(imported);
      if (sources.some(({ content }) => content === this.pasted)) this.pasted = '';
      this.follow();
    } catch (error) {
      const again = { label: 'Try again', run: () => void this.carryOut(draft, plan) };
      const change = { label: 'Change the import', run: () => this.open(draft, error instanceof HeldoutError ? error : null) };
      this.notices.error(error, causedOutside(error) ? again : change);
    }
  }

  private open(draft: ImportDraft, trouble: HeldoutError | null = null): void {
    this.draft = draft;
    this.trouble = trouble;
    this.view = 'preview';
  }

  private decide(choices: Partial<ImportChoices>): void {
    if (this.draft) this.draft = { ...this.draft, choices: { ...this.draft.choices, ...choices } };
  }

  /** @param readings null for a first look */
  private async look(sources: readonly ImportSource[], readings: ImportDraft['readings'] | null = null): Promise<void> {
    const look = ++this.looks;
    const title = `Looking at ${filesInWords(sources.map(({ name }) => name))}`;
    const asked = readings ?? sources.map(() => null);
    try {
      const preview = await this.job.run(title, (job) => this.imports.preview(sources, asked, job));
      if (look === this.looks) this.open({ sources, readings: asked, preview, choices: (readings && this.draft?.choices) ?? NO_CHOICES });
    } catch (error) {
      if (look === this.looks) throw error;
    }
  }

  /** Does something, and tells in the open dialog what goes wrong. */
  private async try(action: () => Promise<void>): Promise<void> {
    this.trouble = null;
    try {
      await action();
    } catch (error) {
      if (!(error instanceof HeldoutError)) this.notices.error(error);
      else if (error.code !== 'cancelled') this.trouble = error;
    }
  }
}
