import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS, SLIDERS, SWITCHES, checkKnob, sliderPosition, sliderValue, withKnob, type KnobValues, type SliderKnob, AVERAGING_DECAY } from '../../src/core/knobs.ts';
import { TEXT_KINDS, TEXT_KIND_TABLE, TEXT_STRENGTHS, textKnob, type VariantJoin } from '../../src/core/augment/kinds.ts';
import { OBJECTIVE_TABLE } from '../../src/core/objectives.ts';

const sliders: readonly SliderKnob[] = Object.values(SLIDERS);

describe.each(sliders.map((slider) => [slider.label, slider] as const))('the slider %s', (_, slider) => {
  const positions = [...Array(slider.positions + 1).keys()];

  test('spans its range', () => {
    expect(sliderValue(slider, 0)).toBeCloseTo(slider.min, 10);
    expect(sliderValue(slider, slider.positions)).toBeCloseTo(slider.max, 10);
  });

  test('has an allowed value at every position', () => {
    for (const position of positions) expect(() => checkKnob(slider.name, sliderValue(slider, position))).not.toThrow();
  });

  test('goes up at every step, so that each value has one position', () => {
    const values = positions.map((position) => sliderValue(slider, position));
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
  });

  test('finds the position of a value that it shows', () => {
    for (const position of positions) expect(sliderPosition(slider, sliderValue(slider, position))).toBe(position);
  });

  test('keeps positions and values beyond its ends within them', () => {
    expect(sliderValue(slider, -3)).toBe(sliderValue(slider, 0));
    expect(sliderPosition(slider, slider.max * 10)).toBe(slider.positions);
    expect(sliderPosition(slider, slider.min / 10)).toBe(0);
  });

  test('refuses values out of range, of the wrong kind, and not numbers', () => {
    for (const value of [slider.min / 2, slider.max * 2, NaN, Infinity, true]) expect(() => checkKnob(slider.name, value)).toThrow(slider.label);
  });

  test('shows its default', () => {
    expect(() => checkKnob(slider.name, DEFAULT_KNOBS[slider.name])).not.toThrow();
  });
});

test('the strength of text augmentation is one of a few', () => {
  const { textStrength } = SLIDERS;
  expect([...Array(textStrength.positions + 1).keys()].map((position) => sliderValue(textStrength, position))).toEqual(TEXT_STRENGTHS);
  expect(sliderPosition(textStrength, 0.12)).toBe(TEXT_STRENGTHS.indexOf(0.1));
  expect(() => checkKnob('textStrength', 0.15)).toThrow('one of 0.05, 0.1, 0.2, 0.3, 0.5');
});

test('each kind of text augmentation has a switch of its own, which is off at first', () => {
  expect(new Set(TEXT_KINDS.map(textKnob)).size).toBe(TEXT_KINDS.length);
  for (const kind of TEXT_KINDS) {
    expect(SWITCHES[textKnob(kind)]).toEqual({ name: textKnob(kind), ...TEXT_KIND_TABLE[kind] });
    expect(DEFAULT_KNOBS[textKnob(kind)]).toBe(false);
  }
  expect(textKnob('ocr')).toBe('textOcr');
});

test('a batch size is whole, and may lie between two positions of its slider, where it stands at the nearer one in ratio', () => {
  const { batchSize } = SLIDERS;
  expect(() => checkKnob('batchSize', 2.5)).toThrow(RangeError);
  for (const [stored, shown] of [[5, 6], [7, 8], [10, 11], [24, 23], [100, 91], [120, 128]] as const) {
    expect(() => checkKnob('batchSize', stored)).not.toThrow();
    expect([stored, sliderValue(batchSize, sliderPosition(batchSize, stored))]).toEqual([stored, shown]);
  }
});

test('a switch refuses a number', () => {
  for (const { name } of Object.values(SWITCHES)) expect(() => checkKnob(name, 1)).toThrow(name);
});

test('changing one knob leaves the others and the original alone', () => {
  const changed = withKnob(DEFAULT_KNOBS, 'dropout', true);
  expect(changed).toEqual({ ...DEFAULT_KNOBS, dropout: true });
  expect(DEFAULT_KNOBS.dropout).toBe(false);
});

