import { HeldoutError } from '../protocol/errors.ts';

/** Whether something went wrong for a cause that may be gone at the next try, such as a broken connection. */
export function causedOutside(error: unknown): boolean {
  return error instanceof HeldoutError && (error.code === 'model-download' || error.code === 'model-corrupt' || error.code === 'device-lost');
}
