import type { KindPreview } from '../core/augment/preview.ts';
import type { TextKind } from '../core/augment/kinds.ts';

/** What text augmentation does, for the page to show. */
export interface AugmentApi {
  /**
   * @returns for each text what each kind makes of it, in the order of `kinds` [texts, kinds]
   * @throws HeldoutError 'model-download', 'model-corrupt' when a kind needs synonyms and the site's table cannot be had
   */
  preview(request: PreviewRequest): Promise<readonly (readonly KindPreview[])[]>;
}

export interface PreviewRequest {
  readonly texts: readonly string[];
  readonly kinds: readonly TextKind[];
  /** One of TEXT_STRENGTHS. */
  readonly strength: number;
  /** The run's first seed. */
  readonly seed: number;
}
