import type { ActiveVariants } from '../../core/effective-knobs.ts';
import { RandomStream, STREAM } from '../../core/rng.ts';
import { NO_VARIANT, type VariantSet } from './population.ts';

const NONE = 0xffffffff;

/** One set, by the rows that its variants were made of: from each row the first variant, and from each variant the row's next one. */
interface Chains {
  readonly set: VariantSet;
  /** By row, up to the last that has a variant. */
  readonly first: Uint32Array;
  /** By variant. */
  readonly next: Uint32Array;
}

/** All augmented texts of a population, by kind, strength and source row. */
export class VariantTable {
  private readonly chains: readonly Chains[];

  constructor(sets: readonly VariantSet[] = []) {
    this.chains = sets.map(chainsOf);
  }

  /** What is missing of these, in words; null where nothing is. */
  problem(active: readonly ActiveVariants[]): string | null {
    for (const { kind, strength, count } of active) {
      const there = this.find(kind, strength)?.set.source.length ?? 0;
      if (count > there) return `The training calls for ${count} texts changed by ${kind} at strength ${strength}, and there are ${there}.`;
    }
    return null;
  }

  /**
   * Rows that stand for `rows` [B] in the batch of one step: for each place, with equal chances, its row or any of the row's active variants.
   * Keyed (seed, STREAM.textVariant, step; place in the batch). Choices are in the order of `active`, then of the set.
   */
  chosen(rows: Uint32Array, active: readonly ActiveVariants[], seed: number, step: number): Uint32Array {
    const random = new RandomStream(seed, STREAM.textVariant, step);
    const open = active.flatMap(({ kind, strength, count }) => {
      const chains = this.find(kind, strength);
      return chains ? [{ ...chains, count }] : [];
    });
    const choices: number[] = [];
    return rows.map((row, place) => {
      choices.length = 0;
      choices.push(row);
      for (const { set, first, next, count } of open) {
        for (let variant = first[row] ?? NONE; variant < count; variant = next[variant] as number) choices.push(set.row[variant] as number);
      }
      return choices.length === 1 ? row : (choices[Math.floor(random.uniform(place) * choices.length)] as number);
    });
  }

  private find(kind: string, strength: number): Chains | undefined {
    return this.chains.find(({ set }) => set.kind === kind && set.strength === strength);
  }
}

/** Chains go from earlier to later variants, and leave out where no text could be made. */
function chainsOf(set: VariantSet): Chains {
  const { source, row } = set;
  const first = new Uint32Array(source.reduce((most, own) => Math.max(most, own + 1), 0)).fill(NONE);
  const next = new Uint32Array(source.length).fill(NONE);
  for (let variant = source.length - 1; variant >= 0; variant--) {
    if (row[variant] === NO_VARIANT) continue;
    const from = source[variant] as number;
    next[variant] = first[from] as number;
    first[from] = variant;
  }
  return { set, first, next };
}
