import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS, type KnobValue, type KnobValues } from '../../src/core/knobs.ts';
import { EVALUATE_EVERY, MAX_SEEDS, MAX_STEPS, checkHead, checkSeeds, checkSteps, forked, rewound, seedsOf, settingsAt, upgradeRecord, withChange, type KnobChange, type RunRecord, type RunRecordV1, type RunRecordV2 } from '../../src/core/run-record.ts';

const fresh: RunRecord = {
  version: 3,
  id: 'run',
  datasetId: 'data',
  encoderVersion: 'encoder',
  featuresHash: '0123456789abcdef',
  heldOutDomain: 'a',
  head: { kind: 'linear' },
  seeds: 1,
  seed: 1,
  groupBy: 'domain',
  shape: DEFAULT_SHAPE,
  variantJoins: [],
  initialKnobs: DEFAULT_KNOBS,
  initialSteps: 600,
  evaluateEvery: EVALUATE_EVERY,
  log: [],
  backends: [],
  fork: null,
};

const value: fc.Arbitrary<Pick<KnobChange, 'knob' | 'value'>> = fc.oneof(
  fc.record({ knob: fc.constantFrom('dropout' as const, 'l2' as const), value: fc.boolean() }),
  fc.record({ knob: fc.constant('dropoutRate' as const), value: fc.constantFrom(0.1, 0.5, 0.9) }),
  fc.record({ knob: fc.constant('steps' as const), value: fc.constantFrom(600, 700, 5000) }),
);
/** Changes in order of step. */
const changes: fc.Arbitrary<KnobChange[]> = fc
  .array(fc.record({ step: fc.nat(500), change: value }), { maxLength: 12 })
  .map((list) => list.map(({ step, change }) => ({ step, ...change })).sort((a, b) => a.step - b.step));
const recorded = (list: readonly KnobChange[]): RunRecord => list.reduce(withChange, fresh);

describe('the settings of a run', () => {
  test('at each step are those of the last changes at or before it', () => {
    fc.assert(
      fc.property(changes, fc.nat(520), (list, step) => {
        const expected: Record<string, KnobValue> = { ...DEFAULT_KNOBS, steps: 600 };
        for (const change of list) if (change.step <= step) expected[change.knob] = change.value;
        const { knobs, totalSteps } = settingsAt(recorded(list), step);
        expect({ ...knobs, steps: totalSteps }).toEqual(expected);
      }),
    );
  });

  test('before a change are not touched by it', () => {
    const record = withChange(fresh, { step: 100, knob: 'dropout', value: true });
    expect(settingsAt(record, 99).knobs.dropout).toBe(false);
    expect(settingsAt(record, 100).knobs.dropout).toBe(true);
  });
});

