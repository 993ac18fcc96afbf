import type { Example } from '../examples.ts';
import { count } from '../format.ts';
import { RandomStream, STREAM } from '../rng.ts';
import { TEXT_KIND_TABLE, TEXT_STRENGTHS, type TextKind } from './kinds.ts';
import type { Synonyms } from './synonyms.ts';
import { variantOf } from './variants.ts';
import { wordDiff, type DiffPart } from './word-diff.ts';

/** Texts that a preview shows. */
export const PREVIEW_TEXTS = 3;
/** Texts that are looked through for some that the kinds change, at most. */
const CANDIDATES = 200;
/** A kind that changes a smaller share of the texts is said to be rare. */
const RARE_SHARE = 0.25;
/** Rows looked at between two turns. */
const ROWS_A_TURN = 500;
/** Texts up to this many characters are shown where there are enough of them. */
const SHORT = 160;

/** What one kind does to one text: what changes between the two, or null when nothing in the text can be changed. */
export interface KindPreview {
  readonly kind: TextKind;
  readonly parts: readonly DiffPart[] | null;
}

/** A text of the data, and what each kind that is on makes of it. */
export interface PreviewedText {
  readonly text: string;
  readonly changes: readonly KindPreview[];
}

export interface Preview {
  readonly shown: readonly PreviewedText[];
  /** Texts that were looked through. */
  readonly looked: number;
  /** How many of them each kind can change [kinds]. */
  readonly changed: readonly number[];
}

/** Where variants come from: the run's first seed, and the table of synonyms. */
interface Source {
  readonly seed: number;
  readonly synonyms: Synonyms;
}

/**
 * PREVIEW_TEXTS of the candidates, such that each kind has one that it changes where there is one. Which ones does not go by the strength, so that
 * they stay where they are while it is moved.
 * @param turn 0, 1, 2 …: each gives others, until all have been shown
 */
export function previewOf(candidates: readonly string[], kinds: readonly TextKind[], strength: number, turn: number, source: Source): Preview {
  const strongest = Math.max(...TEXT_STRENGTHS);
  const canChange = candidates.map((text) => kinds.map((kind) => variantOf(text, kind, strongest, { ...source, pass: 0 }) !== null));
  return {
    shown: picked(canChange, turn).map((i) => candidates[i] as string).map((text) => ({ text, changes: changesOf(text, kinds, strength, source) })),
    looked: candidates.length,
    changed: kinds.map((_, k) => canChange.filter((row) => row[k]).length),
  };
}

/** What is to be said of kinds that change few texts or none, a sentence each. */
export function rareInWords(kinds: readonly TextKind[], { looked, changed }: Pick<Preview, 'looked' | 'changed'>): string[] {
  return kinds.flatMap((kind, k) => {
    const n = changed[k] ?? 0;
    return n < RARE_SHARE * looked ? [`“${TEXT_KIND_TABLE[kind].label}” can change ${n === 0 ? 'none' : count(n)} of the ${count(looked)} texts looked at.`] : [];
  });
}

/** The first variant that a run of this seed has of the text, of each kind. */
export function changesOf(text: string, kinds: readonly TextKind[], strength: number, source: Source): KindPreview[] {
  return kinds.map((kind) => {
    const variant = variantOf(text, kind, strength, { ...source, pass: 0 });
    return { kind, parts: variant === null ? null : wordDiff(text, variant) };
  });
}

/** @param canChange which kinds can change which text [texts, kinds] @returns texts of one turn: each brings in as many kinds as it can that those before it of this turn lack, then as many as it can at all */
function picked(canChange: readonly (readonly boolean[])[], turn: number): number[] {
  const turns = Math.max(1, Math.floor(canChange.length / PREVIEW_TEXTS));
  const left = new Set(canChange.keys());
  let chosen: number[] = [];
  for (let t = 0; t <= turn % turns; t++) {
    chosen = [];
    while (chosen.length < PREVIEW_TEXTS && left.size > 0) {
      const gain = (text: number): number => {
        const own = canChange[text] as readonly boolean[];
        const added = own.filter((can, k) => can && !chosen.some((other) => canChange[other]?.[k])).length;
        return added * (own.length + 1) + own.filter(Boolean).length;
      };
      const best = [...left].reduce((a, b) => (gain(b) > gain(a) ? b : a));
      chosen.push(best);
      left.delete(best);
    }
  }
  return chosen;
}

/** Different texts from outside the held-out domain to choose from, in a random order, short ones where there are enough; CANDIDATES at most. Yields often. */
export function* previewCandidates(examples: readonly Example[], heldOutDomain: string, seed: number): Generator<void, string[]> {
  const outside = new Set<string>();
  const short = new Set<string>();
  for (const [row, { text, domain }] of examples.entries()) {
    if (row % ROWS_A_TURN === 0) yield;
    if (domain === heldOutDomain) continue;
    outside.add(text);
    if (text.length <= SHORT) short.add(text);
  }
  const texts = [...(short.size > PREVIEW_TEXTS ? short : outside)];
  const random = new RandomStream(seed, STREAM.variantOrder, 1);
  // A walk with a random first text and a stride without a common divisor comes to every text before it comes to one again.
  const first = random.bits(0) % Math.max(1, texts.length);
  const stride = strideFor(texts.length, random.bits(1));
  return Array.from({ length: Math.min(CANDIDATES, texts.length) }, (_, i) => texts[(first + i * stride) % texts.length] as string);
}

function strideFor(length: number, from: number): number {
  let stride = 1 + (from % Math.max(1, length));
  while (divisor(stride, length) > 1) stride++;
  return stride;
}

/** The greatest common divisor (Euclid). */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
