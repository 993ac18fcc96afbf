import { partDifference, reading, type Metric } from './bands.ts';
import type { Evaluation, Part } from './curve.ts';
import { count, counted, nats, natsRange, percent, percentRange } from './format.ts';
import { TELLING_ROWS, type Estimate } from './statistics.ts';

/**
 * The two gaps that the page is about. Memorizing: how much worse the head does on new texts of domains it knows.
 * Domain: how much worse again it does on a domain it never saw.
 */
export interface Gap {
  readonly kind: 'memorizing' | 'domain';
  readonly from: Part;
  readonly to: Part;
  readonly nFrom: number;
  readonly nTo: number;
  /** Heads whose mean this is. With one the intervals are over examples, with several over seeds, paired within each. */
  readonly seeds: number;
  /** Loss of `to` minus loss of `from`, in nats: positive when `to` is worse. */
  readonly loss: Estimate;
  /** Accuracy of `from` minus accuracy of `to`: positive when `to` is worse. */
  readonly accuracy: Estimate;
}

const ENDS = { memorizing: ['train', 'validation'], domain: ['validation', 'heldOut'] } as const;

/** Both gaps after one step. @param evaluations one a seed, at least one */
export function gapsOf(evaluations: readonly Evaluation[]): readonly [Gap, Gap] {
  const gap = (kind: Gap['kind']): Gap => {
    const [from, to] = ENDS[kind];
    const scores = evaluations[0]?.scores;
    return {
      kind,
      from,
      to,
      nFrom: scores?.[from].n ?? 0,
      nTo: scores?.[to].n ?? 0,
      seeds: evaluations.length,
      loss: partDifference(evaluations, to, from, 'loss'),
      accuracy: partDifference(evaluations, from, to, 'accuracy'),
    };
  };
  return [gap('memorizing'), gap('domain')];
}

/** 'worse' or 'better' when the interval excludes zero, else 'unclear'. */
export function verdict({ low, high }: Estimate): 'worse' | 'better' | 'unclear' {
  return low > 0 ? 'worse' : high < 0 ? 'better' : 'unclear';
}

export const PART_NAMES: Readonly<Record<Part, string>> = { train: 'Training', validation: 'Validation', heldOut: 'Held-out' };

/** One gap in a sentence, with intervals; says so when the data cannot tell, and gives no verdict on fewer than TELLING_ROWS examples. */
export function gapInWords(gap: Gap): string {
  const { loss, accuracy } = gap;
  const to = PART_NAMES[gap.to];
  const from = PART_NAMES[gap.from].toLowerCase();
  const [fewer, n] = gap.nFrom < gap.nTo ? [from, gap.nFrom] : [to.toLowerCase(), gap.nTo];
  if (n === 0) return `There are no ${fewer} examples to compare.`;
  if (n < TELLING_ROWS) return `There ${n === 1 ? 'is' : 'are'} only ${counted(n, `${fewer} example`)}: too few to compare.`;
  const lossRange = `${signed(loss.low, 3)} to ${signed(loss.high, 3)}`;
  const accuracyRange = `${signed(-100 * accuracy.high, 1)} to ${signed(-100 * accuracy.low, 1)} points`;
  const lossVerdict = verdict(loss);
  const accuracyVerdict = verdict(accuracy);
  const lossWords =
    lossVerdict === 'unclear'
      ? `${to} loss is too close to ${from} to tell (${lossRange})`
      : `${to} loss is ${Math.abs(loss.value).toFixed(3)} ${lossVerdict === 'worse' ? 'higher' : 'lower'} than ${from} (${lossRange})`;
  const accuracyWords =
    accuracyVerdict === 'unclear'
      ? `accuracy is too close to tell (${accuracyRange})`
      : `accuracy is ${Math.abs(100 * accuracy.value).toFixed(1)} points ${accuracyVerdict === 'worse' ? 'lower' : 'higher'} (${accuracyRange})`;
  return `${lossWords}; ${accuracyWords}.`;
}

/** A number with its sign, a true minus, and ∞ in words of mathematics. */
export function signed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '+∞';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** One part's value with its error: an interval over examples for one head, ± standard error over seeds for several. */
export function readingInWords(evaluations: readonly Evaluation[], part: Part, metric: Metric): string {
  const { value, low, high, over, standardError } = reading(evaluations, part, metric);
  const written = metric === 'loss' ? nats(value) : percent(value);
  if (over === 'examples') return `${written} (${metric === 'loss' ? natsRange({ low, high }) : percentRange({ low, high })})`;
  return `${written} ± ${metric === 'loss' ? nats(standardError) : (100 * standardError).toFixed(1)}`;
}

/** A part's loss and accuracy on one line, with errors and n. @param evaluations one a seed, after the same step */
export function scoreInWords(evaluations: readonly Evaluation[], part: Part): string {
  const n = evaluations[0]?.scores[part].n ?? 0;
  if (n === 0) return 'no examples';
  const seeds = evaluations.length > 1 ? `, ${evaluations.length} seeds` : '';
  return `loss ${readingInWords(evaluations, part, 'loss')}, accuracy ${readingInWords(evaluations, part, 'accuracy')}, n = ${count(n)}${seeds}`;
}
