/** Where in a file the trouble is; rows and columns count as a spreadsheet does, the header being row 1. */
export interface DataPlace {
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
}

/** Data that cannot be used. `message` says what is wrong and where, `remedy` what the user can do; both are shown as they are. */
export class DataError extends Error {
  override readonly name = 'DataError';
  constructor(
    readonly code: 'bad-file' | 'too-big',
    message: string,
    readonly remedy: string,
    readonly place: DataPlace = {},
  ) {
    super(message);
  }
}
