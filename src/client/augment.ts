import type { Remote } from 'comlink';
import type { AugmentApi } from '../protocol/augment.ts';

/** The typed handle on the previews of text augmentation. @param remote as Comlink wraps it */
export function augmentHandle(remote: Pick<Remote<AugmentApi>, keyof AugmentApi>): AugmentApi {
  return { preview: (request) => remote.preview(request) };
}
