import type { ActiveVariants, EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { NO_VARIANT, type MemberSpec, type PopulationData, type VariantSet } from '../../src/engine/population/population.ts';
import { PLAIN, madeUpMember, startingWeights, type Training } from './population.ts';

const SETS = [
  { kind: 'deletion', strength: 0.1 },
  { kind: 'swap', strength: 0.1 },
  { kind: 'deletion', strength: 0.5 },
] as const;
/** Variants of a set: two of each row, but for every seventh row. */
const PER_ROW = 2;

/**
 * The data with two variants of most rows in each of three sets, in a random order. What the data say of class and group of a variant's row
 * is wrong, as it must not matter; some texts could not be changed.
 */
export function withVariants(data: PopulationData): PopulationData & { readonly variants: readonly VariantSet[] } {
  const { width, classes, classOf, groupOf } = data;
  const texts = classOf.length;
  const features = [...data.features];
  const sourceOf: number[] = [];
  const variants = SETS.map(({ kind, strength }, number) => {
    const random = new RandomStream(number, STREAM.rowSample, 3);
    const source = random.permutation(PER_ROW * texts).map((at) => at % texts).filter((row) => row % 7 !== number);
    const row = source.map((from, i) => {
      if (i % 13 === 5) return NO_VARIANT;
      const values = Array.from({ length: width }, (_, unit) => (data.features[from * width + unit] as number) + 0.1 * (random.uniform(i, unit) - 0.5));
      const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      features.push(...values.map((value) => value / norm));
      return texts + sourceOf.push(from) - 1;
    });
    return { kind, strength, source, row };
  });
  const wrong = (values: Uint32Array, count: number): Uint32Array => Uint32Array.of(...values, ...sourceOf.map((row) => ((values[row] as number) + 1) % count));
  return { ...data, features: Float32Array.from(features), classOf: wrong(classOf, classes), ...(groupOf && { groupOf: wrong(groupOf, 1 + Math.max(...groupOf)) }), variants };
}

/** The member with other classes for about a third of its rows, of the data's own or of others. */
export function withOwnClasses(spec: MemberSpec, { classOf, classes }: PopulationData): MemberSpec {
  const random = new RandomStream(spec.seed, STREAM.rowSample, 4);
  return { ...spec, classOf: classOf.map((own, row) => (random.uniform(row, 0) < 1 / 3 ? (own + 1 + (random.bits(row, 1) % (classes - 1))) % classes : own)) };
}

/** The first variants of the sets of `withVariants`, a hundred times `hundreds[s]` of each. */
export function active(...hundreds: readonly number[]): readonly ActiveVariants[] {
  return hundreds.flatMap((count, set) => (count > 0 ? [{ ...(SETS[set] as (typeof SETS)[number]), count: 100 * count }] : []));
}

type Schedule = (step: number) => Partial<EffectiveKnobs>;

/** What is particular about a member's data: steps' knobs, and whether it has labels of its own. */
const CASES = {
  'labels of its own': { ownClasses: true, knobs: (): Partial<EffectiveKnobs> => ({ mixupAlpha: 0.3 }) },
  'augmented texts': { ownClasses: false, knobs: () => ({ variants: active(4, 5) }) },
  'augmented texts that join by and by': { ownClasses: false, knobs: (step) => ({ variants: step < 10 ? [] : step < 20 ? active(0, 1) : active(1, 3) }) },
  'augmented texts and GroupDRO': { ownClasses: false, knobs: () => ({ variants: active(5), objective: 'groupDro', objectiveWeight: 0.1 }) },
  'all of it': {
    ownClasses: true,
    knobs: (step) => ({ variants: active(1, step < 25 ? 0 : 4, 5), noiseNorm: 0.3, mixupAlpha: 0.3, interpolationAlpha: 0.5, dropoutRate: 0.3, inputDropoutRate: 0.1, labelSmoothing: 0.1 }),
  },
} as const satisfies Record<string, { readonly ownClasses: boolean; readonly knobs: Schedule }>;
export type AugmentedCase = keyof typeof CASES;
export const AUGMENTED_CASES = Object.keys(CASES) as AugmentedCase[];

/** @param data with five stretches of rows, without variants */
export function augmentedTraining(data: PopulationData, head: HeadSpec, name: AugmentedCase): Training {
  const { ownClasses, knobs } = CASES[name];
  const plain = madeUpMember(data, 5);
  const spec = ownClasses ? withOwnClasses(plain, data) : plain;
  const augmented = withVariants(data);
  return { data: augmented, head, spec, knobs: (step) => ({ ...PLAIN, batchSize: 6, ...knobs(step) }), start: startingWeights(augmented, head, spec) };
}
