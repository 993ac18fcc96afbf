/** Two ways to do the same work, timed in turn, so that a machine that slows down slows both. */

export const ROUNDS = 5;

/** Rates of one round, in units of work a second. */
export interface Round {
  readonly ours: number;
  readonly baseline: number;
}

export interface Contestants {
  /** Does piece number `piece` of the work. */
  readonly ours: (piece: number) => Promise<void>;
  readonly baseline: (piece: number) => Promise<void>;
}

/**
 * In each of ROUNDS rounds both do every piece, piece by piece, taking turns at going first.
 * @param sizes units of work in each piece
 */
export async function race({ ours, baseline }: Contestants, sizes: readonly number[], onRound: () => void): Promise<Round[]> {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let oursSeconds = 0;
    let baselineSeconds = 0;
    for (let piece = 0; piece < sizes.length; piece++) {
      if ((round + piece) % 2 === 0) oursSeconds += await seconds(() => ours(piece));
      baselineSeconds += await seconds(() => baseline(piece));
      if ((round + piece) % 2 === 1) oursSeconds += await seconds(() => ours(piece));
    }
    rounds.push({ ours: units / oursSeconds, baseline: units / baselineSeconds });
    onRound();
  }
  return rounds;
}

/** Wall-clock time of some work. */
export async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
