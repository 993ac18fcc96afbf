import type { Progress } from '../core/progress.ts';

export type { Progress } from '../core/progress.ts';

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
