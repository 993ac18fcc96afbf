import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/core/curve.ts';
import { gapInWords, gapsOf, scoreInWords, verdict } from '../../src/core/gaps.ts';
import type { PartScore } from '../../src/core/metrics.ts';

function score(n: number, share: number, lossMean: number, lossVariance = 0.2): PartScore {
  return { n, correct: Math.round(n * share), lossMean, lossVariance };
}

function evaluation(train: PartScore, validation: PartScore, heldOut: PartScore): Evaluation {
  return { step: 10, scores: { train, validation, heldOut } };
}

describe('the two gaps', () => {
  it('are positive when the further part does worse', () => {
    const [memorizing, domain] = gapsOf([evaluation(score(800, 0.99, 0.05), score(200, 0.85, 0.5), score(200, 0.7, 0.9))]);
    expect(memorizing.loss.value).toBeCloseTo(0.45);
    expect(memorizing.accuracy.value).toBeCloseTo(0.14);
    expect(domain.loss.value).toBeCloseTo(0.4);
    expect(domain.accuracy.value).toBeCloseTo(0.15);
    expect([memorizing, domain].map(({ nFrom, nTo }) => [nFrom, nTo])).toEqual([
      [800, 200],
      [200, 200],
    ]);
  });

  it('are said to be too close to tell when the interval covers zero', () => {
    const [, domain] = gapsOf([evaluation(score(80, 0.9, 0.3), score(20, 0.8, 0.5), score(20, 0.75, 0.55))]);
    expect(verdict(domain.loss)).toBe('unclear');
    expect(gapInWords(domain)).toMatch(/^Held-out loss is too close to validation to tell \(.*\); accuracy is too close to tell \(.*\)\.$/);
  });

  it('are named with their size and interval when the data can tell', () => {
    const [memorizing] = gapsOf([evaluation(score(800, 0.99, 0.05), score(400, 0.8, 0.6), score(200, 0.7, 0.9))]);
    expect(gapInWords(memorizing)).toMatch(/^Validation loss is 0\.550 higher than training \(\+0\.\d+ to \+0\.\d+\); accuracy is 19\.0 points lower \(−\d+\.\d to −\d+\.\d points\)\.$/);
  });

  it('are said to be the other way round when the held-out domain is easier', () => {
    const [, domain] = gapsOf([evaluation(score(800, 0.99, 0.05), score(400, 0.7, 0.9), score(400, 0.9, 0.3))]);
    expect(gapInWords(domain)).toContain('lower than validation');
    expect(gapInWords(domain)).toContain('points higher');
  });

  it('cannot be told without examples', () => {
    const [memorizing] = gapsOf([evaluation(score(80, 0.9, 0.3), score(0, 0, 0), score(20, 0.75, 0.55))]);
    expect(gapInWords(memorizing)).toBe('There are no validation examples to compare.');
  });

  it('get no verdict on a handful of examples, however far apart the scores are', () => {
    const [memorizing, domain] = gapsOf([evaluation(score(80, 0.9, 0.3), score(40, 0.9, 0.3), score(1, 0, 7))]);
    expect(gapInWords(domain)).toBe('There is only 1 held-out example: too few to compare.');
    expect(gapInWords(memorizing)).not.toContain('too few');
    const [between] = gapsOf([evaluation(score(80, 0.9, 0.3), score(19, 0.1, 3), score(20, 0.9, 0.3))]);
    expect(gapInWords(between)).toBe('There are only 19 validation examples: too few to compare.');
  });

  it('over several seeds are paired within each, and their intervals are over seeds', () => {
    const heads = [0.1, 0.2, 0.3].map((shift) => evaluation(score(800, 0.99, shift), score(400, 0.8, 0.5 + shift), score(200, 0.7, 0.9 + shift)));
    const [memorizing, domain] = gapsOf(heads);
    expect(memorizing).toMatchObject({ seeds: 3, nFrom: 800, nTo: 400 });
    // What the seeds share falls out of the differences, so that nothing is left to be uncertain of.
    expect(memorizing.loss.value).toBeCloseTo(0.5);
    expect(memorizing.loss.high - memorizing.loss.low).toBeLessThan(1e-9);
    expect(domain.loss.value).toBeCloseTo(0.4);
  });
});

describe('a score in words', () => {
  it('has no loss below zero, though the interval about the mean reaches there', () => {
    const evaluations = [evaluation(score(80, 0.9, 0.3), score(60, 0.95, 0.2, 2), score(60, 0.9, 0.3))];
    expect(scoreInWords(evaluations, 'validation')).toMatch(/^loss 0\.200 \(0\.000–0\.\d+\), /u);
  });

  const one = evaluation(score(800, 0.99, 0.05), score(400, 0.8, 0.5), score(200, 0.7, 0.9));

  it('has an interval over examples for one head, and a standard error over seeds for several', () => {
    expect(scoreInWords([one], 'heldOut')).toMatch(/^loss 0\.900 \(0\.\d+–0\.\d+\), accuracy 70\.0 % \(\d+\.\d–\d+\.\d\), n = 200$/);
    const other = evaluation(score(800, 0.99, 0.05), score(400, 0.8, 0.5), score(200, 0.8, 1.1));
    expect(scoreInWords([one, other], 'heldOut')).toBe('loss 1.000 ± 0.100, accuracy 75.0 % ± 5.0, n = 200, 2 seeds');
  });

  it('says when there is nothing to score', () => {
    expect(scoreInWords([evaluation(one.scores.train, score(0, 0, 0), one.scores.heldOut)], 'validation')).toBe('no examples');
  });
});
