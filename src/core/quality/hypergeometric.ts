/** ln n! for n = 0 … max. */
export function logFactorials(max: number): Float64Array {
  const table = new Float64Array(max + 1);
  for (let n = 1; n <= max; n++) table[n] = (table[n - 1] as number) + Math.log(n);
  return table;
}

/**
 * ln of the probability that of `drawn` rows, drawn at random from `total` of which `marked` are marked, `hits` or more are marked:
 * Fisher's exact test, one-sided (R. A. Fisher, "Statistical methods for research workers", section 21.02).
 * @param logFactorial `logFactorials(total)` or longer
 */
export function logUpperTail(hits: number, drawn: number, marked: number, total: number, logFactorial: Float64Array): number {
  const ln = (n: number): number => logFactorial[n] as number;
  const logChoose = (n: number, k: number): number => ln(n) - ln(k) - ln(n - k);
  const least = Math.max(0, drawn + marked - total);
  const most = Math.min(drawn, marked);
  if (hits <= least) return 0;
  if (hits > most) return -Infinity;
  const first = logChoose(marked, hits) + logChoose(total - marked, drawn - hits) - logChoose(total, drawn);
  // The other terms by their ratio to the one before.
  let sum = 1;
  let term = 1;
  for (let k = hits; k < most; k++) {
    term *= ((marked - k) * (drawn - k)) / ((k + 1) * (total - marked - drawn + k + 1));
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return Math.min(0, first + Math.log(sum));
}
