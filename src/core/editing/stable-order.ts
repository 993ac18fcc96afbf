/** Sorting that keeps the order of equals. */

/** Comparisons between two yields: under a millisecond. */
const COMPARISONS_AT_ONCE = 5_000;
/** Rows between two yields, where there is little to do for each. */
const ROWS_AT_ONCE = 10_000;

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

/**
 * The rows by a whole number ≥ 0 each, equal ones as they were: counting sort, one pass to count and one to place.
 * @yields every few thousand rows
 */
export function* bySmallNumbers(rows: Uint32Array, numberOf: (row: number) => number, descending: boolean): Generator<void, Uint32Array> {
  const numbers = new Uint32Array(rows.length);
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const number = numberOf(rows[i] as number);
    numbers[i] = number;
    if (number > largest) largest = number;
    if (i % ROWS_AT_ONCE === 0) yield;
  }
  const bucketOf = (number: number): number => (descending ? largest - number : number);
  const sizes = new Uint32Array(largest + 1);
  for (const number of numbers) sizes[bucketOf(number)] = (sizes[bucketOf(number)] as number) + 1;
  let before = 0;
  const next = sizes.map((size) => (before += size) - size);
  const sorted = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const bucket = bucketOf(numbers[i] as number);
    const place = next[bucket] as number;
    next[bucket] = place + 1;
    sorted[place] = rows[i] as number;
    if (i % ROWS_AT_ONCE === 0) yield;
  }
  return sorted;
}
