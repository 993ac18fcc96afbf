import { describe, expect, test } from 'vitest';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { mixingOf, type Mixing } from '../../src/engine/population/member-knobs.ts';
import { NO_VARIANT, type VariantSet } from '../../src/engine/population/population.ts';
import { MemberProgress } from '../../src/engine/population/step-plan.ts';
import { VariantTable } from '../../src/engine/population/variants.ts';
import { interpolateWithin, mixUp, mixesUp, type Batch } from '../support/augmentation.ts';
import { active, withOwnClasses, withVariants } from '../support/augmented-cases.ts';
import { LINEAR, PLAIN, madeUpData, madeUpMember } from '../support/population.ts';

/** Row 0 has two deletions and two swaps, row 1 one of each that could be made, row 2 none. */
const SETS: readonly VariantSet[] = [
  { kind: 'deletion', strength: 0.1, source: Uint32Array.of(0, 1, 1, 0), row: Uint32Array.of(10, NO_VARIANT, 11, 12) },
  { kind: 'swap', strength: 0.1, source: Uint32Array.of(1, 0, 0, 1), row: Uint32Array.of(13, 14, 15, NO_VARIANT) },
];
const STEPS = 4000;

/** How often each row stands for `row`, over many steps. */
function tally(row: number, counts: readonly [deletions: number, swaps: number]): Map<number, number> {
  const table = new VariantTable(SETS);
  const variants = SETS.flatMap(({ kind, strength }, i) => ((counts[i] as number) > 0 ? [{ kind, strength, count: counts[i] as number }] : []));
  const times = new Map<number, number>();
  for (let step = 0; step < STEPS; step++) {
    for (const shown of table.chosen(Uint32Array.of(2, row, row), variants, 77, step).subarray(1)) times.set(shown, (times.get(shown) ?? 0) + 1);
  }
  return new Map([...times].sort(([a], [b]) => a - b));
}

describe('a place of the batch shows', () => {
  test.each([
    { row: 0, counts: [4, 4], shown: [0, 10, 12, 14, 15] },
    { row: 0, counts: [3, 2], shown: [0, 10, 14] },
    { row: 0, counts: [4, 0], shown: [0, 10, 12] },
    { row: 1, counts: [4, 4], shown: [1, 11, 13] },
    { row: 1, counts: [2, 0], shown: [1] },
    { row: 2, counts: [4, 4], shown: [2] },
    { row: 9, counts: [4, 4], shown: [9] },
  ] as const)('row $row or any of its variants among the first $counts, with equal chances', ({ row, counts, shown }) => {
    const times = tally(row, counts);
    expect([...times.keys()]).toEqual(shown);
    const n = 2 * STEPS;
    const expected = n / shown.length;
    const chiSquared = [...times.values()].reduce((sum, own) => sum + (own - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(18.5); // 0.1 % of fair draws among five go beyond
  });

  test('by a draw of its own, whatever stands at other places', () => {
    const table = new VariantTable(SETS);
    const variants = SETS.map(({ kind, strength }) => ({ kind, strength, count: 4 }));
    let unlike = 0;
    for (let step = 0; step < 100; step++) {
      const [a, b] = table.chosen(Uint32Array.of(0, 0), variants, 5, step);
      expect(table.chosen(Uint32Array.of(2, 0), variants, 5, step)[1]).toBe(b);
      unlike += Number(a !== b);
    }
    expect(unlike).toBeGreaterThan(50);
  });
});

test('augmented texts move neither the order of rows, nor classes and groups, nor who is blended with whom', () => {
  const plain = { ...madeUpData(8, 3), groupOf: madeUpData(8, 4).classOf };
  const data = withVariants(plain);
  const spec = withOwnClasses(madeUpMember(plain, 4), plain);
  const progress = (): MemberProgress => new MemberProgress(data, LINEAR, spec, new VariantTable(data.variants));
  const [off, on] = [progress(), progress()];
  const sources = new Map(data.variants.flatMap(({ source, row }) => [...row].map((own, i) => [own, source[i] as number] as const)));
  const knobs: EffectiveKnobs = { ...PLAIN, objective: 'groupDro', objectiveWeight: 0.1, interpolationAlpha: 0.5, batchSize: 5 };
  let changed = 0;
  for (let step = 0; step < 100; step++) {
    const [without, having] = [off.next(knobs), on.next({ ...knobs, variants: active(5, 5, 5) })];
    expect(having.rows.map((row) => sources.get(row) ?? row)).toEqual(without.rows);
    expect([having.classes, having.groups, having.mixing]).toEqual([without.classes, without.groups, without.mixing]);
    changed += having.rows.filter((row, i) => row !== without.rows[i]).length;
  }
  // Six out of seven rows have two variants in each of three sets, nearly all of them active.
  expect(changed / 1500).toBeGreaterThan(0.6);
  expect(changed / 1500).toBeLessThan(6 / 7);
});

describe('blending', () => {
  const classes = Uint32Array.from({ length: 24 }, (_, i) => [0, 1, 0, 2, 1, 0, 3][i % 7] as number);
  const of = (mixupAlpha: number, interpolationAlpha: number, step: number): Mixing | null => mixingOf(classes, { ...PLAIN, mixupAlpha, interpolationAlpha }, 9, step);

  test('within classes takes each row of a class once, as a partner of one of that class', () => {
    const partnersOfFirst = new Set<number>();
    for (let step = 0; step < 200; step++) {
      const { partners = new Uint32Array(), lambda = NaN } = of(0, 0.5, step) ?? {};
      expect([...partners].sort((a, b) => a - b)).toEqual([...classes.keys()]);
      expect(partners.map((place) => classes[place] as number)).toEqual(classes);
      expect(lambda).toBeGreaterThanOrEqual(0);
      expect(lambda).toBeLessThanOrEqual(1);
      partnersOfFirst.add(partners[0] as number);
    }
    expect([...partnersOfFirst].sort((a, b) => a - b)).toEqual([...classes.keys()].filter((place) => classes[place] === 0));
  });

  test('is mixup or within-class interpolation, each as by itself, by the toss of a fair coin where both are on', () => {
    let mixups = 0;
    for (let step = 0; step < 1000; step++) {
      const isMixup = mixesUp(9, step);
      expect(of(0.2, 0.5, step)).toEqual(isMixup ? of(0.2, 0, step) : of(0, 0.5, step));
      mixups += Number(isMixup);
    }
    expect(Math.abs(mixups - 500)).toBeLessThan(52); // 3.3 standard deviations of 15.8
  });

  test('is none where both are off, or one row is all', () => {
    expect(of(0, 0, 1)).toBeNull();
    expect(mixingOf(Uint32Array.of(1), { ...PLAIN, mixupAlpha: 0.2, interpolationAlpha: 0.5 }, 9, 1)).toBeNull();
  });

  test('has the share and the partners that the definition says', () => {
    const batch: Batch = { rows: 24, x: Float32Array.from({ length: 24 }, (_, i) => 2 ** (i % 12)), y: new Float32Array(24) };
    for (let step = 0; step < 20; step++) {
      for (const [mixing, expected] of [[of(0.2, 0, step), mixUp(batch, 0.2, 9, step)], [of(0, 0.5, step), interpolateWithin(batch, classes, 0.5, 9, step)]] as const) {
        const { lambda = NaN, partners = new Uint32Array() } = mixing ?? {};
        expect(batch.x.map((own, i) => lambda * own + (1 - lambda) * (batch.x[partners[i] as number] as number))).toEqual(expected.x);
      }
    }
  });
});
