import type { FileReading, ImportPlan, ImportPreview } from '../core/import-plan.ts';
import type { ImportedDataset } from './encoder.ts';
import type { PackedLoaded } from './packed-loaded.ts';
import type { OnProgress } from './progress.ts';

/** A file that the user chose or dropped, or text that was pasted. */
export interface ImportSource {
  readonly name: string;
  readonly content: Blob | string;
}

/** Files to examples, in the encoder worker. `job` as in EncoderApi. */
export interface ImportApi {
  /**
   * Looks at the beginning of each file. Nothing is kept.
   * @param readings how to read each file instead of as detected, one a file; null for as detected
   * @throws HeldoutError 'bad-file', 'too-big' naming the file, and row and column where they are known
   */
  preview(sources: readonly ImportSource[], readings: readonly (FileReading | null)[], job: string): Promise<ImportPreview>;
  /**
   * Reads all rows, checks them, embeds and keeps them as one data set. All or nothing.
   * @throws HeldoutError 'bad-file', 'too-big' naming file, row and column; 'cancelled'
   */
  run(sources: readonly ImportSource[], plan: ImportPlan, job: string, onProgress: OnProgress): Promise<ImportedDataset>;
  cancel(job: string): Promise<void>;
}

/** ImportApi as it is called from another thread: the data set goes packed. */
export interface ImportWire extends Omit<ImportApi, 'run'> {
  run(sources: readonly ImportSource[], plan: ImportPlan, job: string, onProgress: OnProgress): Promise<PackedLoaded<ImportedDataset>>;
}
