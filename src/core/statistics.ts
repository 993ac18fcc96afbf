import type { PartScore } from './metrics.ts';

/** Intervals and p-values for the numbers on the page. Intervals are two-sided 95 %. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Estimate extends Interval {
  readonly value: number;
}

/** Fewer rows than this tell nothing: an accuracy on them is known to no better than ±20 points. */
export const TELLING_ROWS = 20;

/** 97.5 % quantile of the standard normal. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for a proportion; E. B. Wilson, JASA 22 (1927). [0, 1] for n = 0.
 * @param correct 0 … n
 */
export function wilson(correct: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const p = correct / n;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * p₁ − p₂ of two independent proportions with the square-and-add interval of their Wilson limits:
 * R. G. Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17 (1998), method 10.
 */
export function accuracyDifference(a: PartScore, b: PartScore): Estimate {
  if (a.n === 0 || b.n === 0) return { value: NaN, low: -1, high: 1 };
  const p1 = a.correct / a.n;
  const p2 = b.correct / b.n;
  const w1 = wilson(a.correct, a.n);
  const w2 = wilson(b.correct, b.n);
  const value = p1 - p2;
  return {
    value,
    low: value - Math.hypot(p1 - w1.low, w2.high - p2),
    high: value + Math.hypot(w1.high - p1, p2 - w2.low),
  };
}

/**
 * mean(a) − mean(b) of the rows' losses, unequal variances: B. L. Welch, Biometrika 34 (1947).
 * Needs two rows on each side; infinite limits otherwise.
 */
export function lossDifference(a: PartScore, b: PartScore): Estimate {
  const value = a.lossMean - b.lossMean;
  if (a.n < 2 || b.n < 2) return { value, low: -Infinity, high: Infinity };
  const va = a.lossVariance / a.n;
  const vb = b.lossVariance / b.n;
  if (va + vb === 0) return { value, low: value, high: value };
  const df = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  const half = studentQuantile(df) * Math.sqrt(va + vb);
  return { value, low: value - half, high: value + half };
}

/** Mean loss of a part with Student's interval. Infinite limits for n < 2. */
export function meanLoss(score: PartScore): Estimate {
  if (score.n < 2) return { value: score.lossMean, low: -Infinity, high: Infinity };
  const half = studentQuantile(score.n - 1) * Math.sqrt(score.lossVariance / score.n);
  return { value: score.lossMean, low: score.lossMean - half, high: score.lossMean + half };
}

/**
 * Two-sided p-value of the hypothesis that two independent parts have one accuracy, their rows and their correct rows given: Fisher's exact
 * test, R. A. Fisher, "The logic of inductive inference", J. R. Stat. Soc. 98 (1935); all tables that are no likelier than this one count. 1 where a part is empty.
 */
export function fisherExact(a: Pick<PartScore, 'n' | 'correct'>, b: Pick<PartScore, 'n' | 'correct'>): number {
  const correct = a.correct + b.correct;
  const logLikelihood = (correctOfA: number): number => logChoose(a.n, correctOfA) + logChoose(b.n, correct - correctOfA) - logChoose(a.n + b.n, correct);
  // Tables of equal likelihood come out otherwise by rounding.
  const limit = logLikelihood(a.correct) + 1e-7;
  let p = 0;
  for (let k = Math.max(0, correct - b.n); k <= Math.min(a.n, correct); k++) {
    const likelihood = logLikelihood(k);
    if (likelihood <= limit) p += Math.exp(likelihood);
  }
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * P-values adjusted for their number: each may be held against the level of all together. Holm, "A simple sequentially rejective
 * multiple test procedure", Scand. J. Stat. 6 (1979).
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number) || a - b);
  const adjusted: number[] = pValues.map(() => 1);
  let highest = 0;
  order.forEach((i, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[i] as number)));
    adjusted[i] = highest;
  });
  return adjusted;
}

/** Mean of values (such as paired differences over seeds) with Student's interval. Infinite limits for fewer than two. */
export function meanInterval(values: readonly number[]): Estimate {
  const n = values.length;
  const value = values.reduce((sum, x) => sum + x, 0) / n;
  if (n < 2) return { value, low: -Infinity, high: Infinity };
  const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / (n - 1);
  const half = studentQuantile(n - 1) * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half };
}

/**
 * 97.5 % quantile of Student's t with `df` ≥ 1 degrees of freedom (may be fractional), by bisection on the
 * distribution function; Abramowitz & Stegun 26.7.1 through the regularized incomplete beta function.
 */
export function studentQuantile(df: number): number {
  let low = 0;
  let high = 1e3;
  for (let i = 0; i < 80; i++) {
    const t = (low + high) / 2;
    if (regularizedBeta(df / 2, 0.5, df / (df + t * t)) > 0.05) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

/** I_x(a, b) by Lentz's continued fraction; Press et al., "Numerical Recipes" (2007), section 6.4. Exported for its test. */
export function regularizedBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(b, a, 1 - x);
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    for (const numerator of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 + numerator * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return (Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a) * fraction;
}

/** ln Γ(x), x > 0: Stirling's series after shifting x above 10; relative error below 1e-12. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 10) shift += Math.log(y++);
  const inv = 1 / (y * y);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - inv * (1 / 360 - inv * (1 / 1260 - inv / 1680))) / y - shift;
}