describe('the log of a run', () => {
  test('holds at most one change a knob and step, in order of step, none at step 0', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const { log } = recorded(list);
        expect(new Set(log.map(({ step, knob }) => `${step} ${knob}`)).size).toBe(log.length);
        expect(log.every(({ step }, i) => step > 0 && (i === 0 || step >= (log[i - 1] as KnobChange).step))).toBe(true);
      }),
    );
  });

  test('holds only changes that change something', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const record = recorded(list);
        for (const { step, knob, value: after } of record.log) {
          const before = settingsAt(record, step - 1);
          expect(knob === 'steps' ? before.totalSteps : before.knobs[knob as keyof KnobValues]).not.toBe(after);
        }
      }),
    );
  });

  test('keeps one entry of a slider dragged while paused', () => {
    const record = recorded([0.1, 0.2, 0.3].map((rate) => ({ step: 50, knob: 'dropoutRate', value: rate })));
    expect(record.log).toEqual([{ step: 50, knob: 'dropoutRate', value: 0.3 }]);
  });

  test('forgets a change that is taken back at the same step', () => {
    const record = recorded([true, false].map((on) => ({ step: 50, knob: 'dropout', value: on })));
    expect(record.log).toEqual([]);
  });

  test('is not written before the first step: the initial values are', () => {
    const record = recorded([
      { step: 0, knob: 'dropout', value: true },
      { step: 0, knob: 'steps', value: 900 },
    ]);
    expect(record.log).toEqual([]);
    expect(record.initialKnobs.dropout).toBe(true);
    expect(record.initialSteps).toBe(900);
  });

  test('leaves the record it extends as it was', () => {
    withChange(fresh, { step: 5, knob: 'dropout', value: true });
    expect(fresh.log).toEqual([]);
  });

  test('takes no change before its last one', () => {
    const record = withChange(fresh, { step: 100, knob: 'dropout', value: true });
    expect(() => withChange(record, { step: 99, knob: 'l2', value: true })).toThrow(RangeError);
  });

  test('takes no value out of range', () => {
    expect(() => withChange(fresh, { step: 1, knob: 'dropoutRate', value: 2 })).toThrow('Dropout rate');
    expect(() => withChange(fresh, { step: 1, knob: 'steps', value: 0 })).toThrow(RangeError);
    expect(() => withChange(fresh, { step: 1, knob: 'steps', value: true })).toThrow(RangeError);
  });

  test('ends after a step still to come, since an end is scored', () => {
    for (const steps of [299, 300]) expect(() => withChange(fresh, { step: 300, knob: 'steps', value: steps })).toThrow(RangeError);
    expect(settingsAt(withChange(fresh, { step: 300, knob: 'steps', value: 301 }), 300).totalSteps).toBe(301);
  });

  test('may be said again to have the length that it has', () => {
    expect(withChange(fresh, { step: 600, knob: 'steps', value: 600 })).toEqual(fresh);
  });
});

test('a run has 1 to MAX_STEPS whole steps', () => {
  for (const steps of [1, 600, MAX_STEPS]) expect(() => checkSteps(steps)).not.toThrow();
  for (const steps of [0, 1.5, MAX_STEPS + 1, NaN]) expect(() => checkSteps(steps)).toThrow(RangeError);
});

test('a hidden layer has 1 to 1,024 units', () => {
  expect(() => checkHead({ kind: 'linear' })).not.toThrow();
  for (const width of [1, 1024]) expect(() => checkHead({ kind: 'hidden', width })).not.toThrow();
  for (const width of [0, 1025, 2.5, NaN]) expect(() => checkHead({ kind: 'hidden', width })).toThrow(RangeError);
});

describe('a record that goes back to an earlier step', () => {
  test('keeps the settings that the user has by now, from that step on', () => {
    fc.assert(
      fc.property(changes, fc.nat(520), (list, step) => {
        const record = recorded(list);
        const back = rewound(record, step);
        expect(settingsAt(back, step)).toEqual(settingsAt(record, Infinity));
        expect(back.log.every((change) => change.step <= step)).toBe(true);
      }),
    );
  });

  test('leaves what came before as it was', () => {
    const record = recorded([
      { step: 10, knob: 'dropout', value: true },
      { step: 30, knob: 'l2', value: true },
    ]);
    const back = rewound({ ...record, backends: [{ step: 0, backend: 'webgpu' }, { step: 25, backend: 'wasm' }] }, 20);
    expect(back.log).toEqual([
      { step: 10, knob: 'dropout', value: true },
      { step: 20, knob: 'l2', value: true },
    ]);
    expect(back.backends).toEqual([{ step: 0, backend: 'webgpu' }]);
    expect(settingsAt(back, 19)).toEqual(settingsAt(record, 19));
  });

  test('takes further changes at that step', () => {
    const back = rewound(recorded([{ step: 30, knob: 'l2', value: true }]), 20);
    expect(withChange(back, { step: 20, knob: 'dropout', value: true }).log).toHaveLength(2);
  });
});

