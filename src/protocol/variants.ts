import type { TextKind } from '../core/augment/kinds.ts';
import type { OnProgress } from './progress.ts';

/** Augmented texts, embedded. `job` as in EncoderApi. */
export interface VariantApi {
  /**
   * Makes some variants of the texts that a run may train on, and embeds those that are not in the cache. To be asked for little at a
   * time (`VARIANTS_AT_ONCE`), so that other calls get in between.
   * @throws HeldoutError 'bad-input' when the data set is no longer kept, 'model-download', 'model-corrupt', 'cancelled'
   */
  embed(request: VariantRequest, job: string, onProgress: OnProgress): Promise<EmbeddedVariants>;
  cancel(job: string): Promise<void>;
}

/** Variants to ask for at a time: about a second's work on a processor. */
export const VARIANTS_AT_ONCE = 64;

export interface VariantRequest {
  /** As the data set is listed. */
  readonly datasetId: string;
  /** The run's: rows on its side of the split have no variants. */
  readonly heldOutDomain: string;
  /** The run's first seed. */
  readonly seed: number;
  readonly kind: TextKind;
  /** One of TEXT_STRENGTHS. */
  readonly strength: number;
  /** Variants from number `from` up to `to`, or to the last one where there are fewer. */
  readonly from: number;
  readonly to: number;
}

/** Variants from number `from` on of one kind and strength, n of them, with their embeddings. */
export interface VariantPart {
  readonly kind: TextKind;
  readonly strength: number;
  readonly from: number;
  /** Variants that this kind and strength has in all. */
  readonly total: number;
  /** source[i]: the row that variant from + i was made of [n]. */
  readonly source: Uint32Array;
  /** has[i]: 1, or 0 where nothing in the text could be changed [n]. */
  readonly has: Uint8Array;
  /** Unit-norm embeddings of those that there are, in their order [sum of has, 512]. */
  readonly features: Float32Array;
}

export interface EmbeddedVariants extends VariantPart {
  /** Why vectors could not be kept, or null. */
  readonly storageProblem: string | null;
}
