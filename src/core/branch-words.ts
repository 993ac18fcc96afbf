import type { BranchDifference } from './branch-difference.ts';
import { changeInWords } from './change-words.ts';
import { count, counted } from './format.ts';
import { signed, verdict } from './gaps.ts';
import type { RunRecord } from './run-record.ts';

/** The letter by which charts and words name a branch: A is the run itself. */
export function branchLetter(index: number): string {
  return String.fromCharCode(65 + index);
}

/** What a branch is called: the user's name for it, or what it changed since it left. */
export function branchTitle(record: RunRecord, name: string): string {
  if (name) return name;
  if (!record.fork) return 'The run';
  const { step } = record.fork;
  const changes = record.log.filter((change) => change.step >= step).map(changeInWords);
  return changes.length > 0 ? changes.join(', ') : 'What if…';
}

/** How a branch compares with the one that it left, in one sentence. @param than the other one's letter */
export function differenceInWords(difference: BranchDifference, than: string): string {
  const { loss, accuracy, over, n, step } = difference;
  const pairs = over === 'seeds' ? counted(n, 'seed') : counted(n, 'watched example');
  const lossVerdict = verdict(loss);
  const accuracyVerdict = verdict({ value: -accuracy.value, low: -accuracy.high, high: -accuracy.low });
  const lossRange = `${signed(loss.low, 3)} to ${signed(loss.high, 3)}`;
  const accuracyRange = `${signed(100 * accuracy.low, 1)} to ${signed(100 * accuracy.high, 1)} points`;
  const lossWords =
    lossVerdict === 'unclear'
      ? `held-out loss cannot be told from ${than}’s (${lossRange})`
      : `held-out loss is ${Math.abs(loss.value).toFixed(3)} ${lossVerdict === 'worse' ? 'higher' : 'lower'} than ${than}’s (${lossRange})`;
  const accuracyWords =
    accuracyVerdict === 'unclear'
      ? `accuracy cannot be told from it (${accuracyRange})`
      : `accuracy is ${Math.abs(100 * accuracy.value).toFixed(1)} points ${accuracyVerdict === 'worse' ? 'lower' : 'higher'} (${accuracyRange})`;
  return `After ${count(step)} steps ${lossWords}; ${accuracyWords}; 95 % intervals, paired over ${pairs}.`;
}