describe('seeds', () => {
  test('follow each other, and come round at the end of 32 bits', () => {
    expect(seedsOf({ seed: 7, seeds: 3 })).toEqual([7, 8, 9]);
    expect(seedsOf({ seed: 0xffffffff, seeds: 2 })).toEqual([0xffffffff, 0]);
  });

  test('are at least one and not too many', () => {
    for (const seeds of [0, MAX_SEEDS + 1, 1.5, NaN]) expect(() => checkSeeds(seeds)).toThrow('Seeds');
    for (const seeds of [1, MAX_SEEDS]) expect(() => checkSeeds(seeds)).not.toThrow();
  });
});

describe('a forked record', () => {
  test('holds all that came before, and where it left', () => {
    const record = withChange(fresh, { step: 100, knob: 'dropout', value: true });
    const copy = forked(record, 150, 'copy');
    expect(copy).toEqual({ ...record, id: 'copy', fork: { from: 'run', step: 150 } });
    expect(settingsAt(withChange(copy, { step: 150, knob: 'l2', value: true }), 150).knobs).toMatchObject({ dropout: true, l2: true });
  });

  test('cannot leave before a change that was made', () => {
    expect(() => forked(withChange(fresh, { step: 100, knob: 'dropout', value: true }), 99, 'copy')).toThrow(RangeError);
  });
});

describe('a record of the second version', () => {
  const { version, shape, variantJoins, initialKnobs, ...kept } = fresh;
  const old: RunRecordV2 = {
    ...kept,
    version: 2,
    initialKnobs: { batchSize: 8, augmentation: true, augmentationStrength: 0.85 },
    log: [
      { step: 3, knob: 'dropout', value: true },
      { step: 7, knob: 'augmentation', value: false },
      { step: 9, knob: 'augmentationStrength', value: 0.05 },
      { step: 9, knob: 'augmentation', value: true },
      { step: 12, knob: 'steps', value: 700 },
    ],
  };

  test('becomes one of today, its augmentation noise and mixup, at the start and at each change', () => {
    const today = upgradeRecord(old);
    expect(today).toEqual({
      ...kept,
      version,
      shape,
      variantJoins,
      initialKnobs: { ...initialKnobs, batchSize: 8, noise: true, noiseNorm: 0.85, mixup: true, mixupAlpha: 0.4 * 0.85 },
      log: [
        { step: 3, knob: 'dropout', value: true },
        { step: 7, knob: 'noise', value: false },
        { step: 7, knob: 'mixup', value: false },
        { step: 9, knob: 'noiseNorm', value: 0.05 },
        { step: 9, knob: 'mixupAlpha', value: 0.4 * 0.05 },
        { step: 9, knob: 'noise', value: true },
        { step: 9, knob: 'mixup', value: true },
        { step: 12, knob: 'steps', value: 700 },
      ],
    });
  });

  test('has the amounts in force, at every step and strength, that it had', () => {
    for (let position = 0; position <= 19; position++) {
      const strength = Number((0.05 + 0.05 * position).toPrecision(2));
      const today = upgradeRecord({ ...old, log: [...old.log, { step: 20, knob: 'augmentationStrength', value: strength }] });
      const amounts = [0, 7, 9, 20].map((step) => {
        const { noiseNorm, mixupAlpha, interpolationAlpha } = effectiveKnobs(settingsAt(today, step).knobs, step, 600);
        return [noiseNorm, mixupAlpha, interpolationAlpha];
      });
      expect(amounts).toEqual([[0.85, 0.4 * 0.85, 0], [0, 0, 0], [0.05, 0.4 * 0.05, 0], [strength, 0.4 * strength, 0]]);
    }
  });
});

test('a record of the first version becomes one of today, with the knobs that it did not know at their defaults', () => {
  const { learningRate, dropout } = DEFAULT_KNOBS;
  const { id, datasetId, encoderVersion, heldOutDomain, head, seed, initialSteps, evaluateEvery, log, backends } = fresh;
  const old: RunRecordV1 = { version: 1, id, datasetId, encoderVersion, heldOutDomain, head, seed, initialKnobs: { learningRate, dropout }, initialSteps, evaluateEvery, log, backends };
  expect(upgradeRecord(old)).toEqual({ ...fresh, featuresHash: '' });
  expect(upgradeRecord(fresh)).toBe(fresh);
});
