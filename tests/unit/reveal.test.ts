import { describe, expect, it } from 'vitest';
import type { PartScore } from '../../src/core/metrics.ts';
import { beforeReveal, revealInWords, type RevealContext } from '../../src/core/reveal.ts';
import { signed } from '../../src/core/gaps.ts';
import { accuracyDifference, lossDifference, meanInterval } from '../../src/core/statistics.ts';

function score(n: number, share: number, lossMean: number, lossVariance = 0.25): PartScore {
  return { n, correct: Math.round(n * share), lossMean, lossVariance };
}

const CONTEXT: RevealContext = {
  finished: true,
  sealedRows: 100,
  validation: [score(200, 0.85, 0.4)],
  watched: [score(100, 0.8, 0.5)],
  looks: { evaluations: 1234, runs: 3 },
  timesRevealed: 1,
};
const SEALED = score(100, 0.79, 0.52);

describe('before the sealed half is revealed', () => {
  it('the words say what is sealed, how often the other half was looked at, and that the test works once', () => {
    expect(beforeReveal({ ...CONTEXT, timesRevealed: 0 })).toEqual([
      expect.stringMatching(/^100 held-out texts are sealed\. No number on this page has come from them yet\. The watched half has been looked at 1,234 times, in 3 runs\..*can be believed once\.$/u),
    ]);
  });

  it('an unfinished run is told to wait', () => {
    expect(beforeReveal({ ...CONTEXT, finished: false, timesRevealed: 0 })[0]).toMatch(/when the run is finished\.$/u);
  });

  it('a seal that was spent before is said to be', () => {
    expect(beforeReveal({ ...CONTEXT, timesRevealed: 2 })[0]).toMatch(/Their seal is spent: they have been revealed 2 times in this browser\..*guided no choice since\.$/u);
  });

  it('nothing can be revealed where nothing is sealed', () => {
    expect(beforeReveal({ ...CONTEXT, sealedRows: 0 })).toEqual(['There are too few held-out texts to seal any.']);
  });
});

describe('the sealed score of one seed', () => {
  it('comes with interval and n, over examples', () => {
    expect(revealInWords({ sealed: [SEALED] }, CONTEXT).score).toBe('Sealed half: loss 0.520 (0.421–0.619), accuracy 79.0 % (70.0–85.8), n = 100; 95 % intervals over examples.');
  });

  it('is set against the watched half and validation, as these are against each other', () => {
    const { differences } = revealInWords({ sealed: [SEALED] }, CONTEXT);
    const [validation, watched] = [CONTEXT.validation[0] as PartScore, CONTEXT.watched[0] as PartScore];
    for (const [i, name, a, b] of [
      [0, 'Sealed minus watched', SEALED, watched],
      [1, 'Sealed minus validation', SEALED, validation],
      [2, 'Watched minus validation', watched, validation],
    ] as const) {
      const loss = lossDifference(a, b);
      const accuracy = accuracyDifference(a, b);
      expect(differences[i]).toContain(`${name}: loss ${signed(loss.value, 3)} (${signed(loss.low, 3)} to ${signed(loss.high, 3)})`);
      expect(differences[i]).toContain(`accuracy ${signed(100 * accuracy.value, 1)} points (${signed(100 * accuracy.low, 1)} to ${signed(100 * accuracy.high, 1)})`);
      expect(differences[i]).toMatch(new RegExp(`n = ${a.n} and ${b.n}\\.$`, 'u'));
    }
    expect(differences[0]).toContain('too close to tell');
  });

  it('that cannot be told from the watched one is no sign of flattery', () => {
    expect(revealInWords({ sealed: [SEALED] }, CONTEXT).verdict).toMatch(/^The watched half has been looked at 1,234 times, in 3 runs\. The two halves are too close to tell apart/u);
  });

  it('that is clearly worse may mean that looking has flattered', () => {
    expect(revealInWords({ sealed: [score(100, 0.79, 0.9)] }, CONTEXT).verdict).toMatch(/does worse: choosing by the watched half may have flattered it, or the sealed texts are harder\.$/u);
    expect(revealInWords({ sealed: [score(100, 0.5, 0.52)] }, CONTEXT).verdict).toContain('does worse');
  });

  it('that is clearly better is said to be easier', () => {
    expect(revealInWords({ sealed: [score(100, 0.97, 0.1)] }, CONTEXT).verdict).toContain('came out easier');
  });

  it('spends the seal, and says how often it was spent', () => {
    expect(revealInWords({ sealed: [SEALED] }, CONTEXT).seal).toBe('The seal is spent: this half is now as watched as the other. It has been revealed once, in this run.');
    expect(revealInWords({ sealed: [SEALED] }, { ...CONTEXT, timesRevealed: 4 }).seal).toMatch(/revealed 4 times in this browser\. If an earlier time guided this run’s knobs, its numbers are no test of it\.$/u);
  });

  it('is not set against a part without examples', () => {
    const { differences } = revealInWords({ sealed: [SEALED] }, { ...CONTEXT, validation: [score(0, 0, 0)] });
    expect(differences.map((words) => words.endsWith('not both have examples.'))).toEqual([false, true, true]);
  });
});

describe('the sealed score of several seeds', () => {
  const sealed = [score(100, 0.8, 0.5), score(100, 0.7, 0.6)];
  const watched = [score(90, 0.8, 0.4), score(90, 0.8, 0.55)];
  const words = revealInWords({ sealed }, { ...CONTEXT, watched, validation: [score(200, 0.85, 0.4), score(201, 0.85, 0.4)] });

  it('is their mean, with an interval over seeds within what is possible', () => {
    expect(words.score).toMatch(/^Sealed half: loss 0\.550 \(-?\d+\.\d{3}–\d+\.\d{3}\), accuracy 75\.0 % \(11\.5–100\.0\), n = 100; means over 2 seeds, 95 % intervals over seeds\.$/u);
  });

  it('differs from the watched one within each seed', () => {
    const loss = meanInterval([0.5 - 0.4, 0.6 - 0.55]);
    expect(words.differences[0]).toContain(`loss ${signed(loss.value, 3)} (${signed(loss.low, 3)} to ${signed(loss.high, 3)})`);
    expect(words.differences[1]).toMatch(/n = 100 and 200–201\.$/u);
  });
});
