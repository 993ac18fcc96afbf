import { counted } from './format.ts';
import { TELLING_ROWS } from './statistics.ts';

/** Why the watched half of what is held out can tell nothing, and what to do; null where it has TELLING_ROWS rows or more. */
export function fewWatched({ watched, hasDomains }: { readonly watched: number; readonly hasDomains: boolean }): { readonly problem: string; readonly remedy: string } | null {
  if (watched >= TELLING_ROWS) return null;
  const remedy = hasDomains ? 'Choose another domain, or add examples to this one.' : 'Add examples.';
  return { problem: `Only ${counted(watched, 'row')} to watch: too few to tell anything.`, remedy };
}
