import { describe, expect, test } from 'vitest';
import { differenceOverExamples, differenceOverSeeds } from '../../src/core/branch-difference.ts';
import { branchLetter, branchTitle, differenceInWords } from '../../src/core/branch-words.ts';
import type { Evaluation } from '../../src/core/curve.ts';
import { meanInterval } from '../../src/core/statistics.ts';
import { newRecord } from '../support/runs.ts';

function evaluation(step: number, lossMean: number, correct: number): Evaluation {
  const score = { n: 100, correct, lossMean, lossVariance: 0.2 };
  return { step, scores: { train: score, validation: score, heldOut: score } };
}

describe('the difference of two branches', () => {
  test('over seeds pairs heads of one seed: what the seeds share falls out', () => {
    const branch = [evaluation(50, 0.4, 80), evaluation(50, 0.9, 70), evaluation(50, 0.6, 75)];
    const other = [evaluation(50, 0.5, 78), evaluation(50, 1.02, 68), evaluation(50, 0.69, 74)];
    const difference = differenceOverSeeds(branch, other);
    expect(difference).toMatchObject({ step: 50, over: 'seeds', n: 3 });
    expect(difference.loss.value).toBeCloseTo(-0.31 / 3, 12);
    expect(difference.loss.high).toBeLessThan(0);
    expect(difference.accuracy.value).toBeCloseTo(0.05 / 3, 12);
  });

  test('over examples pairs the answers to one row', () => {
    // Two classes; the branch is sure and right on rows 0 and 1, wrong on row 2; the other undecided, and so right where class 0 is.
    const branch = Float32Array.of(3, 0, 0, 3, 0, 3);
    const other = Float32Array.of(0, 0, 0, 0, 0, 0);
    const classOf = [0, 1, 0];
    const { loss, accuracy, n, over } = differenceOverExamples(branch, other, 2, classOf, 20);
    const sure = Math.log(1 + Math.exp(-3));
    const wrong = Math.log(1 + Math.exp(3));
    const losses = [sure, sure, wrong].map((value) => value - Math.log(2));
    expect({ n, over }).toEqual({ n: 3, over: 'examples' });
    expect(loss.value).toBeCloseTo(meanInterval(losses).value, 6);
    expect(loss.low).toBeCloseTo(meanInterval(losses).low, 5);
    expect(accuracy).toEqual(meanInterval([0, 1, -1]));
  });

  test('of a head from itself is nothing, with no doubt about it', () => {
    const logits = Float32Array.of(1, 0, 0.2, 0.4);
    expect(differenceOverExamples(logits, logits, 2, [0, 1], 5)).toMatchObject({ loss: { value: 0, low: 0, high: 0 }, accuracy: { value: 0, low: 0, high: 0 } });
  });
});

describe('a difference in words', () => {
  const base = { step: 1200, over: 'examples', n: 178 } as const;

  test('says how much, in which direction, with interval and pairs', () => {
    const better = { ...base, loss: { value: -0.123, low: -0.2, high: -0.05 }, accuracy: { value: 0.031, low: 0.004, high: 0.058 } };
    expect(differenceInWords(better, 'A')).toBe(
      'After 1,200 steps held-out loss is 0.123 lower than A’s (−0.200 to −0.050); accuracy is 3.1 points higher (+0.4 to +5.8 points); 95 % intervals, paired over 178 watched examples.',
    );
  });

  test('says when it cannot be told', () => {
    const unclear = { ...base, over: 'seeds', n: 5, loss: { value: 0.01, low: -0.1, high: 0.12 }, accuracy: { value: 0.01, low: -0.02, high: 0.04 } } as const;
    expect(differenceInWords(unclear, 'B')).toBe('After 1,200 steps held-out loss cannot be told from B’s (−0.100 to +0.120); accuracy cannot be told from it (−2.0 to +4.0 points); 95 % intervals, paired over 5 seeds.');
  });
});

test('a branch is called by its name, else by what it changed since it left', () => {
  const fork = { from: 'run', step: 50 };
  const log = [{ step: 20, knob: 'dropout', value: true }, { step: 50, knob: 'l2', value: true }] as const;
  expect(branchTitle(newRecord(), '')).toBe('The run');
  expect(branchTitle(newRecord({ fork, log }), '')).toBe('L2 on');
  expect(branchTitle(newRecord({ fork, log: log.slice(0, 1) }), '')).toBe('What if…');
  expect(branchTitle(newRecord({ fork, log }), 'Stronger')).toBe('Stronger');
  expect([0, 3].map(branchLetter)).toEqual(['A', 'D']);
});
