import type { AugmentApi } from './augment.ts';
import type { DraftApi } from './drafts.ts';
import type { EncoderApi, EncoderWire } from './encoder.ts';
import type { ImportApi, ImportWire } from './imports.ts';
import type { ProjectApi } from './project.ts';
import type { StorageApi } from './storage.ts';
import type { VariantApi } from './variants.ts';

/** What the encoder worker offers. */
export interface DataServices {
  readonly augment: AugmentApi;
  readonly drafts: DraftApi;
  readonly encoder: EncoderApi;
  readonly imports: ImportApi;
  readonly project: ProjectApi;
  readonly storage: StorageApi;
  readonly variants: VariantApi;
}

/** DataServices as they are called from another thread. */
export interface DataWire extends Omit<DataServices, 'encoder' | 'imports'> {
  readonly encoder: EncoderWire;
  readonly imports: ImportWire;
}
