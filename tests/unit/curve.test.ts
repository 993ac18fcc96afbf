import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { appendCurve, curveLength, packEvaluation, unpackEvaluation, type Evaluation } from '../../src/core/curve.ts';

const sizes = { train: 70, validation: 20, heldOut: 10 };
const score = (n: number) => fc.record({ n: fc.constant(n), correct: fc.nat(n), lossMean: fc.double({ min: 0, max: 50, noNaN: true }), lossVariance: fc.double({ min: 0, max: 50, noNaN: true }) });
const evaluation: fc.Arbitrary<Evaluation> = fc.record({ step: fc.nat(20_000), scores: fc.record({ train: score(70), validation: score(20), heldOut: score(10) }) });

const packed = (evaluations: readonly Evaluation[]): Float64Array => evaluations.map(packEvaluation).reduce(appendCurve, new Float64Array());

describe('a curve', () => {
  test('gives back the evaluations that were packed into it', () => {
    fc.assert(
      fc.property(fc.array(evaluation, { maxLength: 8 }), (evaluations) => {
        const curve = packed(evaluations);
        expect(curveLength(curve)).toBe(evaluations.length);
        expect(evaluations.map((_, i) => unpackEvaluation(curve, i, sizes))).toEqual(evaluations);
      }),
    );
  });

  test('has no evaluation beyond its ends', () => {
    const curve = packed(fc.sample(evaluation, 2));
    expect(() => unpackEvaluation(curve, 2, sizes)).toThrow(RangeError);
    expect(() => unpackEvaluation(curve, -1, sizes)).toThrow(RangeError);
  });
});
