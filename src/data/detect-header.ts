import { lookOf, roleNamed } from './column-roles.ts';

/** A column's name has at most so many characters, and words. */
const MAX_NAME = 40;
const MAX_WORDS = 4;
/** Texts are this many times as long as their column's name. */
const TIMES_LONGER = 3;

/**
 * Whether the first of some rows names the columns. It does when a cell is a known name of a role and does not turn up below; or when all cells could be names, none
 * turns up below, and some column is unlike its first cell: numbers, categories, or much longer texts.
 * @param rows cells trimmed
 */
export function looksLikeHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows;
  if (!first) return false;
  const below = first.map((_, i) => rest.map((row) => row[i] ?? '').filter((cell) => cell !== ''));
  const isNew = first.map((cell, i) => !(below[i] as string[]).some((other) => other.toLowerCase() === cell.toLowerCase()));
  const filled = first.filter((cell) => cell !== '');
  if (!filled.every(couldBeName)) return false;
  if (first.some((cell, i) => isNew[i] && roleNamed(cell) !== null)) return true;
  const used = first.filter((cell, i) => cell !== '' || (below[i] as string[]).length > 0);
  const different = new Set(filled.map((cell) => cell.toLowerCase())).size;
  if (different < Math.max(2, used.length) || first.some((cell, i) => cell !== '' && !isNew[i])) return false;
  return first.some((cell, i) => {
    const look = lookOf(below[i] as string[]);
    return look.numeric || look.categories || (look.filled >= 2 && look.meanLength >= TIMES_LONGER * cell.length && look.meanLength >= 20);
  });
}

function couldBeName(cell: string): boolean {
  return cell.length <= MAX_NAME && cell.split(/\s+/u).length <= MAX_WORDS && /\p{L}/u.test(cell) && !/[.!?…]$/u.test(cell);
}

/** Rows that a title may have above the table. */
const TITLE_ROWS = 3;

/** How many rows are a title of one cell a row, below which two columns or more are named. @param rows cells trimmed */
export function titleRows(rows: readonly (readonly string[])[]): number {
  const titles = rows.findIndex((row) => row.filter((cell) => cell !== '').length > 1);
  return titles > 0 && titles <= TITLE_ROWS && looksLikeHeader(rows.slice(titles)) ? titles : 0;
}
