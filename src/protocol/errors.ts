/** Errors that the page knows how to explain. They cross the worker boundary as plain data. */

export type HeldoutErrorCode =
  | 'bad-file' // the file cannot be used; `place` says where
  | 'too-big'
  | 'model-download' // a file of the encoder could not be fetched
  | 'model-corrupt' // a file of the encoder is not the one that the manifest names
  | 'no-backend' // no way to compute
  | 'device-lost'
  | 'cancelled'
  | 'storage-full'
  | 'storage-unavailable'
  | 'bad-input';

/** Where in a file the trouble is; rows and columns count from 1, the header being row 1. */
export interface Place {
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
}

/** `message` says what is wrong and where; `remedy` says what the user can do about it. */
export class HeldoutError extends Error {
  override readonly name = 'HeldoutError';
  constructor(
    readonly code: HeldoutErrorCode,
    message: string,
    readonly remedy: string,
    readonly place: Place = {},
  ) {
    super(message);
  }
}
