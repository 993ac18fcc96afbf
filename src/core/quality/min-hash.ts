/**
 * Signatures of sets of 32-bit hashes, of which two agree in a place with the probability of the sets' resemblance.
 * One permutation for all places: P. Li, A. Owen, C.-H. Zhang, "One permutation hashing" (NIPS 2012); empty places filled by
 * A. Shrivastava, "Optimal densification for fast and accurate minwise hashing" (ICML 2017). Time: one pass over the set.
 */
export const SIGNATURE_LENGTH = 128;

/** Bits of a hash that do not choose its place. */
const PLACE_SHIFT = 32 - Math.log2(SIGNATURE_LENGTH);
/** Marks a place that no hash fell into. A hash of this value counts for nothing, one in four thousand million. */
const EMPTY = 0xffffffff;

/** Writes the signature of a set that is not empty into out[offset … offset + SIGNATURE_LENGTH). */
export function writeSignature(hashes: Uint32Array, out: Uint32Array, offset: number): void {
  const places = out.subarray(offset, offset + SIGNATURE_LENGTH).fill(EMPTY);
  let filled = 0;
  for (const hash of hashes) {
    const place = hash >>> PLACE_SHIFT;
    const smallest = places[place] as number;
    if (smallest === EMPTY && hash !== EMPTY) filled++;
    if (hash < smallest) places[place] = hash;
  }
  if (filled === 0 || filled === SIGNATURE_LENGTH) return;
  const own = places.slice();
  for (let place = 0; place < SIGNATURE_LENGTH; place++) {
    for (let attempt = 1; places[place] === EMPTY; attempt++) places[place] = own[lender(place, attempt)] as number;
  }
}

/** Places in which two signatures agree, 0 … SIGNATURE_LENGTH. */
export function agreement(signatures: Uint32Array, a: number, b: number): number {
  let equal = 0;
  for (let i = 0; i < SIGNATURE_LENGTH; i++) if (signatures[a * SIGNATURE_LENGTH + i] === signatures[b * SIGNATURE_LENGTH + i]) equal++;
  return equal;
}

/** The place that an empty one borrows from at its n-th attempt: the same for every text, and as good as random. */
function lender(place: number, attempt: number): number {
  let h = Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(attempt, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> PLACE_SHIFT;
}
