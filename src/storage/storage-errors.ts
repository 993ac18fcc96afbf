import { HeldoutError } from '../protocol/errors.ts';

const FULL_REMEDY = 'Delete data sets or runs that you no longer need, or free disk space, and try again. What is on the page goes on working.';
const UNAVAILABLE_REMEDY = 'You can go on, but a reload will start afresh. A private window, or blocked site data, is a common cause.';

/** Names of the DOMExceptions by which IndexedDB says that it cannot serve, whatever is asked. */
const UNAVAILABLE = new Set(['SecurityError', 'InvalidStateError', 'UnknownError', 'AbortError', 'NotFoundError', 'NotReadableError', 'TimeoutError', 'OperationError']);

/** @returns the error as the page explains it; one that is a fault in the program comes back as it is. */
export function storageError(error: unknown): unknown {
  if (error instanceof HeldoutError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return new HeldoutError('storage-full', 'The browser has no room left to save this.', FULL_REMEDY);
  if (name === 'VersionError') {
    return new HeldoutError('storage-unavailable', 'A newer version of this page has been opened in another tab.', 'Reload this page.');
  }
  if (UNAVAILABLE.has(name)) return unavailable();
  return error;
}

export function unavailable(): HeldoutError {
  return new HeldoutError('storage-unavailable', 'The browser does not let this page save anything.', UNAVAILABLE_REMEDY);
}

export function blockedByOtherTab(): HeldoutError {
  return new HeldoutError('storage-unavailable', 'Another tab holds this page’s saved data in an older form.', 'Close the other tabs of this page, then reload this one.');
}

export function overtakenByOtherTab(): HeldoutError {
  return new HeldoutError(
    'storage-unavailable',
    'This run has been trained, or changed, in another tab since it was opened here.',
    'What that tab saved is kept. What is done with the run in this tab is not saved: reload this page to go on from there.',
  );
}
