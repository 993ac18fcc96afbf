import type { FileEmbeddings } from '../core/project-words.ts';
import type { Refusal } from '../core/refusal.ts';
import type { OnProgress } from './progress.ts';

/** Data sets and their runs to files and back, in the encoder worker. `job` as in EncoderApi. */
export interface ProjectApi {
  /** About how large a project file of a listed data set would be. @throws HeldoutError 'bad-input' when it is no longer kept */
  size(datasetId: string): Promise<ProjectSize>;
  /** A listed data set with its saved runs, as a file. @throws HeldoutError 'bad-input' when it is no longer kept */
  save(datasetId: string, withEmbeddings: boolean, job: string, onProgress: OnProgress): Promise<SavedProject>;
  /** The rows of a listed data set as CSV. */
  saveCsv(datasetId: string, job: string): Promise<SavedFile>;
  /**
   * Takes a project file in: its data set and runs are added to what is kept, nothing is taken away. All its runs and counts or none; where
   * storage refuses them, its data set can be opened all the same.
   * @throws HeldoutError 'bad-file', 'too-big' naming the file in the archive
   */
  open(file: File, job: string, onProgress: OnProgress): Promise<OpenedProject>;
  cancel(job: string): Promise<void>;
}

export interface ProjectSize {
  readonly runs: number;
  /** Without embeddings, and what they add. */
  readonly bytes: number;
  readonly embeddingBytes: number;
}

export interface SavedFile {
  readonly name: string;
  readonly content: Blob;
  /** What is missing in it, in words; null when nothing is. */
  readonly problem: string | null;
}

export interface SavedProject extends SavedFile {
  /** Runs in it. */
  readonly runIds: readonly string[];
}

export interface OpenedProject {
  /** Entry of the data set in the list. */
  readonly entryId: string;
  readonly name: string;
  /** The newest run of the file that can be gone on with; null when there is none, or none could be kept. */
  readonly runId: string | null;
  readonly runs: ProjectRuns;
  /** Runs taken whose embeddings are not to the bit those that they were trained on. */
  readonly inexact: number;
  /** Runs of the file that have trained on augmented texts, whose embeddings it does not carry. */
  readonly augmented: number;
  readonly embeddings: FileEmbeddings;
  /** Null where storage took all in. */
  readonly unkept: Unkept | null;
}

/** What storage refused of a project, and why. */
export interface Unkept extends Refusal {
  /** Runs of the file, none of which was taken in. Nor were its counts of looks and reveals. */
  readonly runs: number;
  /** Whether its data set is here for this visit only. */
  readonly isData: boolean;
}

/** What became of a project's runs. */
export interface ProjectRuns {
  readonly added: number;
  /** In the place of a kept one, which they go on from. */
  readonly continued: number;
  /** Not taken: kept here already, as far along or otherwise gone on with. */
  readonly left: number;
  /** Not taken for want of room. */
  readonly omitted: number;
}
