import type { Part } from '../../core/curve.ts';

/** How a part's line is drawn: colour, dash and width together, so that none carries the meaning alone. */
export interface PartStyle {
  /** Name of the colour token. */
  readonly colour: string;
  /** Name of the colour token of the band about its mean. */
  readonly band: string;
  /** Dash lengths in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly widthPx: number;
}

export const PART_STYLES: Readonly<Record<Part, PartStyle>> = {
  train: { colour: '--train', band: '--band-train', dash: [2, 3], widthPx: 2 },
  validation: { colour: '--validation', band: '--band-validation', dash: [8, 4], widthPx: 2 },
  heldOut: { colour: '--held-out', band: '--band-held-out', dash: [], widthPx: 3 },
};
