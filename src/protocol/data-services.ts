import type { EncoderApi } from './encoder.ts';

/** What the encoder worker offers. */
export interface DataServices {
  readonly encoder: EncoderApi;
}
