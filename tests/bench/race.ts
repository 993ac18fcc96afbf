/** Several ways to do the same work, timed in turn, so that a machine that slows down slows them all. */

export const ROUNDS = 5;

export interface Contestant {
  /** Does piece number `piece` of the work. */
  readonly work: (piece: number) => Promise<void>;
  /** Units of work in each piece: its own where contestants differ much in speed. */
  readonly sizes: readonly number[];
}

/**
 * In each round all do every piece, piece by piece, taking turns at going first.
 * @returns rates[round][contestant] in units of work a second
 */
export async function race(contestants: readonly Contestant[], onRound: () => void, rounds = ROUNDS): Promise<number[][]> {
  const pieces = contestants[0]?.sizes.length ?? 0;
  const rates: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const took = contestants.map(() => 0);
    for (let piece = 0; piece < pieces; piece++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const next = (round + piece + turn) % contestants.length;
        took[next] = (took[next] as number) + (await seconds(() => (contestants[next] as Contestant).work(piece)));
      }
    }
    rates.push(contestants.map(({ sizes }, i) => sizes.reduce((sum, size) => sum + size, 0) / (took[i] as number)));
    onRound();
  }
  return rates;
}

/** Wall-clock time of some work. */
export async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Units of work that take about `wanted` seconds, found while warming up so long; at least one. */
export async function unitsIn(work: (units: number) => Promise<void>, wanted: number, warmUp: number): Promise<number> {
  const started = performance.now();
  for (let units = 1; ; ) {
    const took = await seconds(() => work(units));
    if (took >= wanted / 2 && performance.now() - started >= 1000 * warmUp) return Math.max(1, Math.round((units * wanted) / took));
    if (took < wanted / 2) units *= 2;
  }
}
