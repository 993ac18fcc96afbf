import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import type { Evaluation } from '../../src/core/curve.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { accuracyDifference, lossDifference, meanInterval, meanLoss, wilson } from '../../src/core/statistics.ts';
import { sweepChoice } from '../../src/core/sweep-choice.ts';
import type { SweepRequest } from '../../src/core/sweep-grid.ts';
import { STRONGEST_TINT, cellKnobs, cellReading, stepsShown, tintOf, tintScale, type SweepCell, type SweepResult } from '../../src/core/sweep-scores.ts';
import { cellName, cellNumber, choiceInWords, conditionChanges, conditionsInWords, intervalsInWords, readingInWords, timeLeftInWords, trainedInWords } from '../../src/core/sweep-words.ts';

const REQUEST: SweepRequest = {
  conditions: { datasetId: 'd', datasetName: 'Reviews', heldOutDomain: 'hotels', head: { kind: 'hidden', width: 64 }, seed: 7, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: DEFAULT_KNOBS, steps: 600 },
  x: { knob: 'l2Strength', from: 1e-4, to: 1e-2, positions: 3 },
  y: { knob: 'dropoutRate', from: 0.1, to: 0.5, positions: 3 },
  seeds: 1,
};

interface Made {
  readonly validation: readonly [loss: number, correct: number];
  readonly heldOut: readonly [loss: number, correct: number];
}

/** 200 validation and 100 watched rows. */
function evaluation({ validation, heldOut }: Made, step = 600): Evaluation {
  const score = (n: number, [lossMean, correct]: readonly [number, number]) => ({ n, correct, lossMean, lossVariance: 0.25 });
  return { step, scores: { train: score(900, [0.1, 890]), validation: score(200, validation), heldOut: score(100, heldOut) } };
}

/** A grid of 3 × 3 whose cells are alike but for those that are given: by index, one entry a seed. */
function result(cells: Readonly<Record<number, readonly Made[]>>, { otherwise = PLAIN, request = REQUEST, step = 600, cancelled = false } = {}): SweepResult {
  const made = Array.from({ length: 9 }, (_, i) => ({ column: i % 3, row: Math.floor(i / 3), evaluations: (cells[i] ?? otherwise).map((one) => evaluation(one, step)) }));
  return { request, cells: made, cancelled, looks: 90 };
}

const PLAIN: readonly Made[] = [{ validation: [0.6, 150], heldOut: [0.7, 70] }];
const at = ({ cells }: SweepResult, index: number): SweepCell => cells[index] as SweepCell;

