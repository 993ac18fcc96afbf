import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS, SLIDERS, checkKnob } from '../../src/core/knobs.ts';
import { OBJECTIVES } from '../../src/core/objectives.ts';
import { MAX_SEED } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import {
  MAX_MEMBERS,
  MAX_POSITIONS,
  MIN_POSITIONS,
  axisValues,
  gridPlaces,
  knobsAt,
  knobsOfSweep,
  seedWaves,
  sweepProblem,
  sweepSeeds,
  sweepableKnobs,
  wholeAxis,
  type SweepAxis,
  type SweepRequest,
} from '../../src/core/sweep-grid.ts';

const X: SweepAxis = { knob: 'l2Strength', from: 1e-4, to: 1e-1, positions: 4 };
const Y: SweepAxis = { knob: 'dropoutRate', from: 0.1, to: 0.9, positions: 5 };
const REQUEST: SweepRequest = {
  conditions: { datasetId: 'd', datasetName: 'data', heldOutDomain: 'hotels', head: { kind: 'linear' }, seed: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: DEFAULT_KNOBS, steps: 100 },
  x: X,
  y: Y,
  seeds: 1,
};

describe('values of an axis', () => {
  it('are equally spaced in the logarithm on a logarithmic slider', () => {
    expect(axisValues(X)).toEqual([1e-4, 1e-3, 1e-2, 1e-1]);
  });

  it('are equally spaced on a linear slider', () => {
    expect(axisValues(Y)).toEqual([0.1, 0.3, 0.5, 0.7, 0.9]);
  });

  it('have two significant digits, so that what is shown is what is trained', () => {
    expect(axisValues({ ...X, positions: 3 })).toEqual([1e-4, 0.0032, 1e-1]);
  });

  it('are whole numbers without duplicates where the knob is one', () => {
    expect(axisValues({ knob: 'batchSize', from: 1, to: 4, positions: 8 })).toEqual([1, 2, 3, 4]);
    expect(axisValues({ knob: 'batchSize', from: 8, to: 128, positions: 5 })).toEqual([8, 16, 32, 64, 128]);
  });

  it('ascend whichever end is named first', () => {
    expect(axisValues({ ...Y, from: 0.9, to: 0.1 })).toEqual(axisValues(Y));
  });

  it('are values that a slider could have, for every knob, over its whole range', () => {
    const ofObjectives = OBJECTIVES.flatMap((objective) => sweepableKnobs({ ...DEFAULT_KNOBS, objective }));
    for (const knob of new Set(ofObjectives)) {
      for (let positions = MIN_POSITIONS; positions <= MAX_POSITIONS; positions++) {
        const values = axisValues(wholeAxis(knob, positions));
        for (const value of values) checkKnob(knob, value);
        expect(values).toHaveLength(positions);
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
        expect([values[0], values.at(-1)]).toEqual([SLIDERS[knob].min, SLIDERS[knob].max]);
      }
    }
  });
});

describe('knobs that can be swept', () => {
  it('leave out the strengths of objectives that are not in force', () => {
    const none = sweepableKnobs(DEFAULT_KNOBS);
    expect(none).toContain('l2Strength');
    expect(none).not.toContain('irmWeight');
    expect(sweepableKnobs({ ...DEFAULT_KNOBS, objective: 'irm' })).toEqual(expect.arrayContaining([...none, 'irmWeight']));
    expect(sweepableKnobs({ ...DEFAULT_KNOBS, objective: 'irm' })).toHaveLength(none.length + 1);
  });
});

describe('the strength of text augmentation', () => {
  it('cannot be swept, as each value needs texts of its own', () => {
    expect(sweepableKnobs(DEFAULT_KNOBS)).not.toContain('textStrength');
    expect(sweepProblem({ ...REQUEST, x: wholeAxis('textStrength', 3) })).toMatch(/Text strength cannot be swept/u);
  });
});

describe('a cell', () => {
  it('has its knobs’ switches on, and all else as it is', () => {
    expect(knobsAt(REQUEST, 0.01, 0.5)).toEqual({ ...DEFAULT_KNOBS, l2: true, l2Strength: 0.01, dropout: true, dropoutRate: 0.5 });
  });

  it('needs no switch for the learning rate', () => {
    const request = { ...REQUEST, x: { ...X, knob: 'learningRate' } } as const;
    expect(knobsAt(request, 0.03, 0.5)).toEqual({ ...DEFAULT_KNOBS, learningRate: 0.03, dropout: true, dropoutRate: 0.5 });
    expect(knobsOfSweep(request)).toEqual(['learningRate', 'dropoutRate', 'dropout']);
  });

  it('has a place, row by row', () => {
    expect(gridPlaces(2, 2)).toEqual([
      { column: 0, row: 0 },
      { column: 1, row: 0 },
      { column: 0, row: 1 },
      { column: 1, row: 1 },
    ]);
  });
});

describe('a sweep', () => {
  it.each<[string, Partial<SweepRequest>, RegExp]>([
    ['one knob twice', { y: { ...X } }, /two different knobs/u],
    ['a weight of another objective', { y: { knob: 'irmWeight', from: 1, to: 100, positions: 3 } }, /IRMv1 weight λ does nothing with the objective ERM/u],
    ['an end beyond the slider', { y: { ...Y, to: 0.95 } }, /Dropout rate goes from 0\.05 to 0\.9/u],
    ['an end that is no number', { y: { ...Y, to: NaN } }, /Dropout rate goes from/u],
    ['two positions', { x: { ...X, positions: 2 } }, /L2 strength can take 3 to 8 values/u],
    ['nine positions', { x: { ...X, positions: 9 } }, /3 to 8 values/u],
    ['a single value', { y: { ...Y, from: 0.5, to: 0.5 } }, /same value/u],
    ['no seed', { seeds: 0 }, /1 to 5 seeds/u],
    ['six seeds', { seeds: 6 }, /1 to 5 seeds/u],
  ])('of %s is refused in words', (_, change, words) => {
    expect(sweepProblem({ ...REQUEST, ...change })).toMatch(words);
  });

  it('that makes sense is not refused', () => {
    expect(sweepProblem(REQUEST)).toBeNull();
    const irm = { ...REQUEST, conditions: { ...REQUEST.conditions, knobs: { ...DEFAULT_KNOBS, objective: 'irm' as const } } };
    expect(sweepProblem({ ...irm, y: { knob: 'irmWeight', from: 1, to: 100, positions: 3 } })).toBeNull();
  });

  it('takes the seeds that follow on the first one, round the end', () => {
    expect(sweepSeeds({ ...REQUEST, seeds: 3 })).toEqual([1, 2, 3]);
    expect(sweepSeeds({ ...REQUEST, seeds: 2, conditions: { ...REQUEST.conditions, seed: MAX_SEED } })).toEqual([MAX_SEED, 0]);
  });

  it('trains whole grids at a time, as many as fit into a population', () => {
    for (let cells = 4; cells <= MAX_POSITIONS ** 2; cells++) {
      const waves = seedWaves([5, 6, 7, 8, 9], cells);
      expect(waves.flat()).toEqual([5, 6, 7, 8, 9]);
      for (const wave of waves) expect(wave.length * cells).toBeLessThanOrEqual(MAX_MEMBERS);
    }
    expect(seedWaves([1, 2, 3], 64)).toEqual([[1], [2], [3]]);
    expect(seedWaves([1, 2, 3], 25)).toEqual([[1, 2], [3]]);
  });
});
