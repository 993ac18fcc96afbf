/** Progress of something long, as the page shows it. */
export type Progress =
  | { readonly kind: 'download'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'embed'; readonly done: number; readonly total: number; readonly sentencesPerSecond: number }
  | { readonly kind: 'read'; readonly doneBytes: number; readonly totalBytes: number };

export type OnProgress = (progress: Progress) => void;

export type BackendName = 'webgpu' | 'wasm' | 'cpu';
export type BackendChoice = BackendName | 'auto';

/** Which backend computes, and why that one. */
export interface BackendInfo {
  readonly name: BackendName;
  /** One sentence for a student. */
  readonly reason: string;
  /** Vendor and architecture of the WebGPU adapter, when that is what runs. */
  readonly adapter: string;
}
