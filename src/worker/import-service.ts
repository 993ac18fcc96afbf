import type { FileReading, ImportPlan, ImportPreview } from '../core/import-plan.ts';
import { filesInWords } from '../core/import-words.ts';
import { previewFiles } from '../data/preview-files.ts';
import type { ImportedDataset } from '../protocol/encoder.ts';
import type { ImportApi, ImportSource } from '../protocol/imports.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import type { Jobs } from './jobs.ts';
import { parseOnThreads } from './parse-on-threads.ts';

/** Files to kept data sets, behind ImportApi. */
export class ImportService implements ImportApi {
  constructor(
    private readonly jobs: Jobs,
    private readonly shelf: DatasetShelf,
    private readonly nowMs: () => number,
  ) {}

  preview(sources: readonly ImportSource[], readings: readonly (FileReading | null)[], job: string): Promise<ImportPreview> {
    return this.jobs.run(job, (signal) => previewFiles(sources, readings, signal));
  }

  run(sources: readonly ImportSource[], plan: ImportPlan, job: string, onProgress: OnProgress): Promise<ImportedDataset> {
    return this.jobs.run(job, async (signal) => {
      const reading = { nowMs: this.nowMs, signal, onProgress: (doneBytes: number, totalBytes: number) => onProgress({ kind: 'read', doneBytes, totalBytes }) };
      const { dataset, report, leftOut } = await parseOnThreads(sources, plan, reading);
      const called = filesInWords(sources.map(({ name }) => name));
      return { ...(await this.shelf.keep({ dataset, called, origin: { kind: 'import', report, leftOut } }, onProgress, signal)), report };
    });
  }

  async cancel(job: string): Promise<void> {
    this.jobs.cancel(job);
  }
}