describe('a cell’s number', () => {
  const sweep = result({ 4: [{ validation: [0.5, 170], heldOut: [0.55, 80] }] });
  const { validation, heldOut } = evaluation({ validation: [0.5, 170], heldOut: [0.55, 80] }).scores;

  it('of one seed has the interval over its examples', () => {
    expect(cellReading(at(sweep, 4), 'heldOut', 'accuracy')).toEqual({ value: 0.8, ...wilson(80, 100), over: 'examples' });
    expect(cellReading(at(sweep, 4), 'validation', 'loss')).toEqual({ ...meanLoss(validation), over: 'examples' });
    expect(cellReading(at(sweep, 4), 'difference', 'loss')).toEqual({ ...lossDifference(heldOut, validation), over: 'examples' });
    expect(cellReading(at(sweep, 4), 'difference', 'accuracy')).toEqual({ ...accuracyDifference(heldOut, validation), over: 'examples' });
  });

  it('of several seeds is their mean, with the interval over seeds', () => {
    const seeds: Made[] = [
      { validation: [0.5, 170], heldOut: [0.55, 80] },
      { validation: [0.6, 160], heldOut: [0.5, 90] },
    ];
    const several = result({ 4: seeds });
    expect(cellReading(at(several, 4), 'heldOut', 'loss')).toEqual({ ...meanInterval([0.55, 0.5]), over: 'seeds' });
    expect(cellReading(at(several, 4), 'difference', 'accuracy')).toEqual({ ...meanInterval([0.8 - 0.85, 0.9 - 0.8]), over: 'seeds' });
    expect(readingInWords(at(several, 4), 'heldOut', 'loss')).toMatch(/^held-out loss 0\.525 \(0\.207–0\.843\), n = 2 seeds, 100 examples each$/u);
  });

  it('is given with interval and n in words', () => {
    expect(cellName(sweep, at(sweep, 4))).toBe('L2 strength 0.001, Dropout rate 0.3');
    expect(readingInWords(at(sweep, 4), 'heldOut', 'accuracy')).toBe('held-out accuracy 80.0 % (71.1–86.7), n = 100 examples');
    expect(readingInWords(at(sweep, 4), 'difference', 'accuracy')).toMatch(/^held-out minus validation accuracy −5\.0 points \(−1\d\.\d to \+\d\.\d\), n = 100 and 200 examples$/u);
    expect([cellNumber({ value: 0.8, low: 0, high: 1 }, 'heldOut', 'accuracy'), cellNumber({ value: 0.05, low: 0, high: 1 }, 'difference', 'loss')]).toEqual(['80.0', '+0.050']);
  });

  it('is named by the very values that it was trained with', () => {
    const batches = result({}, { request: { ...REQUEST, x: { knob: 'batchSize', from: 8, to: 128, positions: 3 } } });
    expect(cellName(batches, at(batches, 8))).toBe('Batch size 128, Dropout rate 0.5');
  });

  it('is missing, in words, where the cell was not trained or has no examples', () => {
    const untrained = result({}, { otherwise: [] });
    expect(cellReading(at(untrained, 0), 'heldOut', 'loss')).toBeNull();
    expect(readingInWords(at(untrained, 0), 'heldOut', 'loss')).toBe('not trained');
    const cell: SweepCell = { column: 0, row: 0, evaluations: [{ step: 1, scores: { ...evaluation(PLAIN[0] as Made).scores, validation: { n: 0, correct: 0, lossMean: 0, lossVariance: 0 } } }] };
    for (const metric of ['loss', 'accuracy'] as const) {
      expect(cellReading(cell, 'validation', metric)).toBeNull();
      expect(cellReading(cell, 'difference', metric)).toBeNull();
      expect(readingInWords(cell, 'validation', metric)).toBe('validation: no examples');
    }
  });

  it('leads to the run that repeats it', () => {
    expect(cellKnobs(sweep, at(sweep, 5))).toEqual({ ...DEFAULT_KNOBS, l2: true, l2Strength: 0.01, dropout: true, dropoutRate: 0.3 });
  });
});

describe('the tint', () => {
  const sweep = result({ 0: [{ validation: [0.2, 190], heldOut: [6.4, 60] }] });

  it('is strongest at the best value of both maps, and none at the worst', () => {
    const loss = tintScale(sweep, 'validation', 'loss');
    expect(loss).toEqual({ strong: 0.2, none: 6.4 });
    expect(tintScale(sweep, 'heldOut', 'loss')).toEqual(loss);
    expect(tintScale(sweep, 'heldOut', 'accuracy')).toEqual({ strong: 0.95, none: 0.6 });
    if (!loss) return;
    expect([tintOf(0.2, loss, 'heldOut', 'loss'), tintOf(6.4, loss, 'heldOut', 'loss')]).toEqual([STRONGEST_TINT, 0]);
  });

  it('goes by the logarithm of the loss, so that one diverging cell does not blanch the others', () => {
    const scale = tintScale(sweep, 'heldOut', 'loss');
    expect(scale && tintOf(Math.sqrt(0.2 * 6.4), scale, 'heldOut', 'loss')).toBe(Math.round(STRONGEST_TINT / 2));
  });

  it('of a difference goes by its distance from zero', () => {
    const scale = tintScale(sweep, 'difference', 'accuracy');
    expect(scale?.strong).toBeCloseTo(0.35);
    expect(scale && [tintOf(-0.35, scale, 'difference', 'accuracy'), tintOf(0, scale, 'difference', 'accuracy')]).toEqual([STRONGEST_TINT, 0]);
  });

  it('is none where all are equal, and there is none without numbers', () => {
    const equal = result({}, { otherwise: [{ validation: [0.5, 160], heldOut: [0.5, 80] }] });
    const scale = tintScale(equal, 'heldOut', 'loss');
    expect(scale && tintOf(0.5, scale, 'heldOut', 'loss')).toBe(0);
    expect(tintScale(result({}, { otherwise: [] }), 'heldOut', 'loss')).toBeNull();
  });
});

