import type { Draws } from './draws.ts';
import type { Synonyms } from './synonyms.ts';

/**
 * One kind of change. The same arguments (and draws at their beginning) give the same text.
 * @param strength α, the share of words that change: `changesFor` says how many places that are, or as many as the text has
 * @returns the changed text; null, or the text itself, when nothing in it could be changed
 */
export type Operation = (text: string, strength: number, random: Draws, synonyms: Synonyms) => string | null;
