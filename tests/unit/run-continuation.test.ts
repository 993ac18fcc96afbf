import { describe, expect, test } from 'vitest';
import { continues, type StandingBranch } from '../../src/core/run-continuation.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import { newRecord } from '../support/runs.ts';

const sizes = { train: 9, validation: 9, heldOut: 9 };

/** A branch with an evaluation of made-up numbers every 10 steps. */
function standing(step: number, changes: Partial<RunRecord> = {}, loss = 0.5): StandingBranch {
  const curve = Float64Array.from({ length: 10 * (1 + Math.floor(step / 10)) }, (_, i) => (i % 10 === 0 ? i : loss / (1 + i)));
  return { record: newRecord(changes), heads: [{ curve, sizes }], step };
}

describe('a run goes on from another one', () => {
  test('when it has the same beginning and only more steps, changes and branches', () => {
    const change = { step: 30, knob: 'l2', value: true } as const;
    const earlier = [standing(25)];
    expect(continues([standing(45, { log: [change] })], earlier)).toBe(true);
    expect(continues([standing(25), standing(45, { id: 'branch', fork: { from: 'run', step: 25 } })], earlier)).toBe(true);
    expect(continues(earlier, earlier)).toBe(true);
  });

  test.each<readonly [string, readonly StandingBranch[], readonly StandingBranch[]]>([
    ['it stands further back', [standing(24)], [standing(25)]],
    ['it cannot be gone on with, and the other can', [{ ...standing(25), step: null }], [standing(25)]],
    ['a branch is missing', [standing(40)], [standing(25), standing(25, { id: 'branch' })]],
    ['it is of other data', [standing(40, { datasetId: 'other' })], [standing(25)]],
    ['it began with another knob', [standing(40, { initialKnobs: { ...newRecord().initialKnobs, l1: true } })], [standing(25)]],
    ['it is of another shape', [standing(40, { shape: { ...newRecord().shape, labelNoise: 0.1 } })], [standing(25)]],
    ['the other has changed a knob that it has not', [standing(40)], [standing(25, { log: [{ step: 20, knob: 'l2', value: true }] })]],
    ['both have changed the same knob otherwise', [standing(40, { log: [{ step: 20, knob: 'l2Strength', value: 0.01 }] })], [standing(25, { log: [{ step: 20, knob: 'l2Strength', value: 0.02 }] })]],
    ['its curve has another number', [standing(40, {}, 0.25)], [standing(25)]],
  ])('but not when %s', (_, later, earlier) => {
    expect(continues(later, earlier)).toBe(false);
  });
});