describe('choosing by validation', () => {
  const apart = result({ 2: [{ validation: [0.4, 170], heldOut: [0.6, 75] }], 6: [{ validation: [0.45, 165], heldOut: [0.5, 85] }] });

  it('costs the difference of two held-out scores, with an interval over examples for one seed', () => {
    for (const metric of ['loss', 'accuracy'] as const) {
      const choice = sweepChoice(apart, metric);
      expect(choice).toMatchObject({ byValidation: { column: 2, row: 0 }, byHeldOut: { column: 0, row: 2 }, over: 'examples', watched: 100 });
      const [chosen, best] = [at(apart, 2), at(apart, 6)].map(({ evaluations }) => (evaluations[0] as Evaluation).scores.heldOut) as [Evaluation['scores']['heldOut'], Evaluation['scores']['heldOut']];
      expect(choice?.cost).toEqual(metric === 'loss' ? lossDifference(chosen, best) : accuracyDifference(best, chosen));
    }
  });

  it('is paired within seeds for several', () => {
    const chosen: Made[] = [{ validation: [0.4, 170], heldOut: [0.6, 75] }, { validation: [0.4, 170], heldOut: [0.7, 70] }];
    const best: Made[] = [{ validation: [0.5, 160], heldOut: [0.5, 85] }, { validation: [0.5, 160], heldOut: [0.55, 84] }];
    const several = result({ 2: chosen, 6: best }, { otherwise: [...PLAIN, ...PLAIN], request: { ...REQUEST, seeds: 2 } });
    expect(sweepChoice(several, 'loss')?.cost).toEqual(meanInterval([0.6 - 0.5, 0.7 - 0.55]));
    expect(sweepChoice(several, 'accuracy')?.cost).toEqual(meanInterval([-(0.75 - 0.85), -(0.7 - 0.84)]));
    expect(choiceInWords(several, 'loss')[1]).toMatch(/95 % interval over seeds .*n = 100 watched examples and 2 seeds/u);
  });

  it('is told in words, with what it means to have looked', () => {
    expect(choiceInWords(apart, 'loss')).toEqual([
      'Lowest validation loss: L2 strength 0.01, Dropout rate 0.1. Lowest held-out loss: L2 strength 0.0001, Dropout rate 0.5.',
      expect.stringMatching(/^Choosing by validation costs 0\.100 of held-out loss here, 0\.600 instead of 0\.500 \(95 % interval over examples −0\.039 to \+0\.239, n = 100 watched examples\): too close to zero to tell\. The best of 9 held-out numbers flatters itself/u),
      expect.stringMatching(/scored the watched half 90 times, and each counts as a look\. Only the sealed half/u),
    ]);
    expect(choiceInWords(apart, 'accuracy')[1]).toContain('costs 10.0 points of held-out accuracy here, 75.0 % instead of 85.0 %');
  });

  it('costs nothing where both maps agree', () => {
    const agreed = result({ 4: [{ validation: [0.4, 180], heldOut: [0.4, 90] }] });
    expect(sweepChoice(agreed, 'loss')?.cost).toEqual({ value: 0, low: 0, high: 0 });
    expect(choiceInWords(agreed, 'accuracy')[0]).toBe('Highest validation and highest held-out accuracy are in one cell: L2 strength 0.001, Dropout rate 0.3. Choosing by validation costs nothing here (n = 100 watched examples).');
  });

  it('breaks a tie of accuracies by the loss, and takes a held-out tie to be no cost', () => {
    const tied = result({ 1: [{ validation: [0.5, 180], heldOut: [0.5, 90] }], 7: [{ validation: [0.4, 180], heldOut: [0.6, 90] }] });
    const choice = sweepChoice(tied, 'accuracy');
    expect(choice?.byValidation).toBe(at(tied, 7));
    expect(choice?.byHeldOut).toBe(at(tied, 7));
    expect(choice?.cost.value).toBe(0);
  });

  it('cannot be told before there are scores', () => {
    expect(sweepChoice(result({}, { otherwise: [] }), 'loss')).toBeNull();
    expect(choiceInWords(result({}, { otherwise: [] }), 'loss')).toEqual([]);
  });
});

