/** Progress of something long, as the page shows it. */
export type Progress =
  | { readonly kind: 'download'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'embed'; readonly done: number; readonly total: number; readonly sentencesPerSecond: number }
  | { readonly kind: 'read'; readonly doneBytes: number; readonly totalBytes: number }
  /** A check of the data: `share` 0 … 1 done. */
  | { readonly kind: 'check'; readonly share: number; readonly doing: string };
