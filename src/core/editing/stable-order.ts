/** Sorting that keeps the order of equals. */

/** Comparisons between two yields: under a millisecond. */
const COMPARISONS_AT_ONCE = 5_000;

/**
 * 0 … count − 1 in the order of `compare`, equal ones by number: merge sort from the bottom up, which can be spread over many short turns.
 * @param compare negative when the first comes first. @yields every few thousand comparisons
 */
export function* inOrder(count: number, compare: (a: number, b: number) => number): Generator<void, Uint32Array> {
  let from = Uint32Array.from({ length: count }, (_, i) => i);
  let to = new Uint32Array(count);
  let work = 0;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const [middle, end] = [Math.min(start + width, count), Math.min(start + 2 * width, count)];
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        const fromLeft = left < middle && (right >= end || compare(from[left] as number, from[right] as number) <= 0);
        to[at] = from[fromLeft ? left++ : right++] as number;
        if (++work % COMPARISONS_AT_ONCE === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The rows by a whole number ≥ 0 each, equal ones as they were: counting sort, one pass to count and one to place. */
export function bySmallNumbers(rows: Uint32Array, numberOf: (row: number) => number, descending: boolean): Uint32Array {
  const numbers = rows.map(numberOf);
  const largest = numbers.reduce((most, number) => Math.max(most, number), 0);
  const buckets = descending ? numbers.map((number) => largest - number) : numbers;
  const sizes = new Uint32Array(largest + 1);
  for (const bucket of buckets) sizes[bucket] = (sizes[bucket] as number) + 1;
  let before = 0;
  const next = sizes.map((size) => (before += size) - size);
  const sorted = new Uint32Array(rows.length);
  buckets.forEach((bucket, i) => {
    const place = next[bucket] as number;
    next[bucket] = place + 1;
    sorted[place] = rows[i] as number;
  });
  return sorted;
}
