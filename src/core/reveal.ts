import type { Metric } from './bands.ts';
import { count, counted, nats, natsRange, percent, percentRange } from './format.ts';
import { signed, verdict } from './gaps.ts';
import type { PartScore } from './metrics.ts';
import { accuracyDifference, lossDifference, meanInterval, meanLoss, wilson, type Estimate } from './statistics.ts';

/**
 * The sealed half of a held-out domain, in words. What it scores is worth something once: who chooses a run after having seen it has
 * selected on it, as on the watched half.
 */

/** One part's scores, one a seed. */
export type SeedScores = readonly PartScore[];

/** What a finished run scored on the sealed half. */
export interface RevealedScore {
  readonly sealed: SeedScores;
}

/** What was known before. */
export interface RevealContext {
  readonly finished: boolean;
  /** Rows of the sealed half. */
  readonly sealedRows: number;
  readonly validation: SeedScores;
  readonly watched: SeedScores;
  /** How often the watched half has been scored, in how many runs, on this browser. */
  readonly looks: { readonly evaluations: number; readonly runs: number };
  /** Times that this domain's sealed half has been revealed, the present one included. */
  readonly timesRevealed: number;
}

/** What revealing would mean. */
export function beforeReveal({ finished, sealedRows, looks, timesRevealed }: RevealContext): readonly string[] {
  if (sealedRows === 0) return ['There are too few held-out texts to seal any.'];
  const seal =
    timesRevealed === 0
      ? 'No number on this page has come from them yet.'
      : `Their seal is spent: they have been revealed ${counted(timesRevealed, 'time')} in this browser.`;
  const act = finished
    ? timesRevealed === 0
      ? 'Reveal them when you have made your choice of head and knobs: what they say can be believed once.'
      : 'What they say can be believed only as far as it has guided no choice since.'
    : 'They can be revealed when the run is finished.';
  return [`${counted(sealedRows, 'held-out text')} ${sealedRows === 1 ? 'is' : 'are'} sealed. ${seal} ${lookedInWords(looks)} Each look was a chance to pick a run for its luck there. ${act}`];
}

/** What the sealed half says. */
export interface RevealWords {
  readonly score: string;
  /** How far validation, watched and sealed half disagree. */
  readonly differences: readonly string[];
  readonly verdict: string;
  readonly seal: string;
}

/** @param revealed with as many seeds as the context's scores */
export function revealInWords({ sealed }: RevealedScore, { validation, watched, looks, timesRevealed }: RevealContext): RevealWords {
  const over = sealed.length === 1 ? '95 % intervals over examples' : `means over ${sealed.length} seeds, 95 % intervals over seeds`;
  const loss = valueOf(sealed, 'loss');
  const accuracy = valueOf(sealed, 'accuracy');
  const again = timesRevealed > 1 ? `It has been revealed ${counted(timesRevealed, 'time')} in this browser. If an earlier time guided this run’s knobs, its numbers are no test of it.` : 'It has been revealed once, in this run.';
  return {
    score: `Sealed half: loss ${nats(loss.value)} (${natsRange(loss)}), accuracy ${percent(accuracy.value)} (${percentRange(within01(accuracy))}), n = ${sizes(sealed)}; ${over}.`,
    differences: [differenceInWords('Sealed', sealed, 'watched', watched), differenceInWords('Sealed', sealed, 'validation', validation), differenceInWords('Watched', watched, 'validation', validation)],
    verdict: `${lookedInWords(looks)} ${flattery(difference(sealed, watched, 'loss'), difference(watched, sealed, 'accuracy'))}`,
    seal: `The seal is spent: this half is now as watched as the other. ${again}`,
  };
}

/** @param loss sealed minus watched @param accuracy watched minus sealed: both positive when the sealed half is worse */
function flattery(loss: Estimate, accuracy: Estimate): string {
  const verdicts = [verdict(loss), verdict(accuracy)];
  if (verdicts.includes('worse')) return 'On texts of the same domain that nobody had looked at, the run does worse: choosing by the watched half may have flattered it, or the sealed texts are harder.';
  if (verdicts.includes('better')) return 'The sealed half came out easier: there is no sign that choosing by the watched half has flattered the run.';
  return 'The two halves are too close to tell apart: there is no sign that choosing by the watched half has flattered the run.';
}

function lookedInWords({ evaluations, runs }: RevealContext['looks']): string {
  if (evaluations === 0) return 'The watched half has not been looked at.';
  return `The watched half has been looked at ${counted(evaluations, 'time')}, in ${counted(runs, 'run')}.`;
}

/** One difference with its interval, in nats and points. */
function differenceInWords(nameA: string, a: SeedScores, nameB: string, b: SeedScores): string {
  if ([...a, ...b].some(({ n }) => n === 0)) return `${nameA} minus ${nameB}: not both have examples.`;
  const loss = difference(a, b, 'loss');
  const accuracy = difference(a, b, 'accuracy');
  const tell = (estimate: Estimate): string => (verdict(estimate) === 'unclear' ? ', too close to tell' : '');
  return (
    `${nameA} minus ${nameB}: loss ${signed(loss.value, 3)} (${signed(loss.low, 3)} to ${signed(loss.high, 3)})${tell(loss)}; ` +
    `accuracy ${signed(100 * accuracy.value, 1)} points (${signed(100 * accuracy.low, 1)} to ${signed(100 * accuracy.high, 1)})${tell(accuracy)}; n = ${sizes(a)} and ${sizes(b)}.`
  );
}

/** Mean over the seeds, with the interval over examples for one and over seeds for several. */
function valueOf(scores: SeedScores, metric: Metric): Estimate {
  const [first] = scores;
  if (first && scores.length === 1) return metric === 'loss' ? meanLoss(first) : { value: first.correct / first.n, ...wilson(first.correct, first.n) };
  return meanInterval(scores.map((score) => plain(score, metric)));
}

/** a minus b: over examples for one seed, paired within each for several. */
function difference(a: SeedScores, b: SeedScores, metric: Metric): Estimate {
  const [firstA] = a;
  const [firstB] = b;
  if (firstA && firstB && a.length === 1) return metric === 'loss' ? lossDifference(firstA, firstB) : accuracyDifference(firstA, firstB);
  return meanInterval(a.map((score, seed) => plain(score, metric) - plain(b[seed] as PartScore, metric)));
}

function plain({ n, correct, lossMean }: PartScore, metric: Metric): number {
  return metric === 'loss' ? lossMean : correct / n;
}

function within01({ low, high }: Estimate): { low: number; high: number } {
  return { low: Math.max(0, low), high: Math.min(1, high) };
}

function sizes(scores: SeedScores): string {
  const all = scores.map(({ n }) => n);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? count(low) : `${count(low)}–${count(high)}`;
}
