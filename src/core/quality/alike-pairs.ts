import { SIGNATURE_LENGTH, agreement, writeSignature } from './min-hash.ts';
import { resemblance, shingleText, shingles } from './shingles.ts';

/** Two texts, `earlier` < `later`, and the share of shingles that they have in common. */
export interface AlikePair {
  readonly earlier: number;
  readonly later: number;
  readonly resemblance: number;
}

/** Pairs of less resemblance are not reported. */
export const MIN_RESEMBLANCE = 0.6;

/**
 * Texts that agree in all places of some band are compared. With resemblance s a band agrees with probability s⁴, so that a pair is
 * found with 1 − (1 − s⁴)³²: 99 % at 0.6, 23 % at 0.3 (J. Leskovec, A. Rajaraman, J. Ullman, "Mining of massive datasets", section 3.4).
 */
const BAND_ROWS = 4;
const BANDS = SIGNATURE_LENGTH / BAND_ROWS;
/** Texts of one band that a text is compared with: the first ones and the last ones before it, so that the time stays linear where many agree. */
const FIRST_COMPARED = 4;
const LAST_COMPARED = 4;
/** Share of agreeing places from which the resemblance is computed exactly: two and a half standard errors below MIN_RESEMBLANCE. */
const MIN_AGREEMENT = Math.floor(0.49 * SIGNATURE_LENGTH);
/** Pairs that a text is reported in with earlier ones, at most: where all resemble each other more say nothing more. */
const MOST_EARLIER = 8;
/** Texts between two reports. */
const REPORT_EVERY = 500;

/**
 * Pairs of texts that share at least MIN_RESEMBLANCE of their shingles, ordered by `later`, then `earlier`. Near linear in the texts'
 * length; a few pairs may be missed (see BAND_ROWS; and MOST_EARLIER), none is reported wrongly. Deterministic.
 * @param texts fewer than 2²¹. Yields the share done, 0 … 1.
 */
export function* alikePairs(texts: readonly string[]): Generator<number, AlikePair[]> {
  const n = texts.length;
  const shingled: string[] = [];
  const signatures = new Uint32Array(n * SIGNATURE_LENGTH);
  for (let text = 0; text < n; text++) {
    const letters = shingleText(texts[text] as string);
    shingled.push(letters);
    writeSignature(shingles(letters), signatures, text * SIGNATURE_LENGTH);
    if (text % REPORT_EVERY === 0) yield (0.5 * text) / n;
  }
  const candidates = new Set<number>();
  const ordered = new Float64Array(n);
  for (let band = 0; band < BANDS; band++) {
    yield 0.5 + (0.3 * band) / BANDS;
    for (let text = 0; text < n; text++) ordered[text] = bandHash(signatures, text, band) * n + text;
    ordered.sort();
    collect(ordered, n, candidates);
  }
  return yield* confirmed(shingled, signatures, Float64Array.from(candidates).sort());
}

/** Adds later · n + earlier of texts with equal band hashes. @param ordered hash · n + text, ascending */
function collect(ordered: Float64Array, n: number, candidates: Set<number>): void {
  let start = 0;
  for (let i = 1; i < n; i++) {
    const value = ordered[i] as number;
    if (Math.floor(value / n) !== Math.floor((ordered[start] as number) / n)) {
      start = i;
      continue;
    }
    const later = value % n;
    const firstEnd = Math.min(i, start + FIRST_COMPARED);
    for (let j = start; j < firstEnd; j++) candidates.add(later * n + ((ordered[j] as number) % n));
    for (let j = Math.max(firstEnd, i - LAST_COMPARED); j < i; j++) candidates.add(later * n + ((ordered[j] as number) % n));
  }
}

/** The pairs that resemble each other, by their signatures first and then exactly. @param candidates later · n + earlier, ascending */
function* confirmed(shingled: readonly string[], signatures: Uint32Array, candidates: Float64Array): Generator<number, AlikePair[]> {
  const n = shingled.length;
  const pairs: AlikePair[] = [];
  let known = { text: -1, set: new Uint32Array(), pairs: 0 };
  for (const [i, candidate] of candidates.entries()) {
    if (i % REPORT_EVERY === 0) yield 0.8 + (0.2 * i) / candidates.length;
    const [later, earlier] = [Math.floor(candidate / n), candidate % n];
    if (known.text === later && known.pairs === MOST_EARLIER) continue;
    if (agreement(signatures, later, earlier) < MIN_AGREEMENT) continue;
    if (known.text !== later) known = { text: later, set: shingles(shingled[later] as string) as Uint32Array<ArrayBuffer>, pairs: 0 };
    const share = resemblance(known.set, shingles(shingled[earlier] as string));
    if (share < MIN_RESEMBLANCE) continue;
    pairs.push({ earlier, later, resemblance: share });
    known.pairs++;
  }
  return pairs;
}

/** 32 bits from a band's places. */
function bandHash(signatures: Uint32Array, text: number, band: number): number {
  let h = band;
  for (let i = 0; i < BAND_ROWS; i++) {
    h = Math.imul(h ^ (signatures[text * SIGNATURE_LENGTH + band * BAND_ROWS + i] as number), 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h >>> 0;
}
