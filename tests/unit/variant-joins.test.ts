import { describe, expect, test } from 'vitest';
import { LEAST_JOINED, joinIsDue, joinedCount, joinedCounts, withJoins } from '../../src/core/augment/joins.ts';
import { gatheredInWords, joinedInWords, joinedOf, lateInWords, lateOf, waitingInWords } from '../../src/core/augment/join-words.ts';
import { variantTasks } from '../../src/core/augment/tasks.ts';
import { changeMarks } from '../../src/core/change-words.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { rewound, withChange } from '../../src/core/run-record.ts';
import { splitDataset, trainableRows } from '../../src/core/splits.ts';
import { newRecord } from '../support/runs.ts';
import { toyData } from '../support/training-data.ts';

const swap = (step: number, count: number) => ({ step, kind: 'swap', strength: 0.1, count }) as const;
const typos = (step: number, count: number) => ({ step, kind: 'keyboard', strength: 0.2, count }) as const;

describe('augmented texts join', () => {
  test('at once when they are the first or the last, and between when enough have gathered', () => {
    expect(joinIsDue(0, 1, 10_000)).toBe(true);
    expect(joinIsDue(64, 64, 10_000)).toBe(false);
    expect(joinIsDue(64, 64 + LEAST_JOINED, 400)).toBe(true);
    expect(joinIsDue(64, 64 + LEAST_JOINED - 1, 400)).toBe(false);
    expect(joinIsDue(64, 64 + LEAST_JOINED, 10_000)).toBe(false);
    expect(joinIsDue(64, 64 + 2000, 10_000)).toBe(true);
    expect(joinIsDue(9999, 10_000, 10_000)).toBe(true);
  });

  test('a few times only, however many there are', () => {
    for (const total of [10, 200, 1840, 40_000]) {
      let joins = 0;
      let joined = 0;
      for (let gathered = 64; joined < total; gathered += 64) {
        if (!joinIsDue(joined, Math.min(gathered, total), total)) continue;
        joined = Math.min(gathered, total);
        joins++;
      }
      expect(joins).toBeLessThanOrEqual(7);
    }
  });

  test('with what the record does not have yet, one entry a step', () => {
    const first = withJoins([], 0, [swap(0, 64), typos(0, 10)]);
    expect(first).toEqual([swap(0, 64), typos(0, 10)]);
    expect(withJoins(first, 0, [swap(0, 128), typos(0, 10)])).toEqual([typos(0, 10), swap(0, 128)]);
    expect(withJoins(first, 7, [swap(0, 128)])).toEqual([swap(0, 64), typos(0, 10), swap(7, 128)]);
    expect(withJoins(first, 7, [swap(0, 64), typos(0, 5)])).toBe(first);
  });

  test('and what joined counts to the greatest number, by kind and strength', () => {
    const joins = [swap(0, 64), typos(3, 10), swap(9, 128), { ...swap(12, 5), strength: 0.3 }];
    expect(joinedCount(joins, 'swap', 0.1)).toBe(128);
    expect(joinedCount(joins, 'ocr', 0.1)).toBe(0);
    expect(joinedCounts(joins)).toEqual([
      { kind: 'swap', strength: 0.1, count: 128 },
      { kind: 'keyboard', strength: 0.2, count: 10 },
      { kind: 'swap', strength: 0.3, count: 5 },
    ]);
  });

  test('anew where the run has gone back behind their step', () => {
    const record = newRecord({ variantJoins: [swap(0, 64), swap(9, 128)] });
    const back = rewound(record, 5);
    expect(back.variantJoins).toEqual([swap(0, 64)]);
    expect(withJoins(back.variantJoins, 5, [swap(0, 128)])).toEqual([swap(0, 64), swap(5, 128)]);
  });
});

describe('what a run is to get', () => {
  const branch = (changed: object, variantJoins: readonly ReturnType<typeof swap>[] = []) => ({ variantJoins, knobs: { ...DEFAULT_KNOBS, ...changed } });

  test('is nothing while no kind is on', () => {
    expect(variantTasks([branch({})])).toEqual([]);
  });

  test('is what its records name first, then whatever is on in any branch, at its strength, once', () => {
    const branches = [branch({ textSwap: true, textOcr: true }, [swap(0, 64)]), branch({ textOcr: true, textCase: true }), branch({ textOcr: true, textStrength: 0.3 })];
    expect(variantTasks(branches)).toEqual([
      { kind: 'swap', strength: 0.1, required: 64 },
      { kind: 'swap', strength: 0.1, required: null },
      { kind: 'ocr', strength: 0.1, required: null },
      { kind: 'case', strength: 0.1, required: null },
      { kind: 'ocr', strength: 0.3, required: null },
    ]);
  });
});

