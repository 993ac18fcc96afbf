import type { ImportPlan } from '../core/import-plan.ts';
import { BLOCK_BYTES } from '../data/dataset-id.ts';
import { parseFiles, type Imported } from '../data/parse-files.ts';
import { blobOf, type FileSource } from '../data/read-text.ts';
import { startHashThread } from './hash-thread.ts';

/** Time between two reports to the page: one for each chunk would take longer than to read it. */
const REPORT_EVERY_MS = 100;

export interface ParseOnThreadsOptions {
  /** Bytes of all files; a few times a second. */
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  /** Milliseconds, by a clock that never goes back. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** What `parseFiles` does; large data are hashed on a thread of their own, which starts while they are read. */
export async function parseOnThreads(sources: readonly FileSource[], plan: ImportPlan, { onProgress, nowMs, signal }: ParseOnThreadsOptions): Promise<Imported> {
  let reportedMs = -Infinity;
  const options = {
    signal,
    onProgress(doneBytes: number, totalBytes: number): void {
      if (nowMs() - reportedMs < REPORT_EVERY_MS) return;
      reportedMs = nowMs();
      onProgress(doneBytes, totalBytes);
    },
  };
  if (sources.reduce((sum, source) => sum + blobOf(source).size, 0) <= BLOCK_BYTES) return parseFiles(sources, plan, options);
  const thread = startHashThread();
  try {
    return await parseFiles(sources, plan, { ...options, idOf: (examples) => thread.contentId(examples, signal) });
  } finally {
    thread.close();
  }
}
