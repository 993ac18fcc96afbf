import { joinIsDue, joinedCount, joinedCounts, type VariantCount } from '../core/augment/joins.ts';
import type { TextKind, VariantJoin } from '../core/augment/kinds.ts';
import type { VariantPart } from '../protocol/variants.ts';
import { NO_VARIANT, type PopulationData, type VariantSet } from './population/population.ts';

/** Variants of one kind and strength that have come so far. */
interface Gathered extends VariantSet {
  /** How many there will be. */
  readonly total: number;
}

/** Augmented texts of one run as they come, part by part, and the run's data with all of them in it. */
export class VariantPool {
  private sets: readonly Gathered[] = [];
  private grown: PopulationData;
  /** Embeddings that have come since `grown` was made, in the order of their rows. */
  private waiting: Float32Array[] = [];
  /** Rows of the data, and of all variants. */
  private rows: number;
  private isStale = false;

  /** @param plain the data without any variants */
  constructor(private readonly plain: PopulationData) {
    this.grown = plain;
    this.rows = plain.classOf.length;
  }

  /**
   * The data with a row for the embedding of each variant, after all of its own; the same object until more have come. What else the
   * data say of such a row means nothing: a variant has class and group of the row that it was made of.
   */
  get data(): PopulationData {
    if (this.isStale) this.grow();
    return this.grown;
  }

  /** How many variants of a kind and strength there are. */
  count(kind: TextKind, strength: number): number {
    return this.find(kind, strength)?.source.length ?? 0;
  }

  /**
   * Takes the next variants of a kind and strength; those that are here already are passed over.
   * @throws RangeError on a gap before them, on a row that the data lack, or on sizes that do not fit together; nothing is taken then
   */
  add(part: VariantPart): void {
    const known = this.find(part.kind, part.strength);
    const count = known?.source.length ?? 0;
    this.check(part, count, known?.total ?? part.total);
    const passed = Math.min(part.source.length, count - part.from);
    if (passed === part.source.length) return;
    const has = part.has.subarray(passed);
    const row = Uint32Array.from(has, (one) => (one === 1 ? this.rows++ : NO_VARIANT));
    this.waiting.push(part.features.slice(present(part.has.subarray(0, passed)) * this.plain.width));
    this.isStale = true;
    const { kind, strength, total } = part;
    const set = { kind, strength, total, source: appended(known?.source, part.source.subarray(passed)), row: appended(known?.row, row) };
    this.sets = known ? this.sets.map((other) => (other === known ? set : other)) : [...this.sets, set];
  }

  /** Whether all variants are here that these joins name. */
  covers(joins: readonly VariantJoin[]): boolean {
    return joinedCounts(joins).every(({ kind, strength, count }) => this.count(kind, strength) >= count);
  }

  /** Whether enough has come since these joins for another one: see `joinIsDue`. */
  isDue(joins: readonly VariantJoin[]): boolean {
    return this.sets.some(({ kind, strength, source, total }) => joinIsDue(joinedCount(joins, kind, strength), source.length, total));
  }

  private find(kind: TextKind, strength: number): Gathered | undefined {
    return this.sets.find((set) => set.kind === kind && set.strength === strength);
  }

  private check({ kind, from, total, source, has, features }: VariantPart, count: number, expected: number): void {
    const { width, classOf } = this.plain;
    if (has.length !== source.length || features.length !== present(has) * width) {
      throw new RangeError(`${source.length} rows, ${has.length} marks and ${features.length} values are not variants with embeddings of width ${width}.`);
    }
    if (from > count) throw new RangeError(`Of the “${kind}” variants there are ${count}, so those from number ${from} on cannot follow.`);
    if (total !== expected || from + source.length > total) throw new RangeError(`There are ${expected} “${kind}” variants in all.`);
    if (source.some((row) => row >= classOf.length)) throw new RangeError(`A “${kind}” variant was made of a row that the data lack.`);
  }

  private grow(): void {
    const { classOf, groupOf } = this.plain;
    const parts = [this.grown.features, ...this.waiting];
    const features = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      features.set(part, at);
      at += part.length;
    }
    this.grown = {
      ...this.plain,
      features,
      classOf: lengthened(classOf, this.rows),
      ...(groupOf && { groupOf: lengthened(groupOf, this.rows) }),
      variants: this.sets.map(({ kind, strength, source, row }) => ({ kind, strength, source, row })),
    };
    this.waiting = [];
    this.isStale = false;
  }
}

/** How many variants of each kind and strength a population with these data can draw. */
export function variantCounts({ variants = [] }: PopulationData): readonly VariantCount[] {
  return variants.map(({ kind, strength, source }) => ({ kind, strength, count: source.length }));
}

/** How many are not 0. */
function present(has: Uint8Array): number {
  return has.reduce((sum, one) => sum + one, 0);
}

function appended(before: Uint32Array | undefined, more: Uint32Array): Uint32Array {
  const all = lengthened(before ?? new Uint32Array(), (before?.length ?? 0) + more.length);
  all.set(more, before?.length ?? 0);
  return all;
}

function lengthened(values: Uint32Array, length: number): Uint32Array {
  const longer = new Uint32Array(length);
  longer.set(values);
  return longer;
}
