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
  /** Token places below which a batch wastes more time on being small than on padding. */
  readonly minPlaces: number;
}

/**
 * Groups texts of similar length, shortest first, so that little is padded: a batch ends when it is full, or when it is large enough
 * and the next text is longer.
 * @param lengths tokens of each text, each at least 1.
 */
export function planBatches(lengths: readonly number[], { maxPlaces, minPlaces }: BatchLimits): TokenBatch[] {
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const batches: { rows: number[]; places: number }[] = [];
  for (const row of order) {
    const length = lengths[row] as number;
    const batch = batches.at(-1);
    const fits = batch && (batch.rows.length + 1) * length <= maxPlaces && (length === batch.places || batch.rows.length * batch.places < minPlaces);
    if (batch && fits) {
      batch.rows.push(row);
      batch.places = length;
    } else {
      batches.push({ rows: [row], places: length });
    }
  }
  return batches;
}
