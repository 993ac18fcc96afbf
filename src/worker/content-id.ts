import type { Example } from '../core/examples.ts';
import { DatasetHasher } from '../data/dataset-id.ts';
import { breathe } from './breathing.ts';

/** Rows hashed between two turns. */
const ROWS_PER_HASH = 2000;

/** The id of a data set of these rows. @throws the signal's reason when aborted */
export async function contentId(examples: readonly Example[], signal: AbortSignal): Promise<string> {
  const hasher = new DatasetHasher();
  for (let from = 0; from < examples.length; from += ROWS_PER_HASH) {
    await breathe();
    signal.throwIfAborted();
    hasher.add(examples.slice(from, from + ROWS_PER_HASH));
  }
  return hasher.id();
}