describe('the knobs in force', () => {
  test('are zero for what is switched off', () => {
    const { learningRate, objective, optimizer, batchSize, resetMoments, variants, ...amounts } = effectiveKnobs(DEFAULT_KNOBS, 10, 100);
    expect({ learningRate, objective, optimizer, batchSize, resetMoments }).toEqual({ learningRate: 0.01, objective: 'erm', optimizer: 'adam', batchSize: 32, resetMoments: false });
    expect(variants).toEqual([]);
    expect(amounts).toEqual(Object.fromEntries(Object.keys(amounts).map((name) => [name, 0])));
  });

  test('are the amounts for what is switched on', () => {
    const all = { ...DEFAULT_KNOBS, dropout: true, l2: true, noise: true, mixup: true, interpolation: true };
    const { dropoutRate, l2Strength, noiseNorm, mixupAlpha, interpolationAlpha } = all;
    expect(effectiveKnobs(all, 0, 100)).toMatchObject({ dropoutRate, l2Strength, noiseNorm, mixupAlpha, interpolationAlpha });
    expect(effectiveKnobs({ ...all, noise: false }, 0, 100)).toMatchObject({ noiseNorm: 0, mixupAlpha, interpolationAlpha });
    expect(effectiveKnobs({ ...all, mixup: false }, 0, 100)).toMatchObject({ noiseNorm, mixupAlpha: 0, interpolationAlpha });
    const more = { ...DEFAULT_KNOBS, inputDropout: true, l1: true, weightDecay: true, labelSmoothing: true, averaging: true };
    const { inputDropoutRate, l1Strength, weightDecayStrength: weightDecay, labelSmoothingAmount: labelSmoothing } = more;
    expect(effectiveKnobs(more, 0, 100)).toMatchObject({ inputDropoutRate, l1Strength, weightDecay, labelSmoothing, averagingDecay: AVERAGING_DECAY });
  });

  test('let augmented texts in from the step at which they joined, of the kinds that are on and at the strength in force', () => {
    const joins: readonly VariantJoin[] = [
      { step: 5, kind: 'swap', strength: 0.1, count: 40 },
      { step: 5, kind: 'deletion', strength: 0.1, count: 7 },
      { step: 9, kind: 'deletion', strength: 0.1, count: 30 },
      { step: 9, kind: 'deletion', strength: 0.5, count: 11 },
    ];
    const at = (step: number, changes: Partial<KnobValues>) => effectiveKnobs({ ...DEFAULT_KNOBS, ...changes }, step, 100, joins).variants;
    const both = { textDeletion: true, textSwap: true };
    expect([0, 4, 5, 8].map((step) => at(step, { textDeletion: true }))).toEqual([[], [], ...[5, 8].map(() => [{ kind: 'deletion', strength: 0.1, count: 7 }])]);
    expect(at(9, both)).toEqual([{ kind: 'deletion', strength: 0.1, count: 30 }, { kind: 'swap', strength: 0.1, count: 40 }]);
    expect(at(99, { ...both, textStrength: 0.5 })).toEqual([{ kind: 'deletion', strength: 0.5, count: 11 }]);
    expect(at(99, { textOcr: true })).toEqual([]);
    expect(at(99, {})).toEqual([]);
  });

  test('weigh an annealed penalty 1 for the first tenth of the run, then fully, and begin the moments anew there', () => {
    for (const objective of ['vrex', 'irm'] as const) {
      const knobs = { ...DEFAULT_KNOBS, objective, vrexWeight: 50, irmWeight: 50 };
      expect([0, 9, 10, 11, 99].map((step) => effectiveKnobs(knobs, step, 100).objectiveWeight)).toEqual([1, 1, 50, 50, 50]);
      expect([0, 9, 10, 11].map((step) => effectiveKnobs(knobs, step, 100).resetMoments)).toEqual([false, false, true, false]);
    }
    for (const objective of ['groupDro', 'coral', 'dann'] as const) {
      const { objectiveWeight, resetMoments } = effectiveKnobs({ ...DEFAULT_KNOBS, objective }, 0, 100);
      expect(objectiveWeight).toBe(DEFAULT_KNOBS[OBJECTIVE_TABLE[objective].strength ?? 'batchSize']);
      expect(resetMoments).toBe(false);
    }
  });

  test('let the learning rate fall along a cosine to zero', () => {
    const decaying = { ...DEFAULT_KNOBS, learningRateDecay: true };
    const rate = (step: number): number => effectiveKnobs(decaying, step, 200).learningRate;
    expect(rate(0)).toBe(0.01);
    expect(rate(50)).toBeCloseTo((0.01 * (1 + Math.SQRT1_2)) / 2, 12);
    expect(rate(100)).toBeCloseTo(0.005, 12);
    expect(rate(200)).toBeCloseTo(0, 12);
    expect(rate(300)).toBeCloseTo(0, 12);
  });

  test('never let the decayed rate grow', () => {
    const decaying = { ...DEFAULT_KNOBS, learningRateDecay: true };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.nat(30_000), (total, step) => {
        const now = effectiveKnobs(decaying, step, total).learningRate;
        const next = effectiveKnobs(decaying, step + 1, total).learningRate;
        expect(next).toBeLessThanOrEqual(now);
        expect(next).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
