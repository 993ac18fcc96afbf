import { meanInterval, type Interval } from '../../src/core/statistics.ts';

/** Summaries of repeated measurements. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear interpolation between order statistics (definition 7 of Hyndman & Fan, The American Statistician 50 (1996)). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function range(values: readonly number[]): Interval {
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Standard error of the mean. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Pearson's correlation coefficient of two equally long lists. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  a.forEach((value, i) => {
    const deviationA = value - meanA;
    const deviationB = (b[i] as number) - meanB;
    products += deviationA * deviationB;
    squaresA += deviationA ** 2;
    squaresB += deviationB ** 2;
  });
  return products / Math.sqrt(squaresA * squaresB);
}

/** 95 % interval of a correlation of n pairs: R. A. Fisher's z transformation, Metron 1 (1921). */
export function pearsonInterval(r: number, n: number): Interval {
  const half = 1.959963984540054 / Math.sqrt(n - 3);
  return { low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half) };
}

/** “12.3 (11.9 to 13.0)”: median and range. */
export function medianAndRange(values: readonly number[], digits: number): string {
  return withRange(median(values), range(values), digits);
}

/** “84.2 (83.0 to 85.1)”: mean and range. */
export function meanAndRange(values: readonly number[], digits: number): string {
  return withRange(mean(values), range(values), digits);
}

/** “84.2 ± 0.4”: mean and standard error. */
export function meanAndError(values: readonly number[], digits: number): string {
  return `${mean(values).toFixed(digits)} ± ${standardError(values).toFixed(digits)}`;
}

/** “+1.2 (+0.4 to +2.0)”: mean of differences and its 95 % interval. */
export function differenceAndInterval(differences: readonly number[], digits: number): string {
  const { value, low, high } = meanInterval(differences);
  return `${signed(value, digits)} (${signed(low, digits)} to ${signed(high, digits)})`;
}

/** With its sign, also for zero. */
export function signed(value: number, digits: number): string {
  const rounded = fixed(value, digits);
  return rounded.startsWith('-') ? rounded : `+${rounded}`;
}

function withRange(value: number, { low, high }: Interval, digits: number): string {
  return `${fixed(value, digits)} (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

/** Without the sign of a negative number that rounds to zero. */
function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  return Number(rounded) === 0 ? rounded.replace('-', '') : rounded;
}
