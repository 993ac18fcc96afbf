import { RandomStream, STREAM } from '../rng.ts';
import { TEXT_KINDS, VARIANTS_PER_TEXT, type TextKind } from './kinds.ts';
import { Draws } from './draws.ts';
import { OPERATIONS } from './operations.ts';
import type { Synonyms } from './synonyms.ts';

/** What variants are made of. */
export interface VariantSource {
  /** Texts of the data set's rows [N]. */
  readonly texts: readonly string[];
  /** Rows of the training domains: those that get variants. At most 2²¹. */
  readonly rows: Uint32Array;
  /** The run's seed. */
  readonly seed: number;
  readonly synonyms: Synonyms;
}

/** Variants that a kind and strength has: rows × VARIANTS_PER_TEXT. */
export function variantCount({ rows }: VariantSource): number {
  return rows.length * VARIANTS_PER_TEXT;
}

/**
 * The row that variant number `index` is made of, whatever its kind and strength. Every pass over the rows is in a random order of its
 * own, so that domains and labels arrive evenly. @param index 0 … variantCount − 1
 */
export function variantRow(source: VariantSource, index: number): number {
  const pass = passOf(source, index);
  const order = orderOf(source, pass);
  return source.rows[order[index - pass * order.length] as number] as number;
}

/**
 * Variant number `index` of a kind and strength. `text` is null when nothing in the row's text could be changed. @param index 0 … variantCount − 1
 * @param strength one of TEXT_STRENGTHS
 */
export function variantAt(source: VariantSource, kind: TextKind, strength: number, index: number): { readonly row: number; readonly text: string | null } {
  const row = variantRow(source, index);
  const text = source.texts[row] as string;
  return { row, text: variantOf(text, kind, strength, { seed: source.seed, pass: passOf(source, index), synonyms: source.synonyms }) };
}

/** One variant of one text; null when nothing in it could be changed. @param pass which of its variants, below VARIANTS_PER_TEXT in a run */
export function variantOf(text: string, kind: TextKind, strength: number, { seed, pass, synonyms }: { seed: number; pass: number; synonyms: Synonyms }): string | null {
  const draws = new Draws({ seed, text, kind: TEXT_KINDS.indexOf(kind), pass });
  const variant = OPERATIONS[kind](text, strength, draws, synonyms);
  return variant === null || variant === text || variant.trim() === '' ? null : variant;
}

function passOf({ rows }: VariantSource, index: number): number {
  return Math.floor(index / rows.length);
}

const ORDERS = new WeakMap<VariantSource, Uint32Array[]>();

/** The order of a pass, drawn once for a source: 100,000 rows take some tens of milliseconds. */
function orderOf(source: VariantSource, pass: number): Uint32Array {
  const known = ORDERS.get(source) ?? [];
  ORDERS.set(source, known);
  return (known[pass] ??= new RandomStream(source.seed, STREAM.variantOrder).permutation(source.rows.length, pass));
}
