import { HeldoutError } from '../protocol/errors.ts';

/** A refusal of storage, as a value. @throws whatever else it is */
export function asRefusal(error: unknown): HeldoutError {
  if (error instanceof HeldoutError && (error.code === 'storage-full' || error.code === 'storage-unavailable')) return error;
  throw error;
}
