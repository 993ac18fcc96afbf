import { needsSynonyms } from '../core/augment/kinds.ts';
import { previewOf, type Preview } from '../core/augment/preview.ts';
import { NO_SYNONYMS } from '../core/augment/synonyms.ts';
import type { AugmentApi, PreviewRequest } from '../protocol/augment.ts';
import type { SynonymLoader } from './synonym-loader.ts';

/** Shows what text augmentation does. */
export class AugmentService implements AugmentApi {
  constructor(private readonly synonyms: Pick<SynonymLoader, 'get'>) {}

  async preview({ candidates, kinds, strength, turn, seed }: PreviewRequest): Promise<Preview> {
    const synonyms = kinds.some(needsSynonyms) ? await this.synonyms.get() : NO_SYNONYMS;
    return previewOf(candidates, kinds, strength, turn, { seed, synonyms });
  }
}
