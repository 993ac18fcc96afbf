import { embeddingsInWords, missingInWords, openedInWords, unkeptInWords, type Told } from '../core/project-words.ts';
import type { ProjectApi, ProjectSize, SavedFile } from '../protocol/project.ts';
import type { TrainerApi } from '../protocol/trainer.ts';
import type { DatasetHost } from './dataset-host.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** The current data set and its runs as a file, and such files as the current data set. */
export class Project {
  /** A file being written, beside whatever the page is doing. */
  readonly job: Job;
  withEmbeddings = $state(true);
  /** About how large the file would be; null before that is known. */
  size = $state.raw<ProjectSize | null>(null);

  constructor(
    private readonly api: ProjectApi,
    private readonly trainer: Pick<TrainerApi, 'pause' | 'train' | 'save'>,
    private readonly run: RunState,
    private readonly notices: Notices,
    private readonly host: Pick<DatasetHost, 'job' | 'current' | 'takeProject' | 'attempt'>,
  ) {
    this.job = new Job((job) => api.cancel(job));
  }

  /** Whether files that were chosen are for `open`, by their names. */
  static isProject(files: readonly File[]): boolean {
    return files.some(({ name }) => /\.zip$/iu.test(name));
  }

  async measure(): Promise<void> {
    const current = this.host.current();
    if (!current) return;
    const size = await this.api.size(current.entryId).catch(() => null);
    if (this.host.current()?.entryId === current.entryId) this.size = size;
  }

  /** Writes the current data set with its runs as they are now. @returns null where that failed or was cancelled, which is explained */
  async save(): Promise<SavedFile | null> {
    return this.written('Writing the project file', async (entryId, job, onProgress) => {
      const { runId } = this.run;
      const unsaved = await this.trainer.save(); // the file has what is stored
      const file = await this.api.save(entryId, this.withEmbeddings, job, onProgress);
      if (unsaved && file.problem === null) this.tell(missingInWords(unsaved, file.runIds.includes(runId)));
      return file;
    });
  }

  /** Writes the current data set's rows. @returns null where that failed or was cancelled, which is explained */
  async saveCsv(): Promise<SavedFile | null> {
    return this.written('Writing the CSV file', (entryId, job) => this.api.saveCsv(entryId, job));
  }

  /** Takes a project file in, and makes its data set and its newest run the current ones. Where that fails, all stays as it was. */
  async open(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (!file) return;
    if (files.length > 1) {
      this.notices.problem('A project file is opened by itself.', 'Choose one project file, or files with examples only.');
      return;
    }
    await this.host.attempt(async () => {
      // The run at hand may be in the file, further along: it must not be saved over it.
      const goOn = await this.paused();
      try {
        const opened = await this.host.job.run(`Opening ${file.name}`, (job, onProgress) => this.api.open(file, job, onProgress));
        await this.host.takeProject(opened.entryId, opened.runId);
        if (opened.unkept) this.tell(unkeptInWords(opened.name, opened.unkept));
        else this.notices.info(openedInWords(opened));
        const doubt = embeddingsInWords(opened.embeddings);
        if (doubt) this.tell(doubt);
      } catch (error) {
        await goOn();
        throw error;
      }
    });
  }

  private async written(title: string, write: (entryId: string, ...call: Parameters<Parameters<Job['run']>[1]>) => Promise<SavedFile>): Promise<SavedFile | null> {
    const current = this.host.current();
    let file: SavedFile | null = null;
    if (!current) return file;
    await this.host.attempt(async () => {
      file = await this.job.run(title, (job, onProgress) => write(current.entryId, job, onProgress));
      if (file.problem !== null) this.notices.problem(file.problem, 'The rest of the file is whole.');
    });
    return file;
  }

  private tell({ text, remedy }: Told): void {
    this.notices.problem(text, remedy);
  }

  /** Pauses and saves the run. @returns what lets it train on, if it did */
  private async paused(): Promise<() => Promise<void>> {
    const { runId, running } = this.run;
    if (runId === '') return async () => undefined;
    await this.trainer.pause();
    return async () => {
      if (!running || this.run.runId !== runId) return;
      this.run.running = true;
      await this.trainer.train();
    };
  }
}
