import { count, megabytes } from '../../core/format.ts';
import type { Progress } from '../../core/progress.ts';

/** Progress in a few words. */
export function progressWords(progress: Progress): string {
  if (progress.kind === 'embed') {
    const speed = progress.sentencesPerSecond > 0 ? `, ${count(Math.round(progress.sentencesPerSecond))} a second` : '';
    return `${count(progress.done)} of ${count(progress.total)} sentences embedded${speed}`;
  }
  if (progress.kind === 'check') return progress.doing;
  const amount = `${megabytes(progress.doneBytes)} of ${megabytes(progress.totalBytes)}`;
  return progress.kind === 'download' ? `downloading the text encoder, ${amount}` : `reading the file, ${amount}`;
}

/** 0 … 1, or undefined when not known. */
export function progressShare(progress: Progress): number | undefined {
  if (progress.kind === 'check') return progress.share;
  const [done, total] = progress.kind === 'embed' ? [progress.done, progress.total] : [progress.doneBytes, progress.totalBytes];
  return total > 0 ? done / total : undefined;
}