describe('what has joined, on the page', () => {
  test('is told of kinds that the branch uses or has used, one line each', () => {
    const off = newRecord({ variantJoins: [swap(0, 64), typos(4, 10), swap(9, 1840)] });
    expect(joinedOf(off)).toEqual([]);
    const on = withChange(withChange(off, { step: 9, knob: 'textSwap', value: true }), { step: 20, knob: 'textSwap', value: false });
    expect(joinedOf(on)).toEqual([{ kind: 'swap', strength: 0.1, count: 1840, firstStep: 0, lastStep: 9 }]);
    expect(joinedOf(on).map((texts) => joinedInWords(texts, 0))).toEqual(['Word swap 0.1: 1,840 texts joined']);
    expect(joinedOf({ ...on, log: on.log.map((change) => ({ ...change, step: change.step + 1 })), initialKnobs: { ...on.initialKnobs, textStrength: 0.3 } })).toEqual([]);
  });

  test('does not count what could not be changed, and says “up to” where nobody has counted', () => {
    const joined = { kind: 'hashtags', strength: 0.1, count: 160, firstStep: 0, lastStep: 1234 } as const;
    expect([0, 158, 160, null].map((unchanged) => joinedInWords(joined, unchanged))).toEqual([
      'Hashtag dropping 0.1: 160 texts joined',
      'Hashtag dropping 0.1: 2 texts joined',
      'Hashtag dropping 0.1: nothing could be changed',
      'Hashtag dropping 0.1: up to 160 texts joined',
    ]);
    expect([gatheredInWords(joined, 0, 200), gatheredInWords(joined, 158, 160), gatheredInWords(joined, 160, 160), gatheredInWords(joined, null, null)]).toEqual([
      'Hashtag dropping 0.1: 160 of 200 joined by step 1,234.',
      'Hashtag dropping 0.1: 2 joined by step 1,234; in 158 more attempts nothing could be changed.',
      'Hashtag dropping 0.1: nothing could be changed in 160 attempts, so that no text joined.',
      'Hashtag dropping 0.1: up to 160 joined by step 1,234.',
    ]);
  });

  test('leaves out what came when the last step was done, until the run is made longer', () => {
    const record = withChange(newRecord({ initialSteps: 100, variantJoins: [swap(0, 64), swap(100, 720)] }), { step: 0, knob: 'textSwap', value: true });
    expect(joinedOf(record)).toEqual([{ kind: 'swap', strength: 0.1, count: 64, firstStep: 0, lastStep: 0 }]);
    expect(lateOf(record)).toBe(656);
    expect(lateInWords(656, false)).toMatch(/^Up to 656 augmented texts came after/u);
    expect(lateInWords(656, true)).toMatch(/^656 augmented texts came after the last step: no batch has had them\./u);
    const longer = withChange(record, { step: 100, knob: 'steps', value: 200 });
    expect(joinedOf(longer)).toEqual([{ kind: 'swap', strength: 0.1, count: 720, firstStep: 0, lastStep: 100 }]);
    expect(lateOf(longer)).toBe(0);
    expect(lateOf(newRecord({ initialSteps: 100, variantJoins: [swap(100, 720)] }))).toBe(0); // switched off: nobody waits for them
  });

  test('is told of before it is embedded, where data was just opened', () => {
    const task = (kind: 'swap' | 'keyboard', required: number | null) => ({ kind, strength: 0.1, required });
    expect(waitingInWords([task('swap', null), task('keyboard', null), { ...task('swap', null), strength: 0.2 }])).toBe(
      'Augmented texts (Word swap, Keyboard typos) of this data set wait: they are embedded when you press Train, or ask for it here.',
    );
    expect(waitingInWords([task('swap', 64), task('swap', null)])).toBe('This run has trained on augmented texts (Word swap). They are prepared when you train on, or ask for it here.');
  });

  test('is marked on the curves where the first of a kind joined, beside the changes', () => {
    const log = [{ step: 5, knob: 'textSwap', value: true }, { step: 9, knob: 'l2', value: true }] as const;
    expect(changeMarks(log, [9, 9, 30])).toEqual([{ step: 5, label: '1' }, { step: 9, label: '2,+' }, { step: 30, label: '+' }]);
  });
});

test('rows that get augmented texts are those that some seed may train on', () => {
  const { dataset } = toyData();
  const shared = { ...dataset, examples: [...dataset.examples, { text: 'TEXT 3 of domain 2, seed 1', label: 'class 0', domain: 'domain 0' }] };
  const rows = trainableRows(shared, 'domain 2');
  for (const seed of [1, 2]) {
    const { train, validation } = splitDataset(shared, 'domain 2', seed);
    expect([...train.flatMap((domain) => [...domain]), ...validation].sort((a, b) => a - b)).toEqual([...rows]);
  }
  expect(() => trainableRows(dataset, 'nowhere')).toThrow(RangeError);
});
