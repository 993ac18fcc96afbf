import { hashWords } from '../hash.ts';
import { RandomStream, STREAM } from '../rng.ts';

/** Where the random numbers of one text's variant come from. */
export interface DrawsKey {
  /** The run's seed. */
  readonly seed: number;
  readonly text: string;
  /** Position of the kind in `TEXT_KINDS`, below 32. */
  readonly kind: number;
  /** Which of the text's variants, below 8. */
  readonly pass: number;
}

/** The random numbers of one variant of one text, one after another: the first is the same whatever is drawn for other texts. */
export class Draws {
  private readonly random: RandomStream;
  private readonly row: number;
  private unit: number;

  constructor({ seed, text, kind, pass }: DrawsKey) {
    const [step, row] = hashWords(text);
    this.random = new RandomStream(seed, STREAM.textAugmentation, step);
    this.row = row;
    this.unit = (kind << 27) | (pass << 24);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.random.uniform(this.row, this.unit++);
  }

  /** A whole number from 0 to `count` − 1. @param count at least 1, at most 2²⁴ */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** One of the items. @param items at least one */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** `count` of the items, or all where there are fewer, in the order of the items: each choice is as likely as any other. */
  sample<T>(items: readonly T[], count: number): T[] {
    // Knuth, The Art of Computer Programming, volume 2, section 3.4.2, algorithm S.
    const chosen: T[] = [];
    for (const [seen, item] of items.entries()) {
      if (chosen.length === count) break;
      if (this.below(items.length - seen) < count - chosen.length) chosen.push(item);
    }
    return chosen;
  }
}
