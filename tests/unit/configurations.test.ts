import { describe, expect, test } from 'vitest';
import { CONFIGURATIONS, METHODS, METHOD_TABLE, configurations, methodProblem } from '../../src/core/configurations.ts';
import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS, checkKnob, type KnobName } from '../../src/core/knobs.ts';
import { OBJECTIVE_TABLE } from '../../src/core/objectives.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

describe.each(METHODS)('the configurations of %s', (method) => {
  const { objective, mixup } = METHOD_TABLE[method];

  test(`are ${CONFIGURATIONS}, the defaults first, each with the method's objective and knobs within their ranges`, () => {
    for (const seed of SEEDS) {
      const all = configurations(method, seed);
      expect(all).toHaveLength(CONFIGURATIONS);
      expect(all[0]).toEqual({ ...DEFAULT_KNOBS, objective, mixup });
      for (const knobs of all) {
        for (const [name, value] of Object.entries(knobs)) checkKnob(name as KnobName, value as never);
        expect(knobs.objective).toBe(objective);
        expect(knobs.mixup).toBe(mixup);
        expect(knobs.noise || knobs.interpolation).toBe(false);
      }
    }
  });

  test('differ from each other and from seed to seed, and are the same when asked for again', () => {
    const names = SEEDS.flatMap((seed) => configurations(method, seed).slice(1)).map((configuration) => JSON.stringify(configuration));
    expect(new Set(names).size).toBe(names.length);
    expect(configurations(method, 3)).toEqual(configurations(method, 3));
  });

  test('spread the strength over its range', () => {
    const { strength } = OBJECTIVE_TABLE[objective];
    const drawn = SEEDS.flatMap((seed) => configurations(method, seed).slice(1));
    const spread = (values: number[]): number => Math.max(...values) / Math.min(...values);
    expect(spread(drawn.map(({ learningRate }) => learningRate))).toBeGreaterThan(20);
    if (mixup) expect(spread(drawn.map(({ mixupAlpha }) => mixupAlpha))).toBeGreaterThan(5);
    if (strength !== null) expect(spread(drawn.map((knobs) => knobs[strength]))).toBeGreaterThan(50);
  });
});

test('configurations of one index have what methods share in common', () => {
  const shared = METHODS.map((method) => configurations(method, 5).map(({ learningRate, batchSize, dropout, dropoutRate, l2, l2Strength }) => ({ learningRate, batchSize, dropout, dropoutRate, l2, l2Strength })));
  for (const other of shared) expect(other).toEqual(shared[0]);
});

test('mixup comes without noise, and penalties with their annealing', () => {
  const [plain] = configurations('ermMixup', 1);
  expect(plain && effectiveKnobs(plain, 0, 300)).toMatchObject({ objective: 'erm', mixupAlpha: 0.2, noiseNorm: 0 });
  const [irm] = configurations('irm', 1);
  expect(irm && [effectiveKnobs(irm, 29, 300).objectiveWeight, effectiveKnobs(irm, 30, 300).objectiveWeight]).toEqual([1, 100]);
});

test('a method that compares domains, or aligns hidden units, says why it cannot be trained', () => {
  expect(METHODS.filter((method) => methodProblem(method, true, 1) === null)).toEqual(['erm', 'ermMixup']);
  expect(METHODS.filter((method) => methodProblem(method, false, 3) !== null)).toEqual(['coral', 'dann']);
  expect(methodProblem('coral', false, 3)).toMatch(/hidden/u);
});
