/** Positions that a word and a position fit into one double with, exactly. */
const MOST = 2 ** 21;

/**
 * Positions of `words` (unsigned 32-bit) in ascending order of the words.
 * @param compareTied orders two positions of one word; without it they stay in order of position
 * @throws RangeError on more than 2²¹ words
 */
export function positionsByWord(words: Uint32Array, compareTied?: (a: number, b: number) => number): Uint32Array {
  const { length } = words;
  if (length > MOST) throw new RangeError(`At most ${MOST.toLocaleString('en')} words can be put in order, not ${length.toLocaleString('en')}.`);
  // Word and position in one double, so that they sort as numbers: several times faster than by a comparison function.
  const placed = new Float64Array(length);
  for (let i = 0; i < length; i++) placed[i] = (words[i] as number) * MOST + i;
  placed.sort();
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = (placed[i] as number) - Math.floor((placed[i] as number) / MOST) * MOST;
  if (compareTied) sortTied(order, words, compareTied);
  return order;
}

function sortTied(order: Uint32Array, words: Uint32Array, compare: (a: number, b: number) => number): void {
  for (let from = 0, to = 1; from < order.length; from = to++) {
    while (to < order.length && words[order[to] as number] === words[order[from] as number]) to++;
    if (to - from > 1) order.subarray(from, to).sort(compare);
  }
}
