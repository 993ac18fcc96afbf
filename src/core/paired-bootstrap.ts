import { RandomStream, STREAM } from './rng.ts';

/**
 * Paired comparisons of methods that were scored on the same rows with the same seeds.
 *
 * Rows and seeds are resampled independently of each other, and a resample is the same for all methods: Owen, "The pigeonhole
 * bootstrap", Ann. Appl. Stat. 1 (2007). Of n rows n are drawn; of S seeds, which are few, S − 1, so that the variance that they
 * bring is not underestimated: Rao & Wu, "Resampling inference with complex survey data", JASA 83 (1988). One draw of the seeds holds
 * for all parts of a resample, as a seed brings the same configurations everywhere.
 */

/** Enough that the smallest p-value, 1/10,000, still counts after a correction for 500 comparisons. */
export const RESAMPLES = 9_999;

/** Whether each method, with each seed, got each row of one part right (1) or not (0): correct[m][s] [n]. */
export type PartCorrect = readonly (readonly Uint8Array[])[];

/** A part's rows, those with equal answers by all methods and seeds put together. */
interface Rows {
  /** Group of each row [n]. */
  readonly groupOf: Uint32Array;
  /** The groups' answers [G, M, S]. */
  readonly answers: Uint8Array;
  readonly groups: number;
}

export class PairedBootstrap {
  /** Mean accuracies in each resample [B, P, M]. */
  private readonly means: Float64Array;
  /** Mean accuracies as they are [P, M]. */
  private readonly observed: readonly (readonly number[])[];
  private readonly rows: readonly Rows[];
  private readonly methods: number;
  private readonly seeds: number;
  private done = 0;

  /** @throws RangeError when methods or seeds differ between parts, or a part lacks rows, methods or seeds */
  constructor(
    parts: readonly PartCorrect[],
    private readonly resamples = RESAMPLES,
  ) {
    this.methods = parts[0]?.length ?? 0;
    this.seeds = parts[0]?.[0]?.length ?? 0;
    for (const part of parts) {
      const n = part[0]?.[0]?.length ?? 0;
      const whole = part.length === this.methods && part.every((bySeed) => bySeed.length === this.seeds && bySeed.every((rows) => rows.length === n));
      if (!whole || n === 0) throw new RangeError('Methods can be compared only on the same rows with the same seeds.');
    }
    this.rows = parts.map(grouped);
    this.observed = parts.map((part) => part.map(meanOf));
    this.means = new Float64Array(resamples * parts.length * this.methods);
  }

  get finished(): boolean {
    return this.done >= this.resamples;
  }

  /** Draws so many more resamples. */
  advance(count: number): void {
    const end = Math.min(this.resamples, this.done + count);
    for (; this.done < end; this.done++) this.resample(this.done);
  }

  /**
   * Mean difference of two methods' accuracies over `parts`, each part counting alike, and the two-sided p-value of no difference:
   * the share of resamples whose difference, moved to have no mean, is as large as the one found. Efron & Tibshirani,
   * "An introduction to the bootstrap" (1993), section 16.4; one is added above and below, as the data are a resample too.
   */
  compare(a: number, b: number, parts: readonly number[]): { readonly difference: number; readonly p: number } {
    if (!this.finished) throw new Error('Not all resamples are drawn.');
    const count = this.rows.length;
    const difference = parts.reduce((sum, part) => sum + (this.observed[part]?.[a] as number) - (this.observed[part]?.[b] as number), 0) / parts.length;
    let extreme = 0;
    for (let resample = 0; resample < this.resamples; resample++) {
      let sum = 0;
      for (const part of parts) {
        const at = (resample * count + part) * this.methods;
        sum += (this.means[at + a] as number) - (this.means[at + b] as number);
      }
      // Within rounding of equal counts as equal.
      if (Math.abs(sum / parts.length - difference) >= Math.abs(difference) - 1e-12) extreme++;
    }
    return { difference, p: (1 + extreme) / (1 + this.resamples) };
  }

  private resample(index: number): void {
    const { methods, seeds } = this;
    const random = new RandomStream(0, STREAM.bootstrap, index);
    const drawnSeeds = Math.max(1, seeds - 1);
    const timesSeed = new Uint32Array(seeds);
    for (let i = 0; i < drawnSeeds; i++) (timesSeed[below(random.bits(this.rows.length, i), seeds)] as number)++;
    this.rows.forEach(({ groupOf, answers, groups }, part) => {
      const n = groupOf.length;
      const timesGroup = new Uint32Array(groups);
      for (let i = 0; i < n; i++) (timesGroup[groupOf[below(random.bits(part, i), n)] as number] as number)++;
      const at = (index * this.rows.length + part) * methods;
      for (let group = 0; group < groups; group++) {
        const times = timesGroup[group] as number;
        if (times === 0) continue;
        for (let method = 0; method < methods; method++) {
          let right = 0;
          for (let seed = 0; seed < seeds; seed++) right += (timesSeed[seed] as number) * (answers[(group * methods + method) * seeds + seed] as number);
          (this.means[at + method] as number) += times * right;
        }
      }
      for (let method = 0; method < methods; method++) (this.means[at + method] as number) /= n * drawnSeeds;
    });
  }
}

/** A uniform whole number from 0 to n − 1 of a 32-bit word. */
function below(word: number, n: number): number {
  return Math.floor((word / 4294967296) * n);
}

function meanOf(bySeed: readonly Uint8Array[]): number {
  return bySeed.reduce((sum, rows) => sum + rows.reduce((right, one) => right + one, 0) / rows.length, 0) / bySeed.length;
}

function grouped(part: PartCorrect): Rows {
  const columns = part.flat();
  const n = columns[0]?.length ?? 0;
  const groupNames = new Map<string, number>();
  const groupOf = Uint32Array.from({ length: n }, (_, row) => {
    const name = columns.map((column) => column[row]).join('');
    const known = groupNames.get(name) ?? groupNames.size;
    groupNames.set(name, known);
    return known;
  });
  return { groupOf, answers: Uint8Array.from([...groupNames.keys()].join(''), Number), groups: groupNames.size };
}
