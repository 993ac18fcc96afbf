/** Texts to encode together. */
export interface TokenBatch {
  /** Positions in the list of texts. */
  readonly rows: readonly number[];
  /** Tokens of the longest text, to which the others are padded. */
  readonly places: number;
}

export interface BatchLimits {
  /** Token places in a batch, padding included, unless a single text has more. */
  readonly maxPlaces: number;
  /** Token places up to which a batch may grow whatever it pads: smaller ones waste more time on being small. */
  readonly minPlaces: number;
  /** Largest share of a batch's places that may be padding beyond that, 0 … 1. */
  readonly maxPadding: number;
}

/**
 * Groups texts of similar length, shortest first.
 * @param lengths tokens of each text, each at least 1.
 */
export function planBatches(lengths: readonly number[], limits: BatchLimits): TokenBatch[] {
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const batches: { rows: number[]; places: number }[] = [];
  let tokens = 0; // in the last batch
  for (const row of order) {
    const length = lengths[row] as number;
    const batch = batches.at(-1);
    const total = ((batch?.rows.length ?? 0) + 1) * length;
    const padding = 1 - (tokens + length) / total;
    if (batch && total <= limits.maxPlaces && (total <= limits.minPlaces || padding <= limits.maxPadding)) {
      batch.rows.push(row);
      batch.places = length;
      tokens += length;
    } else {
      batches.push({ rows: [row], places: length });
      tokens = length;
    }
  }
  return batches;
}
