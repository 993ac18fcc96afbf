/** Names the weights and the treatment of texts: vectors of equal version and text are equal, up to rounding. */
export const ENCODER_VERSION = 'use-lite-1';
