import { HeldoutError } from '../protocol/errors.ts';

/** An error as it is told at the place where it matters, with what can be done about it. */
export function errorInWords(error: unknown): string {
  if (error instanceof HeldoutError) return `${error.message} ${error.remedy}`.trim();
  return `Something unexpected went wrong: ${error instanceof Error ? error.message : String(error)}`;
}
