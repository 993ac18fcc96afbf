import { describe, expect, it } from 'vitest';
import { changeInWords, changeMarks } from '../../src/core/change-words.ts';

describe('knob changes', () => {
  it('are named as the knobs are', () => {
    expect(changeInWords({ step: 1, knob: 'dropout', value: true })).toBe('Dropout on');
    expect(changeInWords({ step: 1, knob: 'learningRateDecay', value: false })).toBe('Learning-rate decay off');
    expect(changeInWords({ step: 1, knob: 'l2Strength', value: 0.00316 })).toBe('L2 strength 0.0032');
    expect(changeInWords({ step: 1, knob: 'steps', value: 1200 })).toBe('Steps 1200');
  });

  it('at one step share one mark', () => {
    const log = [
      { step: 200, knob: 'dropout', value: true },
      { step: 350, knob: 'l2', value: true },
      { step: 350, knob: 'steps', value: 600 },
    ] as const;
    expect(changeMarks(log)).toEqual([
      { step: 200, label: '1' },
      { step: 350, label: '2,3' },
    ]);
  });
});
