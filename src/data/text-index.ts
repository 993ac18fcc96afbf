import { textKey } from '../core/examples.ts';

const FREE = -1;

/** Characters at each end of a text that its first hash is made of. */
const SAMPLED = 8;

/**
 * Numbers texts so that equal ones, compared by `textKey`, have one number. A text is found by a hash of both its ends; only one that shares them with another text
 * is read whole.
 */
export class TextIndex {
  /** Numbers of texts by their hashes: open addressing, a power of two of places, at most half of them taken. */
  private places = new Int32Array(1024).fill(FREE);
  private hashes = new Int32Array(512);
  private readonly texts: string[] = [];

  /** How many different texts there are. */
  get size(): number {
    return this.texts.length;
  }

  /** @returns the text's number; it is new when it is the `size` from before the call. */
  add(text: string): number {
    const ends = hashOfEnds(text);
    const place = this.find(ends, text, false);
    const first = this.places[place] as number;
    if (first === FREE) return this.put(place, ends, text);
    if (sameKey(this.texts[first] as string, text)) return first;
    // So that many texts with equal ends are not compared one by one.
    const whole = hashOfUnits(textKey(text), ends);
    const other = this.find(whole, text, true);
    const known = this.places[other] as number;
    return known === FREE ? this.put(other, whole, text) : known;
  }

  /** @returns the place of a text with this hash, or the free one where it would stand. @param equal whether it has to be the same text */
  private find(hash: number, text: string, equal: boolean): number {
    const mask = this.places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const known = this.places[place] as number;
      if (known === FREE || (this.hashes[known] === hash && (!equal || sameKey(this.texts[known] as string, text)))) return place;
    }
  }

  private put(place: number, hash: number, text: string): number {
    const number = this.texts.push(text) - 1;
    this.places[place] = number;
    this.hashes[number] = hash;
    if (this.texts.length === this.hashes.length) this.grow();
    return number;
  }

  private grow(): void {
    const hashes = new Int32Array(2 * this.hashes.length);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.places = new Int32Array(2 * this.places.length).fill(FREE);
    const mask = this.places.length - 1;
    for (let number = 0; number < this.texts.length; number++) {
      let place = (hashes[number] as number) & mask;
      while (this.places[place] !== FREE) place = (place + 1) & mask;
      this.places[place] = number;
    }
  }
}

function sameKey(a: string, b: string): boolean {
  return a === b || textKey(a) === textKey(b);
}

/** A hash of the first and the last characters of `textKey(text)`, white space left out. Where these are ASCII the key is not made for it. */
function hashOfEnds(text: string): number {
  return hashOfAsciiEnds(text, false) ?? (hashOfAsciiEnds(textKey(text), true) as number);
}

/** @param isKey whether the text is a key already, of whatever characters; null for other texts with an end that is not ASCII */
function hashOfAsciiEnds(text: string, isKey: boolean): number | null {
  let hash = OFFSET;
  let i = 0;
  // One more is looked at in front: what follows a letter can be combined with it.
  for (let seen = 0; i < text.length && seen <= SAMPLED; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127 && !isKey) return null;
    if (isSpace(unit)) continue;
    if (seen++ < SAMPLED) hash = Math.imul(hash ^ lowerCase(unit), PRIME);
  }
  i = text.length - 1;
  for (let seen = 0; i >= 0 && seen < SAMPLED; i--) {
    const unit = text.charCodeAt(i);
    if (unit > 127 && !isKey) return null;
    if (isSpace(unit)) continue;
    seen++;
    hash = Math.imul(hash ^ lowerCase(unit), PRIME);
  }
  return mixed(hash);
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, over UTF-16 units. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

function hashOfUnits(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return mixed(hash);
}

/** Lets high bits reach the low ones, by which places are chosen. */
function mixed(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
}

const isSpace = (unit: number): boolean => unit === 32 || (unit >= 9 && unit <= 13);
const lowerCase = (unit: number): number => (unit >= 65 && unit <= 90 ? unit + 32 : unit);
