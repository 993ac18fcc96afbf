import { EXAMPLE_LIMITS } from '../core/example-limits.ts';
import { ROLES, type Role } from '../core/import-plan.ts';

/** Words a cell from which on a column is of words. */
const WORDED = 1.5;

/** What columns of each role are called, most telling first; the first one is the role's own name. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  text: ['text', 'sentence', 'review', 'message', 'content', 'comment', 'tweet', 'post', 'body', 'utterance', 'document', 'statement', 'description', 'headline', 'subject', 'title', 'question', 'query'],
  label: ['label', 'class', 'category', 'sentiment', 'target', 'y', 'intent', 'emotion', 'polarity', 'stance', 'topic', 'rating', 'stars', 'score', 'overall', 'tag'],
  domain: ['domain', 'source', 'site', 'channel', 'origin', 'author', 'platform', 'website', 'shop', 'store', 'product'],
  group: ['group', 'slice', 'subgroup', 'identity', 'demographic'],
};

/** A name that ends so counts, measures or points at something. */
const NOT_A_ROLE = new Set(['id', 'ids', 'no', 'number', 'date', 'time', 'timestamp', 'at', 'url', 'link', 'count', 'length', 'lang', 'language', 'confidence', 'probability']);

/** How well a name fits a role: 0 for its own name, more for others, Infinity for none. */
function nameDistance(name: string, role: Role): number {
  const words = wordsOf(name);
  const whole = words.join('');
  const last = words.at(-1) ?? '';
  const distances = NAMES[role].map((known, i) => (isForm(whole, known) ? 3 * i : isForm(last, known) ? 3 * i + 1 : words.some((word) => isForm(word, known)) ? 3 * i + 2 : Infinity));
  return isPointer(name) ? Infinity : Math.min(...distances);
}

function isPointer(name: string): boolean {
  return NOT_A_ROLE.has(wordsOf(name).at(-1) ?? '');
}

/** The role of which a whole cell is a name (“Review”, “source”), such as a header has; null for none. */
export function roleNamed(cell: string): Role | null {
  const whole = wordsOf(cell).join('');
  return ROLES.find((role) => NAMES[role].some((known) => isForm(whole, known))) ?? null;
}

/** “reviewText”, “Review text” → “review”, “text” */
function wordsOf(name: string): string[] {
  return name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const isForm = (word: string, known: string): boolean => word === known || (known.length > 1 && word === `${known}s`);

/** What a column's cells are like. */
export interface ColumnLook {
  /** Cells that are not empty. */
  readonly filled: number;
  readonly distinct: number;
  /** Characters, mean over filled cells. */
  readonly meanLength: number;
  /** Words with a letter in them, mean over filled cells. */
  readonly meanWords: number;
  readonly numeric: boolean;
  /** A few short values, most of them repeated: as labels, domains and groups are. */
  readonly categories: boolean;
}

export function lookOf(cells: readonly string[]): ColumnLook {
  const filled = cells.filter((cell) => cell !== '');
  const counts = new Map<string, number>();
  for (const cell of filled) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const distinct = counts.size;
  const repeated = [...counts.values()].reduce((sum, n) => sum + (n > 1 ? n : 0), 0);
  const words = filled.reduce((sum, cell) => sum + cell.split(/\s+/u).filter((word) => /\p{L}/u.test(word)).length, 0);
  const longest = filled.reduce((length, cell) => Math.max(length, cell.length), 0);
  return {
    filled: filled.length,
    distinct,
    meanLength: filled.reduce((sum, cell) => sum + cell.length, 0) / Math.max(1, filled.length),
    meanWords: words / Math.max(1, filled.length),
    numeric: filled.length > 0 && filled.every((cell) => /^[-+]?(\d+([.,]\d+)*|\.\d+)(e[-+]?\d+)?\s*%?$/iu.test(cell)),
    categories: filled.length >= 4 && distinct >= 2 && distinct <= filled.length / 2 && repeated >= 0.75 * filled.length && longest <= 60,
  };
}

/**
 * The column that each role is most likely in: by names first, then by what the cells are like.
 * @param cells one list a column, of the same rows. @param named whether the columns have names of their own
 */
export function proposeColumns(columns: readonly string[], cells: readonly (readonly string[])[], named: boolean): Partial<Record<Role, string>> {
  const looks = cells.map(lookOf);
  const free = new Set(columns.keys());
  const chosen: Partial<Record<Role, string>> = {};
  const take = (role: Role, candidates: readonly number[], cost: (column: number) => number): void => {
    const possible = candidates.filter((column) => free.has(column) && cost(column) < Infinity);
    if (chosen[role] !== undefined || possible.length === 0) return;
    const best = possible.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    free.delete(best);
    chosen[role] = columns[best] as string;
  };
  const all = [...columns.keys()];
  const look = (column: number): ColumnLook => looks[column] as ColumnLook;
  const sorts = (column: number): boolean => look(column).categories && !(named && isPointer(columns[column] as string));
  if (named) {
    for (const role of ROLES) {
      take(role, all, (column) => {
        const distance = nameDistance(columns[column] as string, role);
        return distance === 0 || fits(role, look(column)) ? distance : Infinity;
      });
    }
  }
  // Text before label: what is long and varied is not what sorts it. Codes and addresses are long and varied too, but of one word.
  const worded = all.filter((column) => look(column).meanWords >= WORDED);
  const others = all.filter((column) => !look(column).numeric);
  const varied = (column: number): number => -look(column).meanLength * (look(column).distinct / Math.max(1, look(column).filled));
  take('text', worded, varied);
  take('text', others, varied);
  take('label', all.filter(sorts), (column) => look(column).distinct + (look(column).numeric ? 1 : 0));
  const sorting = all.filter((column) => free.has(column) && sorts(column));
  // Without names to go by, what is left over and sorts the rows is worth a proposal.
  if (!named && sorting.length === 1) take('domain', sorting, () => 0);
  // Something has to be the text.
  take('text', all, () => 0);
  return chosen;
}

/** Whether cells that look so can be of the role that the column's name suggests. */
function fits(role: Role, { filled, distinct, meanLength, numeric, categories }: ColumnLook): boolean {
  if (filled === 0) return false;
  if (role === 'text') return !numeric && !(categories && meanLength < 20);
  return distinct <= EXAMPLE_LIMITS.maxNames[role] && meanLength <= EXAMPLE_LIMITS.maxNameLength && (filled < 8 || distinct <= filled / 2);
}