describe('what a sweep was made with', () => {
  it('is said', () => {
    expect(conditionsInWords(REQUEST)).toBe('Reviews, held-out hotels, hidden layer of 64, seed 7, 600 steps');
    expect(conditionsInWords({ ...REQUEST, seeds: 3 })).toContain('3 seeds from 7 on');
    const shaped = { ...REQUEST.conditions, shape: { ...DEFAULT_SHAPE, examplesPerClass: 10 } };
    expect(conditionsInWords({ ...REQUEST, conditions: shaped })).toContain('Reviews (at most 10 examples of a class in a domain), held-out hotels');
  });

  it('is compared with what is in force, but for the knobs that it sweeps itself', () => {
    const { conditions } = REQUEST;
    expect(conditionChanges(REQUEST, conditions)).toEqual([]);
    expect(conditionChanges(REQUEST, { ...conditions, knobs: cellKnobs(result({}), { column: 1, row: 2 }) })).toEqual([]);
    expect(conditionChanges(REQUEST, { ...conditions, head: { kind: 'linear' }, heldOutDomain: 'films', steps: 1200, knobs: { ...DEFAULT_KNOBS, learningRate: 0.1, averaging: true } })).toEqual([
      'held-out domain: hotels then, films now',
      'head: hidden layer of 64 then, linear head now',
      'steps: 600 then, 1,200 now',
      'Learning rate 0.01 then, Learning rate 0.1 now',
      'Weight averaging off then, Weight averaging on now',
    ]);
    const shape = { ...DEFAULT_SHAPE, labelNoise: 0.2, noiseInValidation: true };
    expect(conditionChanges(REQUEST, { ...conditions, shape })).toEqual(['shape of the data: as it is then, 20 % wrong labels, in validation too now']);
    expect(conditionChanges(REQUEST, { ...conditions, datasetId: 'other' })).toEqual(['data: Reviews then, another of that name now']);
  });
});

describe('how far a sweep has come', () => {
  it('is said in cells, steps and seeds', () => {
    expect(trainedInWords(result({}))).toBe('9 cells after 600 steps.');
    expect(trainedInWords(result({}, { step: 60, cancelled: true }))).toBe('9 cells after 60 of 600 steps; cancelled before the end.');
    expect(trainedInWords(result({}, { request: { ...REQUEST, seeds: 3 } }))).toBe('9 cells after 600 steps, 1 of 3 seeds each.');
    expect(trainedInWords(result({}, { otherwise: [] }))).toBe('No cell has been scored.');
    expect(stepsShown(result({}, { step: 60 }))).toBe(60);
  });

  it('says what its intervals are over', () => {
    expect(intervalsInWords(result({}))).toContain('95 % intervals over examples');
    expect(intervalsInWords(result({}, { otherwise: [...PLAIN, ...PLAIN] }))).toContain('means over 2 seeds');
    expect(intervalsInWords(result({}, { otherwise: [] }))).toBe('');
  });

  it('has a time left, once it is known', () => {
    expect([null, 400, 99_000, 100_000, 600_000].map(timeLeftInWords)).toEqual(['', 'about 1 s left', 'about 99 s left', 'about 2 min left', 'about 10 min left']);
  });
});
