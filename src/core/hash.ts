/**
 * A fast, seedable 64-bit text hash for ordering and naming, not for security.
 * Two lanes of MurmurHash3's 32-bit mixing (Appleby, 2011) over UTF-16 code units, with different seeds.
 */

function murmurLane(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two unsigned 32-bit words from the text; equal texts give equal words on every machine. */
export function hashWords(text: string): [number, number] {
  return [murmurLane(text, 0x9747b28c), murmurLane(text, 0x3c6ef372)];
}

/** 16 hexadecimal digits naming the text. */
export function hashHex(text: string): string {
  return hashWords(text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}
