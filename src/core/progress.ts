/** Progress of something long, as the page shows it. */
export type Progress =
  | { readonly kind: 'download'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'embed'; readonly done: number; readonly total: number; readonly sentencesPerSecond: number }
  | { readonly kind: 'read'; readonly doneBytes: number; readonly totalBytes: number };
