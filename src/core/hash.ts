/**
 * A fast, seedable 64-bit text hash for ordering and naming, not for security.
 * Two lanes of MurmurHash3's 32-bit mixing (Appleby, 2011) over UTF-16 code units, with different seeds.
 */

function murmurLane(text: string, seed: number, from = 0, to = text.length): number {
  let h = seed | 0;
  for (let i = from; i < to; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= to - from;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two unsigned 32-bit words from the text; equal texts give equal words on every machine. */
export function hashWords(text: string): [number, number] {
  return [murmurLane(text, 0x9747b28c), murmurLane(text, 0x3c6ef372)];
}

/** The first of `hashWords` of text.slice(from, to), without cutting it out. @param from, to within the text */
export function hashSlice(text: string, from: number, to: number): number {
  return murmurLane(text, 0x9747b28c, from, to);
}

/** 16 hexadecimal digits naming the text. */
export function hashHex(text: string): string {
  return hashWords(text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}

/** 16 hexadecimal digits naming an array of float32 values, by their bits. */
export function hashFloats(values: Float32Array): string {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let a = 0x9747b28c;
  let b = 0x3c6ef372;
  for (const word of words) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    a ^= k;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b ^= k;
    b = (Math.imul((b << 17) | (b >>> 15), 5) + 0x38b34ae5) | 0;
  }
  return [a ^ values.length, b ^ values.length].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
