import type { Preview } from '../core/augment/preview.ts';
import type { TextKind } from '../core/augment/kinds.ts';

/** What text augmentation does, for the page to show. */
export interface AugmentApi {
  /**
   * @returns some of the texts, with what each kind makes of them, in the order of `kinds`: see `previewOf`
   * @throws HeldoutError 'model-download', 'model-corrupt' when a kind needs synonyms and the site's table cannot be had
   */
  preview(request: PreviewRequest): Promise<Preview>;
}

export interface PreviewRequest {
  /** To choose from. */
  readonly candidates: readonly string[];
  /** 0, 1, 2 …: each shows others. */
  readonly turn: number;
  readonly kinds: readonly TextKind[];
  /** One of TEXT_STRENGTHS. */
  readonly strength: number;
  /** The run's first seed. */
  readonly seed: number;
}
