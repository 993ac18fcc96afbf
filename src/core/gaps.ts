import type { Evaluation, Part } from './curve.ts';
import { count, nats, natsRange, percent, percentRange } from './format.ts';
import type { PartScore } from './metrics.ts';
import { accuracyDifference, lossDifference, meanLoss, wilson, type Estimate } from './statistics.ts';

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
  /** Loss of `to` minus loss of `from`, in nats: positive when `to` is worse. */
  readonly loss: Estimate;
  /** Accuracy of `from` minus accuracy of `to`: positive when `to` is worse. */
  readonly accuracy: Estimate;
}

const ENDS = { memorizing: ['train', 'validation'], domain: ['validation', 'heldOut'] } as const;

/** Both gaps at one evaluation. */
export function gapsOf({ scores }: Evaluation): readonly [Gap, Gap] {
  const gap = (kind: Gap['kind']): Gap => {
    const [from, to] = ENDS[kind];
    return {
      kind,
      from,
      to,
      nFrom: scores[from].n,
      nTo: scores[to].n,
      loss: lossDifference(scores[to], scores[from]),
      accuracy: accuracyDifference(scores[from], scores[to]),
    };
  };
  return [gap('memorizing'), gap('domain')];
}

/** 'worse' or 'better' when the interval excludes zero, else 'unclear'. */
export function verdict({ low, high }: Estimate): 'worse' | 'better' | 'unclear' {
  return low > 0 ? 'worse' : high < 0 ? 'better' : 'unclear';
}

export const PART_NAMES: Readonly<Record<Part, string>> = { train: 'Training', validation: 'Validation', heldOut: 'Held-out' };

/** One gap in a sentence, with intervals; says so when the data cannot tell. */
export function gapInWords(gap: Gap): string {
  const { loss, accuracy } = gap;
  if (gap.nFrom === 0 || gap.nTo === 0) return `There are no ${gap.nFrom === 0 ? PART_NAMES[gap.from].toLowerCase() : PART_NAMES[gap.to].toLowerCase()} examples to compare.`;
  const to = PART_NAMES[gap.to];
  const from = PART_NAMES[gap.from].toLowerCase();
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

function signed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '+∞';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** A part's loss and accuracy on one line, with intervals and n. */
export function scoreInWords(score: PartScore): string {
  if (score.n === 0) return 'no examples';
  return `loss ${nats(score.lossMean)} (${natsRange(meanLoss(score))}), accuracy ${percent(score.correct / score.n)} (${percentRange(wilson(score.correct, score.n))}), n = ${count(score.n)}`;
}
