import { counted } from './format.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Runs that are gone on with on embeddings that are not to the bit those that they were trained on: freed and made again by another
 * backend, say, or made on another machine. They differ by rounding.
 */

/** Whether a run was trained on these embeddings, as far as its record tells. @param featuresHash of the embedding matrix */
export function isExactOn(record: RunRecord, featuresHash: string): boolean {
  return record.featuresHash === featuresHash || record.featuresHash === '';
}

/** The record of a run that goes on on these embeddings. Where they are others, the hash is forgotten: of what follows, no one matrix is the origin. */
export function goneOnWith(record: RunRecord, featuresHash: string): RunRecord {
  return isExactOn(record, featuresHash) ? record : { ...record, featuresHash: '' };
}

/** What the user is to know of such runs. @param runs how many there are, or the one at hand */
export function inexactInWords(runs: number | 'this'): string {
  const subject = runs === 'this' ? 'This run was' : counted(runs, 'run was', 'runs were');
  return `${subject} trained on embeddings that differ a little from those that this browser has now: the curves so far are as they were, and what is trained from here on, or replayed, may differ by rounding from what it would have been.`;
}
