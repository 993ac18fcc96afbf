import { HeldoutError } from '../protocol/errors.ts';

/** Turns the core's RangeErrors into errors that the page can show. */
export function explained<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asExplained(error);
  }
}

/** `explained` for what is still under way. */
export function explainedLater<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: unknown) => {
    throw asExplained(error);
  });
}

function asExplained(error: unknown): unknown {
  return error instanceof RangeError ? new HeldoutError('bad-input', error.message, '') : error;
}
