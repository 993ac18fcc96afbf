import type { IndexedRows } from './indexed-rows.ts';

/**
 * The texts of some rows, by their numbers, in groups: one of each label, or of each label in each domain, in order of their names. A text whose
 * rows differ in it lies in the first of its groups, so that neither depends on the order of rows. No group is empty.
 */
export function strata(index: IndexedRows, rows: Uint32Array, byDomain: boolean): readonly Uint32Array[] {
  const { textOf, firstRow, labelOf, labels, domainOf, domains } = index;
  const pairOf = (row: number): number => (byDomain ? (domainOf[row] as number) * labels.length : 0) + (labelOf[row] as number);
  const names = new Map<number, string>();
  for (const row of rows) {
    const pair = pairOf(row);
    if (!names.has(pair)) names.set(pair, JSON.stringify([byDomain ? domains[domainOf[row] as number] : '', labels[labelOf[row] as number]]));
  }
  const rankOf = new Map([...names].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([pair], rank) => [pair, rank]));
  const NONE = rankOf.size;
  const groupOf = new Uint32Array(firstRow.length).fill(NONE);
  const texts = new Uint32Array(Math.min(rows.length, firstRow.length));
  let count = 0;
  for (const row of rows) {
    const text = textOf[row] as number;
    const rank = rankOf.get(pairOf(row)) as number;
    const before = groupOf[text] as number;
    if (before === NONE) texts[count++] = text;
    if (rank < before) groupOf[text] = rank;
  }
  return grouped(texts.subarray(0, count), groupOf, rankOf.size).filter(({ length }) => length > 0);
}

/** `items` by their groups, each group in the order of `items`. @param groupOf of each item, below `groups` */
export function grouped(items: Uint32Array, groupOf: Uint32Array, groups: number): Uint32Array[] {
  const sizes = new Uint32Array(groups);
  for (const item of items) sizes[groupOf[item] as number] = (sizes[groupOf[item] as number] as number) + 1;
  const parts = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(groups);
  for (const item of items) {
    const group = groupOf[item] as number;
    const at = filled[group] as number;
    (parts[group] as Uint32Array)[at] = item;
    filled[group] = at + 1;
  }
  return parts;
}
